import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { actionFields } from '../engine/action-dialog.tsx'
import type { Row } from '../engine/fields/kit.ts'
import { kitOf } from '../engine/fields/kits.ts'
import { date, dayIn } from '../engine/format.ts'
import { apiRoot, http } from '../engine/http.ts'
import { useManifest, useResource } from '../engine/manifest.tsx'
import type { Operation } from '../engine/operation.ts'
import { Facts } from '../engine/panel.tsx'
import { keyOfResource } from '../engine/records.ts'

/** GET /operations/:id/outcome. `input` and `selection` are there for who asked and who may do the same. */
export interface Outcome {
  reasons: { outcome: string; reason: string | null; n: number }[]
  approvals: { id: string; name: string; at: string }[]
  approveUntil: string | null
  retryOf: string | null
  input?: Record<string, unknown>
  selection?: { ids?: string[]; filter?: Record<string, unknown>; exclude?: string[]; expected?: number; retryOf?: string } | null
}

/** Read again whenever the numbers of the operation move. */
export const useOutcome = (id: string, operation: Operation | undefined): Outcome | undefined => {
  const { data } = useQuery<Outcome>({
    queryKey: [...keyOfResource('operations', 'outcome', id), operation?.state, operation?.asks ?? null, operation ? operation.done + operation.skipped + operation.failed + (operation.takenBack ?? 0) : 0], enabled: operation !== undefined,
    placeholderData: before => before,
    queryFn: async ({ signal }) => (await http.get<Outcome>(`${apiRoot}/operations/${id}/outcome`, { signal })).data,
  })
  return data
}

const search = (filter: Record<string, unknown>): string => new URLSearchParams(Object.entries(filter).flatMap(([key, value]) => (Array.isArray(value) ? value : [value]).map(v => [key, typeof v === 'object' ? JSON.stringify(v) : String(v)]))).toString()

/** The exact parameters: what approval is bound to. */
export const Asked = ({ outcome, operation }: { outcome: Outcome | undefined; operation: Operation }) => {
  const { book } = useManifest()
  const resource = useResource(operation.resource)
  if (!outcome) return null
  const fields = Object.fromEntries(actionFields(resource?.actions[operation.action]))
  const entries = Object.entries(outcome.input ?? {}).filter(([, value]) => value !== null)
  const shown = (name: string, value: unknown): React.ReactNode => {
    const field = fields[name]
    if (!field) return typeof value === 'string' ? value : JSON.stringify(value)
    const { Cell } = kitOf(field.type)
    return <Cell value={value} field={field} row={{ id: '' } as Row} book={book} place="facts" />
  }
  const { selection } = outcome
  return (
    <Facts items={[
      ...entries.map(([name, value]) => ({ key: name, label: fields[name]?.label ?? (name === 'reason' ? 'Reason' : name), testId: `asked-${name}`, value: shown(name, value) })),
      ...(selection?.filter ? [{ key: '_filter', label: 'Rows', value: <Link to={`/${operation.resource}?${search(selection.filter)}`}>All that matched then</Link> }] : []),
      ...(outcome.retryOf ? [{ key: '_retry', label: 'Again after', value: <Link to={`/operations/${outcome.retryOf}`}>an earlier operation</Link> }] : []),
      ...(outcome.approvals.length > 0 ? [{ key: '_approved', label: 'Approved by', testId: 'approved-by', value: outcome.approvals.map(a => a.name).join(', ') }] : []),
      ...(outcome.approveUntil ? [{ key: '_until', label: 'Can be approved until', value: date(dayIn(new Date(outcome.approveUntil), book.timeZone)) }] : []),
    ]} />
  )
}
