import { sql, type Kysely } from 'kysely'
import { tableOf, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import { audit, auditRows } from '../audit.ts'
import type { Ctx, Services } from '../context.ts'
import { Problem } from '../errors.ts'
import type { ActionResult } from '../registry.ts'
import { actionOf, applyRows, verbOf } from './apply-rows.ts'
import { ended, nextRows, sizes, undoUntil, type OperationRow } from './operation.ts'
import { contextOfPerson } from './person.ts'
import { entriesOf, outcomesOf, parametersHash, reasonOf } from './start-operation.ts'
import { takeBackChunk } from './take-back.ts'

/** Where a run stands: rows up to here were looked at in this run. */
export interface Cursor { phase: 'forward' | 'back'; after: string }
export type Step = { more: Cursor } | { more: null }

/** The next chunk of an operation that is no action of a definition: the end of it, or nothing when none is left. */
export type Runner = (ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, op: OperationRow, after: string) => Promise<string | null>
/** How operations that are no action of a definition go on, by their action. Each file that makes such operations adds its own. */
export const runners = new Map<string, Runner>()

export const beginning: Cursor = { phase: 'forward', after: '00000000-0000-0000-0000-000000000000' }
const over: Step = { more: null }
const mostAttempts = 5

/**
 * The next chunk of an operation, in one transaction: rows locked, permission and precondition checked as they are now, verb called once, outcomes, inverse
 * and audit rows written. Whoever comes second to a chunk waits, and finds its rows done.
 */
export async function stepOperation(services: Services, id: string, cursor: Cursor = beginning): Promise<Step> {
  try {
    return await services.db.transaction().execute(trx => step(services, trx, id, cursor))
  } catch (error) {
    if (error instanceof Problem && error.status < 500) { await fail(services, id, error.message); return over }
    const { rows: [op] } = await sql<{ attempts: number }>`update operations set attempts = attempts + 1 where id = ${id} and state in ('waiting', 'running') returning attempts`.execute(services.db)
    if (!op || op.attempts < mostAttempts) throw error
    services.log.error({ err: error, operationId: id }, 'an operation was given up')
    await fail(services, id, 'Something went wrong on our side, five times.')
    return over
  }
}

async function step(services: Services, trx: Kysely<any>, id: string, cursor: Cursor): Promise<Step> {
  await sql`set local statement_timeout = '60s'`.execute(trx)
  const now = new Date()
  const { rows: [op] } = await sql<OperationRow>`select * from operations where id = ${id} for update`.execute(trx)
  if (!op || ended(op) || op.asks || (op.runs_at && op.runs_at > now)) return over
  const resource = services.registry.named(op.resource)
  if (!resource) throw new Problem('not_found', 'What this was about does not exist any more.')
  const phase = op.taking_back ? 'back' : 'forward'
  const after = phase === cursor.phase ? cursor.after : beginning.after
  const ctx = await contextOfPerson(services, trx, op.taking_back ? op.taken_back_by : op.created_by, { requestId: op.request_id ?? id, now, ...(op.on_behalf_of ? { onBehalfOf: op.on_behalf_of } : {}) })
  const runner = runners.get(op.action)
  const last = op.taking_back ? await takeBackChunk(ctx, trx, resource, op, after) : runner ? await runner(ctx, trx, resource, op, after) : op.selection?.collection ? await collection(ctx, trx, resource, op) : await forward(ctx, trx, resource, op, after)
  return last === null ? over : { more: { phase, after: last } }
}

/** The last id of the chunk, or nothing when there was none left and the operation is done. */
async function forward(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, op: OperationRow, after: string): Promise<string | null> {
  if (op.parameters_hash && !op.started_at && op.parameters_hash !== await parametersHash(trx, op)) throw new Problem('conflict', 'What was approved is not what stands here now.')
  actionOf(ctx, resource, op.action)
  const rows = await nextRows<{ id: string }>(trx, op, sql`subject_id as id`, sql`outcome = 'waiting'`, after, sizes.chunk)
  if (!rows.length) { await finish(ctx, trx, resource, op); return null }
  const results = await applyRows(ctx, trx, resource, op.action, rows.map(r => r.id), op.input)
  await keep(ctx, trx, resource, op, results)
  return rows.at(-1)!.id
}

/** An act on the resource as a whole is one step; its rows are those it made. */
async function collection(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, op: OperationRow): Promise<string | null> {
  actionOf(ctx, resource, op.action)
  const results = await verbOf(ctx, resource, op.action)(ctx, trx, { ids: [], input: op.input })
  await sql`insert into operation_results (operation_id, subject_id, outcome) select ${op.id}, subject_id, 'waiting' from jsonb_to_recordset(${outcomesOf(results)}::jsonb) as r(subject_id uuid)`.execute(trx)
  await sql`update operations set total = ${results.length} where id = ${op.id}`.execute(trx)
  await keep(ctx, trx, resource, op, results)
  await finish(ctx, trx, resource, { ...op, total: results.length, done: results.filter(r => r.outcome === 'done').length })
  return null
}

async function keep(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, op: OperationRow, results: readonly ActionResult[]): Promise<void> {
  const count = (outcome: string) => results.filter(r => r.outcome === outcome).length
  await sql`with outcome as (update operation_results o set outcome = r.outcome, reason = r.reason, inverse = r.inverse
      from jsonb_to_recordset(${outcomesOf(results)}::jsonb) as r(subject_id uuid, outcome text, reason text, inverse jsonb) where o.operation_id = ${op.id} and o.subject_id = any(${results.map(r => r.id)}::uuid[]) and o.subject_id = r.subject_id),
    progress as (update operations set state = 'running', started_at = coalesce(started_at, now()), attempts = 0, done = done + ${count('done')}, skipped = skipped + ${count('skipped')}, failed = failed + ${count('failed')} where id = ${op.id})
    select audit_append(${auditRows(ctx, entriesOf(resource, op.action, reasonOf(op.input), results))}::jsonb)`.execute(trx)
  ctx.totals.changed(tableOf(resource))
}

/** All rows were looked at. */
export async function finish(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, op: OperationRow): Promise<void> {
  const until = undoUntil({ inverse: op.inverse ? 'yes' : undefined, undoHours: op.undo_hours ?? undefined }, ctx.now)
  await sql`update operations set state = 'done', finished_at = now(), undo_until = case when done > 0 then ${until}::timestamptz end where id = ${op.id}`.execute(trx)
  await audit(trx, ctx, [{ act: op.action, resource: 'operations', subjectId: op.id, reason: reasonOf(op.input), changes: { state: { before: op.state, after: 'done' }, total: { before: null, after: op.total }, done: { before: null, after: op.done } } }])
  ctx.totals.changed(tableOf(resource))
  ctx.totals.changed('operations')
}

/** Stops with a sentence; what is done stays, and can still be taken back. */
async function fail(services: Services, id: string, sentence: string): Promise<void> {
  await services.db.transaction().execute(async trx => {
    const { rows: [op] } = await sql<OperationRow>`select * from operations where id = ${id} and state in ('waiting', 'running') for update`.execute(trx)
    if (!op) return
    const ofAll = op.taking_back ? `${op.taken_back.toLocaleString('en')} of ${op.done.toLocaleString('en')} rows were taken back; the rest was left as it is.`
      : op.done + op.skipped + op.failed > 0 ? `${(op.done + op.skipped + op.failed).toLocaleString('en')} of ${op.total.toLocaleString('en')} rows were looked at; the rest was left as it is.` : 'Nothing was done.'
    await sql`update operations set state = 'failed', taking_back = false, asks = null, finished_at = now(), error = ${`${sentence} ${ofAll}`},
      undo_until = case when inverse is not null and done > taken_back then coalesce(${op.finished_at ? op.undo_until : null}::timestamptz, now() + make_interval(hours => coalesce(undo_hours, 24))) end where id = ${id}`.execute(trx)
    const actor = { kind: 'product' as const, id: null, name: 'Quarterdeck' }
    await audit(trx, { actor, requestId: op.request_id ?? id, ip: null }, [{ act: 'stop', resource: 'operations', subjectId: id, reason: sentence, changes: { state: { before: op.state, after: 'failed' } } }])
  })
  services.totals.changed('operations')
}
