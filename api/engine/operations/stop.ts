import { sql, type Kysely } from 'kysely'
import { auditRows } from '../audit.ts'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'
import { actionOf } from './apply-rows.ts'
import { answerOf, ended, lockOperation, requireMine, undoUntil, type Operation, type OperationRow } from './operation.ts'
import { takeOn } from './start-operation.ts'

/** POST /operations/:id/cancel: stops what waits or runs and keeps what is done. A chunk under way ends first: it holds the row that this waits for. */
export async function cancel(ctx: Ctx, trx: Kysely<any>, id: string): Promise<Operation> {
  const op = await lockOperation(ctx, trx, id)
  requireMine(ctx, op)
  if (ended(op)) throw new Problem('conflict', 'This has ended already.')
  if (op.taking_back) throw new Problem('conflict', 'This is being taken back; that goes on to its end.')
  const until = op.done > 0 ? undoUntil({ inverse: op.inverse ? 'yes' : undefined, undoHours: op.undo_hours ?? undefined }, ctx.now) : null
  const { rows: [after] } = await sql<OperationRow>`with stopped as (update operations set state = 'cancelled', asks = null, finished_at = now(), undo_until = ${until}, 
      error = case when total > done + skipped + failed then 'Stopped; ' || (total - done - skipped - failed) || ' of ' || total || ' rows were left as they are.' end where id = ${id} returning *),
    told as (select audit_append(${auditRows(ctx, [{ act: 'cancel', resource: 'operations', subjectId: id, changes: { state: { before: op.state, after: 'cancelled' }, done: { before: null, after: op.done } } }])}::jsonb)) select stopped.* from stopped, told`.execute(trx)
  ctx.totals.changed('operations')
  return answerOf(after!, ctx.now)
}

/** POST /operations/:id/retry: a new operation of the rows that failed, and of those it did not come to. */
export async function retry(ctx: Ctx, trx: Kysely<any>, id: string): Promise<Operation> {
  const op = await lockOperation(ctx, trx, id)
  requireMine(ctx, op)
  if (!ended(op) || op.state === 'undone') throw new Problem('conflict', op.state === 'undone' ? 'This was taken back.' : 'This has not ended yet.')
  const resource = ctx.registry.named(op.resource)
  const action = resource && actionOf(ctx, resource, op.action)
  if (!resource || !action?.on.includes('bulk') && !action?.on.includes('row')) throw new Problem('conflict', 'This cannot be tried again.')
  const { rows: [some] } = await sql`select 1 from operation_results where operation_id = ${id} and outcome in ('failed', 'waiting') limit 1`.execute(trx)
  if (!some) throw new Problem('conflict', 'No row failed.')
  const left = sql<boolean>`t.id in (select subject_id from operation_results where operation_id = ${id} and outcome in ('failed', 'waiting'))`
  return takeOn(ctx, trx, resource, op.action, action, op.input, { where: left }, { retryOf: id }, id)
}
