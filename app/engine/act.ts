import { useInvalidate } from '@refinedev/core'
import { useNavigate } from 'react-router'
import { uuidv7 } from 'uuidv7'
import type { Action } from '../../resources/engine/define-resource.ts'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { counted } from './format.ts'
import { apiRoot, http } from './http.ts'
import { isOpen, leftOut, type Operation } from './operation.ts'
import { watch } from './running.ts'
import { useToast } from './toasts.tsx'
import { useUndo } from './use-undo.ts'

/** All rows that a filter matches, as the API's `filter`, without those taken out again; `expected` is the number the person saw. */
export interface Matching { filter: Record<string, unknown>; exclude: readonly string[]; expected: number }
/** One row, several rows, all that match, or the resource as a whole. */
export type Target = { id: string } | { ids: readonly string[] } | Matching | 'collection'

/** How many rows are meant. */
export const sizeOf = (target: Target): number => target === 'collection' ? 0 : 'id' in target ? 1 : 'ids' in target ? target.ids.length : target.expected

/** What an act on many rows would do, from the server. */
export interface Preview { total: number; ready: number; skipped: readonly { reason: string; n: number }[]; sums: Record<string, number>; later: boolean; approval?: { needed: number }; delaySeconds?: number }

const rowsOf = (target: { ids: readonly string[] } | Matching): Record<string, unknown> => 'ids' in target ? { ids: target.ids } : { filter: target.filter, ...(target.exclude.length > 0 ? { exclude: target.exclude } : {}) }

/** Asks what an act on many rows would do; nothing is written. */
export const previewAction = async (resource: string, action: string, target: { ids: readonly string[] } | Matching, signal?: AbortSignal): Promise<Preview> =>
  (await http.post<Preview>(`${apiRoot}/${resource}/bulk/${action}/preview`, rowsOf(target), { signal })).data

export const newKey = (): string => uuidv7()

const pathOf = (resource: string, action: string, target: Target): string =>
  target === 'collection' ? `${apiRoot}/${resource}/actions/${action}` : 'id' in target ? `${apiRoot}/${resource}/${encodeURIComponent(target.id)}/actions/${action}` : `${apiRoot}/${resource}/bulk/${action}`

/** Runs an action. `key` stays the same while one dialog is tried again, so that money never moves twice. */
export const runAction = async (resource: string, action: string, target: Target, input: Record<string, unknown>, key: string): Promise<Operation> => {
  const body = target === 'collection' || 'id' in target ? { input } : 'ids' in target ? { ids: target.ids, input } : { ...rowsOf(target), expected: target.expected, input }
  const { data } = await http.post<Operation>(pathOf(resource, action, target), body, { headers: { 'Idempotency-Key': key } })
  return data
}

/** Tells what an operation did, offers to take it back, and lets every list and page of the resource read again. */
export const useReport = (resource: ManifestResource): ((action: Pick<Action, 'label'>, operation: Operation) => void) => {
  const toast = useToast()
  const invalidate = useInvalidate()
  const takeBack = useUndo()
  const navigate = useNavigate()
  const refresh = (): void => { for (const name of [resource.name, 'operations']) void invalidate({ resource: name, invalidates: ['resourceAll'] }) }

  return (action, operation) => {
    const undo = (): Promise<void> => takeBack(operation, action.label)
    refresh()
    const who = counted(operation.total, resource.label)
    if (operation.approval && operation.state === 'waiting') { toast({ text: `${action.label}: waits for ${operation.approval.needed === 1 ? 'a second person' : `${operation.approval.needed} people`} to approve.`, seconds: 12 }); return }
    if (isOpen(operation)) { watch({ id: operation.id, resource: resource.name, label: action.label }); return }
    if (operation.state === 'undone') { toast({ text: operation.error ? `Taken back. ${operation.error}` : 'Taken back.' }); return }
    if (operation.state === 'cancelled') { toast({ text: `${action.label}: stopped, ${counted(operation.done, resource.label)} done.`, undo: operation.undoable ? () => void undo() : undefined }); return }
    if (operation.state === 'failed') { toast({ text: `${action.label}: ${operation.error ?? 'failed'}`, tone: 'negative', seconds: 12 }); return }
    const out = operation.skipped + operation.failed
    const why = leftOut(operation)[0]?.reason
    const act = out > 0 && operation.total > 1 ? { label: 'Details', run: () => void navigate(`/operations/${operation.id}`) } : undefined
    const text = operation.done === 0 && out > 0 ? `${action.label}: nothing was changed. ${why ?? ''}` : out > 0 ? `${action.label}: ${counted(operation.done, resource.label)} done, ${out} left out.` : `${action.label}: ${who}, done.`
    toast({ text: text.trim(), tone: operation.done === 0 && out > 0 ? 'negative' : 'plain', act, undo: operation.undoable && operation.done > 0 ? () => void undo() : undefined })
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
