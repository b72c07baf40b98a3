import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { Action } from '../../../resources/engine/define-resource.ts'
import { toSql } from '../access.ts'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'
import { isId } from '../ids.ts'
import { visibleRows } from '../where.ts'

/** What acting answers, for one row and for many. */
export interface Operation {
  id: string; resource: string; action: string; state: string; total: number; done: number; skipped: number; failed: number
  results?: { id: string; outcome: string; reason?: string }[]
  error?: string; undoable: boolean; undoUntil: string | null; createdBy: string | null; createdAt: string
  /** Who has to agree, and who did (ids). */
  approval?: { needed: number; approvedBy: string[] }
  /** When an act that waits for its time leaves. */
  runsAt?: string
  /** Shown in this answer and never again. */
  once?: Record<string, unknown>
}

export interface Approval { id: string; name: string; at: string }

/** A row of the table, as the driver reads it. */
export interface OperationRow {
  id: string; resource: string; action: string; state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'undone'; input: Record<string, any>; selection: Record<string, unknown> | null
  total: number; done: number; skipped: number; failed: number; error: string | null; inverse: any; undo_until: Date | null; undo_hours: number | null
  created_by: string | null; request_id: string | null; created_at: Date; finished_at: Date | null; on_behalf_of: { id: string; name: string } | null
  taking_back: boolean; taken_back: number; taken_back_by: string | null; runs_at: Date | null; started_at: Date | null; attempts: number; retry_of: string | null
  asks: string | null; approvals_needed: number; approvals: Approval[]; approve_until: Date | null; parameters_hash: string | null
}

/** Rows in one request at most, in one chunk of a job, and conflicts named in one answer. */
export const sizes = { atOnce: 200, chunk: 500, named: 200 } as const

export const ended = (op: Pick<OperationRow, 'state'>): boolean => op.state !== 'waiting' && op.state !== 'running'

/** Can it be taken back now? The list says the same in SQL (api/system/index.ts). */
export const undoable = (op: OperationRow, now: Date): boolean =>
  op.state === 'waiting' || (op.state === 'running' && !op.taking_back && op.inverse !== null)
  || (op.state !== 'running' && op.state !== 'undone' && op.inverse !== null && op.done > op.taken_back && op.undo_until !== null && op.undo_until > now)

/** Until when what is done can be taken back, from the moment it ended. */
export const undoUntil = (action: Pick<Action, 'inverse' | 'undoHours'>, now: Date): Date | null => action.inverse ? new Date(now.getTime() + (action.undoHours ?? 24) * 3_600_000) : null

/** The contract's answer about an operation. */
export const answerOf = (op: OperationRow, now: Date, more: Partial<Operation> = {}): Operation => ({
  id: op.id, resource: op.resource, action: op.action, state: op.state, total: op.total, done: op.done, skipped: op.skipped, failed: op.failed,
  ...(op.error ? { error: op.error } : {}), undoable: undoable(op, now), undoUntil: op.undo_until?.toISOString() ?? null, createdBy: op.created_by, createdAt: op.created_at.toISOString(),
  ...(op.approvals_needed ? { approval: { needed: op.approvals_needed, approvedBy: op.approvals.map(a => a.id) } } : {}),
  ...(op.runs_at && op.state === 'waiting' ? { runsAt: op.runs_at.toISOString() } : {}), ...more,
})

/** The operation, locked until the transaction ends, if this person may see it; otherwise 404. */
export async function lockOperation(ctx: Ctx, trx: Kysely<any>, id: string): Promise<OperationRow> {
  const visible = visibleRows(ctx.registry.named('operations')!, ctx.access)
  const { rows: [op] } = visible !== false && isId(id) ? await sql<OperationRow>`select t.* from operations as t where t.id = ${id} and ${toSql(visible, 't')} for update of t`.execute(trx) : { rows: [] }
  if (!op) throw new Problem('not_found', 'There is no such operation.')
  return op
}

/** Stopping, repeating and taking back belong to who did it, and to administrators. */
export function requireMine(ctx: Ctx, op: OperationRow): void {
  if (op.created_by !== ctx.actor.id && !ctx.access.role.grants['*']) throw new Problem('forbidden', 'This is somebody else’s. Ask them, or an administrator.')
}

/**
 * The next rows of an operation behind an id, in the order of the index: without statistics about rows frozen a moment ago the planner would read and sort all of
 * them for each chunk.
 */
export async function nextRows<T>(trx: Kysely<any>, op: Pick<OperationRow, 'id'>, columns: RawBuilder<unknown>, condition: RawBuilder<boolean>, after: string, limit: number): Promise<T[]> {
  await sql.raw('set local enable_sort = off; set local enable_bitmapscan = off').execute(trx)
  const { rows } = await sql<T>`select ${columns} from operation_results where operation_id = ${op.id} and subject_id > ${after} and ${condition} order by subject_id limit ${limit}`.execute(trx)
  await sql.raw('set local enable_sort = on; set local enable_bitmapscan = on').execute(trx)
  return rows
}

/** Up to 200 outcomes, as the answer of an operation carries them. */
export async function resultsOf(trx: Kysely<any>, id: string): Promise<NonNullable<Operation['results']>> {
  const { rows } = await sql<{ id: string; outcome: string; reason: string | null }>`select subject_id as id, outcome, reason from operation_results where operation_id = ${id} order by subject_id limit ${sizes.named}`.execute(trx)
  return rows.map(r => ({ id: r.id, outcome: r.outcome, ...(r.reason ? { reason: r.reason } : {}) }))
}
