import { createHash } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import { tableOf, type Action, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import { runOperationJob } from '../../../resources/system/jobs.ts'
import { toSql } from '../access.ts'
import { audit, auditRows, canonical, type AuditEntry } from '../audit.ts'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'
import { requireStepUp } from '../http/step-up.ts'
import { isId, newId } from '../ids.ts'
import type { ActionResult } from '../registry.ts'
import type { Values } from '../rest/body.ts'
import { actionOf, applyRows, meets, reach, verbOf } from './apply-rows.ts'
import { answerOf, sizes, undoUntil, type Operation, type OperationRow } from './operation.ts'
import { readInput } from './read-input.ts'
import { fewOf, freeze, readSelection, requireExpected } from './select-rows.ts'

/** Where an act was asked for: on one row, on many, on the resource as a whole. */
export type Asked = { mode: 'row'; id: string } | { mode: 'bulk' } | { mode: 'collection' }

const approvalDays = 7, mostOpen = 100

/**
 * Does an act, or takes it on: at once for up to 200 rows; for more, or where the action is a job, waits its seconds or asks others, the rows are frozen
 * and a job goes on with it.
 */
export async function startOperation(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, name: string, asked: Asked, body: Record<string, unknown>, key: string | undefined): Promise<Operation> {
  const action = actionOf(ctx, resource, name)
  if (!action.on.includes(asked.mode)) throw new Problem('not_found', `"${action.label}" is not done this way.`)
  if (action.idempotency === 'required' && key === undefined) throw new Problem('bad_request', 'This needs an Idempotency-Key, so that it happens once however often it is sent.')
  if (action.stepUp) requireStepUp(ctx)
  const input = readInput(action, body)
  if (asked.mode === 'collection') return collect(ctx, trx, resource, name, action, input)
  const selection = asked.mode === 'row' ? { ids: [asked.id] } : readSelection(ctx, resource, body)
  const ids = 'ids' in selection ? selection.ids : await fewOf(trx, resource, selection.where)
  if (ids && 'expected' in selection) requireExpected(selection.expected, ids.length)
  const kept = 'asked' in selection ? selection.asked : { ids: selection.ids }
  if (!ids) return takeOn(ctx, trx, resource, name, action, input, selection as { where: any; expected?: number }, kept)
  const later = ids.every(isId) && (action.job === true || action.delaySeconds !== undefined || approvalsFor(action, input, ids.length) > 0)
  if (later && await anyReady(ctx, trx, resource, name, action, ids)) return takeOn(ctx, trx, resource, name, action, input, { ids }, kept)
  const results = isId(ids[0]) || asked.mode !== 'row' ? await applyRows(ctx, trx, resource, name, ids, input) : []
  if (asked.mode === 'row' && (!results.length || results[0]!.reason === 'not_found')) throw new Problem('not_found', `There is no such ${resource.label[0].toLowerCase()}.`)
  return remember(ctx, trx, resource, name, action, input, results, kept)
}

/** How many others have to agree to this. */
export function approvalsFor(action: Action, input: Values, rows: number): number {
  const { approval } = action
  if (!approval) return 0
  const { above } = approval
  if (!above) return approval.needed
  const exceeds = (above.rows !== undefined && rows > above.rows) || Object.entries(above.input ?? {}).some(([field, limit]) => input[field] !== null && input[field] !== undefined && Number(input[field]) > limit)
  return exceeds ? approval.needed : 0
}

/** Nobody is asked to agree to, and nothing waits for, what would change no row. */
async function anyReady(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, name: string, action: Action, ids: readonly string[]): Promise<boolean> {
  const { rows } = await sql`select 1 from ${sql.table(tableOf(resource))} as t where t.id = any(${ids}::uuid[]) and ${toSql(reach(ctx, resource, name), 't')} and ${meets(ctx, resource, name, action)} limit 1`.execute(trx)
  return rows.length > 0
}

async function collect(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, name: string, action: Action, input: Values): Promise<Operation> {
  if (action.job || action.delaySeconds !== undefined || approvalsFor(action, input, 0) > 0) return takeOn(ctx, trx, resource, name, action, input, { ids: [] }, { collection: true })
  return remember(ctx, trx, resource, name, action, input, await verbOf(ctx, resource, name)(ctx, trx, { ids: [], input }), { collection: true })
}

/** Keeps what was asked, its rows frozen, and hands it to the job; or lets it wait for those who have to agree. */
export async function takeOn(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, name: string, action: Action, input: Values, rows: { ids: readonly string[] } | { where: any; expected?: number }, kept: Record<string, unknown>, retryOf?: string): Promise<Operation> {
  await requireRoom(ctx, trx)
  const id = newId()
  const runsAt = action.delaySeconds === undefined ? null : new Date(ctx.now.getTime() + action.delaySeconds * 1000)
  await sql`insert into operations (id, resource, action, state, input, selection, inverse, undo_hours, created_by, on_behalf_of, request_id, created_at, runs_at, retry_of)
    values (${id}, ${resource.name}, ${name}, 'waiting', ${JSON.stringify(input)}::jsonb, ${JSON.stringify(kept)}::jsonb, ${action.inverse ? JSON.stringify({ action: action.inverse }) : null}::jsonb, ${action.undoHours ?? null},
      ${personOf(ctx)}, ${ctx.onBehalfOf ? JSON.stringify(ctx.onBehalfOf) : null}::jsonb, ${ctx.requestId}, ${ctx.now}, ${runsAt}, ${retryOf ?? null})`.execute(trx)
  const total = await freeze(trx, id, resource, rows)
  if ('where' in rows) requireExpected(rows.expected, total)
  const needed = approvalsFor(action, input, total)
  const { rows: [op] } = await sql<OperationRow>`update operations set total = ${total}, undo_until = ${runsAt ?? undoUntil(action, ctx.now)}, approvals_needed = ${needed},
      asks = ${needed ? `${resource.name}/${name}` : null}, approve_until = ${needed ? new Date(ctx.now.getTime() + approvalDays * 86_400_000) : null}, parameters_hash = ${needed ? await parametersHash(trx, { id, resource: resource.name, action: name, input }) : null}
    where id = ${id} returning *`.execute(trx)
  if (!needed) await enqueue(ctx, trx, id, action.delaySeconds)
  await audit(trx, ctx, [{ act: name, resource: 'operations', subjectId: id, reason: reasonOf(input), changes: { state: { before: null, after: 'waiting' }, total: { before: null, after: total } } }])
  return answerOf(op!, ctx.now)
}

/** Nobody fills the queue, or the disk with frozen rows, by asking again and again. */
async function requireRoom(ctx: Ctx, trx: Kysely<any>): Promise<void> {
  const { rows: [open] } = await sql<{ n: number }>`select count(*) as n from operations where created_by = ${personOf(ctx)} and state in ('waiting', 'running')`.execute(trx)
  if (open!.n >= mostOpen) throw new Problem('rate_limited', `${mostOpen} acts of yours still wait or run. Let some end, or stop them.`, { retryAfter: 30 })
}

/** Hands an operation to a worker, in the transaction that made it ready. */
export async function enqueue(ctx: Pick<Ctx, 'queue'>, trx: Kysely<any>, operationId: string, startAfter?: number): Promise<void> {
  await ctx.queue?.enqueue(trx, runOperationJob, { operationId }, startAfter ? { startAfter } : {})
}

/** What approval is bound to: act, input, and exactly these rows. */
export async function parametersHash(trx: Kysely<any>, op: Pick<OperationRow, 'id' | 'resource' | 'action' | 'input'>): Promise<string> {
  const { rows: [row] } = await sql<{ digest: string }>`select encode(sha256(convert_to(coalesce(string_agg(subject_id::text, ',' order by subject_id), ''), 'UTF8')), 'hex') as digest from operation_results where operation_id = ${op.id}`.execute(trx)
  return createHash('sha256').update(canonical({ resource: op.resource, action: op.action, input: op.input, rows: row!.digest })).digest('hex')
}

export const reasonOf = (input: Values): string | null => (input.reason as string | undefined) ?? null
const personOf = (ctx: Ctx): string | null => ctx.actor.kind === 'person' ? ctx.actor.id : null

/** Audit rows of what was done to each row. */
export const entriesOf = (resource: ResourceDefinition, name: string, reason: string | null, results: readonly ActionResult[]): AuditEntry[] =>
  results.filter(r => r.outcome === 'done').map(r => ({ act: name, resource: resource.name, subjectId: r.id, reason, changes: r.changes }))

/** Outcomes as JSON for jsonb_to_recordset. */
export const outcomesOf = (results: readonly ActionResult[]): string => JSON.stringify(results.map(r => ({ subject_id: r.id, outcome: r.outcome, reason: r.reason ?? null, inverse: r.inverse ?? null })))

/** An act that was done in the request: operation, outcomes, inverse and audit rows in one statement, the last of the transaction. */
async function remember(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, name: string, action: Action, input: Values, results: ActionResult[], kept: Record<string, unknown>): Promise<Operation> {
  const id = newId()
  const count = (outcome: string) => results.filter(r => r.outcome === outcome).length
  const done = count('done')
  const until = done > 0 ? undoUntil(action, ctx.now) : null
  const reason = reasonOf(input)
  const entries = entriesOf(resource, name, reason, results)
  if (results.length > 1 || !entries.length) entries.push({ act: name, resource: 'operations', subjectId: id, reason, changes: { total: { before: null, after: results.length }, done: { before: null, after: done } } })
  const { rows: [op] } = await sql<OperationRow>`with operation as (insert into operations (id, resource, action, state, input, selection, total, done, skipped, failed, inverse, undo_hours, undo_until, created_by, on_behalf_of, request_id, created_at, finished_at)
      values (${id}, ${resource.name}, ${name}, 'done', ${JSON.stringify(input)}::jsonb, ${JSON.stringify(kept)}::jsonb, ${results.length}, ${done}, ${count('skipped')}, ${count('failed')}, ${action.inverse ? JSON.stringify({ action: action.inverse }) : null}::jsonb,
        ${action.undoHours ?? null}, ${until}, ${personOf(ctx)}, ${ctx.onBehalfOf ? JSON.stringify(ctx.onBehalfOf) : null}::jsonb, ${ctx.requestId}, ${ctx.now}, now()) returning *),
    result as (insert into operation_results (operation_id, subject_id, outcome, reason, inverse)
      select ${id}, subject_id, outcome, reason, inverse from jsonb_to_recordset(${outcomesOf(results)}::jsonb) as r(subject_id uuid, outcome text, reason text, inverse jsonb)),
    told as (select audit_append(${auditRows(ctx, entries)}::jsonb))
    select operation.* from operation, told`.execute(trx)
  return answerOf(op!, ctx.now, {
    results: results.slice(0, sizes.named).map(r => ({ id: r.id, outcome: r.outcome, ...(r.reason ? { reason: r.reason } : {}) })),
    ...(results.length === 1 && results[0]!.once ? { once: results[0]!.once } : {}),
  })
}

