import { useInvalidate } from '@refinedev/core'
import { uuidv7 } from 'uuidv7'
import type { Action } from '../../resources/engine/define-resource.ts'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { asApiError } from './api-error.ts'
import { counted } from './format.ts'
import { apiRoot, http } from './http.ts'
import { leftOut, type Operation } from './operation.ts'
import { useToast } from './toasts.tsx'

/** One row, several rows, or the resource as a whole. */
export type Target = { id: string } | { ids: readonly string[] } | 'collection'

export const newKey = (): string => uuidv7()

const pathOf = (resource: string, action: string, target: Target): string =>
  target === 'collection' ? `${apiRoot}/${resource}/actions/${action}` : 'id' in target ? `${apiRoot}/${resource}/${encodeURIComponent(target.id)}/actions/${action}` : `${apiRoot}/${resource}/bulk/${action}`

/** Runs an action. `key` stays the same while one dialog is tried again, so that money never moves twice. */
export const runAction = async (resource: string, action: string, target: Target, input: Record<string, unknown>, key: string): Promise<Operation> => {
  const body = target !== 'collection' && 'ids' in target ? { ids: target.ids, input } : { input }
  const { data } = await http.post<Operation>(pathOf(resource, action, target), body, { headers: { 'Idempotency-Key': key } })
  return data
}

/** Tells what an operation did, offers to take it back, and lets every list and page of the resource read again. */
export const useReport = (resource: ManifestResource): ((action: Pick<Action, 'label'>, operation: Operation) => void) => {
  const toast = useToast()
  const invalidate = useInvalidate()
  const refresh = (): void => { void invalidate({ resource: resource.name, invalidates: ['resourceAll'] }) }

  const undo = async (operation: Operation): Promise<void> => {
    try {
      await http.delete(`${apiRoot}/operations/${operation.id}`)
      toast({ text: 'Taken back.' })
    } catch (thrown) {
      toast({ text: `Not taken back: ${asApiError(thrown).message}`, tone: 'negative', seconds: 12 })
    }
    refresh()
  }

  return (action, operation) => {
    refresh()
    const who = counted(operation.total, resource.label)
    if (operation.approval && operation.state === 'waiting') { toast({ text: `${action.label}: waits for ${operation.approval.needed === 1 ? 'a second person' : `${operation.approval.needed} people`} to approve.`, seconds: 12 }); return }
    if (operation.state === 'waiting' || operation.state === 'running') { toast({ text: `${action.label}: ${who}, running.`, undo: operation.undoable ? () => void undo(operation) : undefined }); return }
    if (operation.state === 'failed') { toast({ text: `${action.label}: ${operation.error ?? 'failed'}`, tone: 'negative', seconds: 12 }); return }
    const out = operation.skipped + operation.failed
    const why = leftOut(operation)[0]?.reason
    const text = operation.done === 0 && out > 0 ? `${action.label}: nothing was changed. ${why ?? ''}` : out > 0 ? `${action.label}: ${counted(operation.done, resource.label)} done, ${out} left out.` : `${action.label}: ${who}, done.`
    toast({ text: text.trim(), tone: operation.done === 0 && out > 0 ? 'negative' : 'plain', undo: operation.undoable && operation.done > 0 ? () => void undo(operation) : undefined })
  }
}

/** Does the action ask anything before it runs? */
export const asksFirst = (action: Action): boolean => Boolean(action.confirm || action.form || action.reason)

/** Can the action run on this row as it is now? Otherwise the reason, in words. */
export const whyNot = (action: Action, row: Record<string, unknown>): string | null => {
  const met = Object.entries(action.when ?? {}).every(([field, wanted]) => !(field in row) || (Array.isArray(wanted) ? wanted.includes(row[field] as string) : row[field] === wanted))
  return met ? null : action.unless ?? 'Not possible now'
}

/** `Suspend {n} customers? They lose access.` for one row: title and the rest, number and plural right. */
export const confirmWords = (confirm: string, n: number, label: readonly [string, string]): { title: string; rest: string } => {
  const said = confirm.replaceAll(new RegExp(`\\{n\\} ${label[1]}`, 'gi'), counted(n, label)).replaceAll('{n}', String(n))
  const at = said.search(/[?.](\s|$)/)
  return at === -1 ? { title: said, rest: '' } : { title: said.slice(0, at + 1), rest: said.slice(at + 1).trim() }
}
