import { sql, type Kysely } from 'kysely'
import { tableOf, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import { toSql } from '../access.ts'
import { auditRows, canonical, type AuditEntry } from '../audit.ts'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'
import type { ActionResult } from '../registry.ts'
import { softDelete, update } from '../rest/update.ts'
import { actionOf, applyRows, meets, reach } from './apply-rows.ts'
import { answerOf, lockOperation, nextRows, requireMine, sizes, undoable, type Operation, type OperationRow } from './operation.ts'
import { enqueue } from './start-operation.ts'

/** A row that was done, with what it takes to take exactly that back. */
export interface DoneRow { subject_id: string; inverse: any }
/** Takes rows back in the caller's transaction; answers one result a row: what is not `done` was changed since and was left as it is. */
export type TakeBack = (ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, op: OperationRow, rows: readonly DoneRow[]) => Promise<ActionResult[]>

/** How operations that are no action of a definition are taken back, by `kind` of their inverse. Each file that makes such operations adds its own. */
export const takers = new Map<string, TakeBack>()

const changedSince = 'Changed since'

/**
 * DELETE /operations/:id: stops and takes back what waits or runs, takes back what is done. Needs the right to the inverse as it is today. A row that was changed
 * since is a conflict, named: then nothing is taken back, unless those rows are to be left as they are. 409 `already_undone`, `undo_expired`, `undo_conflict`.
 */
export async function undo(ctx: Ctx, trx: Kysely<any>, id: string, leaveChanged = false): Promise<Operation> {
  const op = await lockOperation(ctx, trx, id)
  requireMine(ctx, op)
  if (op.state === 'undone') throw new Problem('already_undone', 'This was taken back already.')
  if (op.taking_back) throw new Problem('already_undone', 'This is being taken back already.')
  if (op.state === 'waiting') return withdraw(ctx, trx, op)
  if (!op.inverse || (op.state !== 'running' && op.done <= op.taken_back)) throw new Problem('undo_conflict', 'This cannot be taken back.')
  const resource = ctx.registry.named(op.resource)
  if (!resource) throw new Problem('undo_conflict', 'This cannot be taken back: what it was about is gone.')
  if (op.inverse.action) actionOf(ctx, resource, op.inverse.action)
  if (op.state === 'running') return later(ctx, trx, op)
  if (!undoable(op, ctx.now)) throw new Problem('undo_expired', 'The time to take this back is over.')
  if (op.done - op.taken_back > sizes.atOnce) {
    if (!leaveChanged) await requireUnchanged(ctx, trx, resource, op)
    return later(ctx, trx, op)
  }
  const rows = await doneRows(trx, op, '00000000-0000-0000-0000-000000000000', sizes.atOnce)
  const results = await takeBack(ctx, trx, resource, op, rows)
  const conflicts = results.filter(r => r.outcome !== 'done').map(r => r.id)
  if (conflicts.length && !(leaveChanged && conflicts.length < results.length)) throw conflict(conflicts, conflicts.length)
  await keep(ctx, trx, resource, op, results)
  return finish(ctx, trx, resource, op.id, op.state)
}

/** What waits has done nothing yet: it only never happens. */
async function withdraw(ctx: Ctx, trx: Kysely<any>, op: OperationRow): Promise<Operation> {
  const { rows: [after] } = await sql<OperationRow>`with undone as (update operations set state = 'undone', asks = null, finished_at = now() where id = ${op.id} returning *),
    told as (select audit_append(${auditRows(ctx, [undoEntry(op.id, 'waiting')])}::jsonb)) select undone.* from undone, told`.execute(trx)
  ctx.totals.changed('operations')
  return answerOf(after!, ctx.now)
}

/** Many rows, or an operation that runs: the job goes backwards from the next chunk on. */
async function later(ctx: Ctx, trx: Kysely<any>, op: OperationRow): Promise<Operation> {
  const { rows: [after] } = await sql<OperationRow>`update operations set state = 'running', taking_back = true, taken_back_by = ${ctx.actor.id}, attempts = 0, error = null where id = ${op.id} returning *`.execute(trx)
  await enqueue(ctx, trx, op.id)
  ctx.totals.changed('operations')
  return answerOf(after!, ctx.now)
}

/** All rows are looked at before the first is touched. What changes between this and the job's chunk is left there, and named. */
async function requireUnchanged(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, op: OperationRow): Promise<void> {
  if (!op.inverse.action) return
  const name: string = op.inverse.action
  const action = actionOf(ctx, resource, name)
  const same = name === 'restore' ? sql`(o.inverse->>'version' is null or (o.inverse->>'version')::int = t.version)` : sql`true`
  const { rows } = await sql<{ id: string; n: number }>`select o.subject_id as id, count(*) over () as n from operation_results o
      left join ${sql.table(tableOf(resource))} t on t.id = o.subject_id and ${toSql(reach(ctx, resource, name), 't')} and ${meets(ctx, resource, name, action)} and ${same}
    where o.operation_id = ${op.id} and o.outcome = 'done' and o.undone_at is null and t.id is null limit ${sizes.named}`.execute(trx)
  if (rows.length) throw conflict(rows.map(r => r.id), rows[0]!.n)
}

const doneRows = (trx: Kysely<any>, op: OperationRow, after: string, limit: number): Promise<DoneRow[]> =>
  nextRows<DoneRow>(trx, op, sql`subject_id, inverse`, sql`outcome = 'done' and undone_at is null`, after, limit)

/** One chunk backwards; the last id of it, or nothing when all is taken back. */
export async function takeBackChunk(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, op: OperationRow, after: string): Promise<string | null> {
  if (op.inverse.action) actionOf(ctx, resource, op.inverse.action)
  const rows = await doneRows(trx, op, after, sizes.chunk)
  if (!rows.length) { await finish(ctx, trx, resource, op.id, 'running'); return null }
  await keep(ctx, trx, resource, op, await takeBack(ctx, trx, resource, op, rows))
  return rows.at(-1)!.subject_id
}

const takeBack: TakeBack = (ctx, trx, resource, op, rows) => {
  const taker = op.inverse.kind ? takers.get(op.inverse.kind) : op.inverse.action ? byAction : byWrite
  if (!taker) throw new Problem('undo_conflict', 'This cannot be taken back.')
  return taker(ctx, trx, resource, op, rows)
}

/** Rows are taken back by what each of them needs: those with the same inverse together. */
const byAction: TakeBack = async (ctx, trx, resource, op, rows) => {
  const name: string = op.inverse.action
  const form = actionOf(ctx, resource, name)
  const reason = form.reason === 'required' ? { reason: 'Taken back' } : {}
  const each = new Map(rows.map(r => [r.subject_id, r.inverse]))
  const groups = form.form ? [...Map.groupBy(rows, r => canonical(r.inverse ?? {})).values()] : [rows]
  const results: ActionResult[] = []
  for (const group of groups) results.push(...await applyRows(ctx, trx, resource, name, group.map(r => r.subject_id), { ...(form.form ? group[0]!.inverse : {}), ...reason }, each))
  return results
}

/** A row that was changed, removed or brought back by itself: against the version that act left. */
const byWrite: TakeBack = async (ctx, trx, resource, op, rows) => {
  const id = rows[0]!.subject_id, match = `"v${op.inverse.version}"`
  try {
    if (op.action === 'update') await update(ctx, trx, resource, id, op.inverse.values, match)
    else await softDelete(ctx, trx, resource, id, match, op.action === 'delete')
  } catch (error) {
    if (error instanceof Problem && (error.code === 'stale' || error.code === 'not_found')) throw conflict([id], 1)
    throw error
  }
  // what these do audits itself
  return [{ id, outcome: 'done' }]
}

async function keep(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, op: OperationRow, results: readonly ActionResult[]): Promise<void> {
  const back = results.filter(r => r.outcome === 'done')
  const entries: AuditEntry[] = op.inverse.action || op.inverse.kind ? back.map(r => ({ act: op.inverse.action ?? 'undo', resource: resource.name, subjectId: r.id, changes: r.changes })) : []
  const marks = JSON.stringify(results.map(r => ({ id: r.id, back: r.outcome === 'done' })))
  await sql`with mark as (update operation_results o set undone_at = case when r.back then now() end, reason = case when r.back then o.reason else ${changedSince} end
      from jsonb_to_recordset(${marks}::jsonb) as r(id uuid, back boolean) where o.operation_id = ${op.id} and o.subject_id = any(${results.map(r => r.id)}::uuid[]) and o.subject_id = r.id),
    progress as (update operations set taken_back = taken_back + ${back.length}, attempts = 0 where id = ${op.id})
    select ${entries.length ? sql`audit_append(${auditRows(ctx, entries)}::jsonb)` : sql`1`}`.execute(trx)
  ctx.totals.changed(tableOf(resource))
}

async function finish(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, id: string, before: string): Promise<Operation> {
  const { rows: [after] } = await sql<OperationRow>`with undone as (update operations set state = 'undone', taking_back = false, finished_at = coalesce(finished_at, now()),
      error = case when done > taken_back then (done - taken_back) || case when done - taken_back = 1 then ' row was changed since and was left as it is.' else ' rows were changed since and were left as they are.' end end where id = ${id} returning *),
    told as (select audit_append(${auditRows(ctx, [undoEntry(id, before)])}::jsonb)) select undone.* from undone, told`.execute(trx)
  ctx.totals.changed(tableOf(resource))
  ctx.totals.changed('operations')
  return answerOf(after!, ctx.now)
}

const undoEntry = (id: string, before: string): AuditEntry => ({ act: 'undo', resource: 'operations', subjectId: id, changes: { state: { before, after: 'undone' } } })
const conflict = (ids: string[], n: number): Problem => new Problem('undo_conflict', `${n === 1 ? 'A row was' : `${n.toLocaleString('en')} rows were`} changed since. Nothing was taken back.`, { extra: { conflicts: ids, conflicting: n } })
