import { sql, type Kysely } from 'kysely'
import { tableOf, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import { auditRows, canonical } from '../audit.ts'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'
import { isId } from '../ids.ts'
import { act } from './act.ts'
import { softDelete, update } from './update.ts'

interface Row { id: string; resource: string; action: string; state: string; inverse: any; undo_until: Date | null; created_by: string | null; total: number; done: number; skipped: number; failed: number; created_at: Date }

/**
 * DELETE /operations/:id: takes an act back by its stored inverse, in one transaction, with the right that the inverse needs today. A row that was changed since is a conflict, named;
 * then nothing is overwritten, of no row. 404 for other people's operations, 409 `already_undone`, `undo_expired`, `undo_conflict`.
 */
export async function undo(ctx: Ctx, trx: Kysely<any>, id: string): Promise<Record<string, unknown>> {
  const mine = ctx.access.role.grants['*'] ? sql`true` : sql`created_by = ${ctx.actor.id}`
  const { rows: [op] } = isId(id) ? await sql<Row>`select * from operations where id = ${id} and ${mine} for update`.execute(trx) : { rows: [] }
  if (!op) throw new Problem('not_found', 'There is no such operation.')
  if (op.state === 'undone') throw new Problem('already_undone', 'This was taken back already.')
  if (!op.inverse || op.state !== 'done' || !op.done) throw new Problem('undo_conflict', 'This cannot be taken back.')
  if (!op.undo_until || op.undo_until < ctx.now) throw new Problem('undo_expired', 'The time to take this back is over.')
  const resource = ctx.registry.named(op.resource)
  if (!resource) throw new Problem('undo_conflict', 'This cannot be taken back: what it was about is gone.')
  const { rows } = await sql<{ subject_id: string; inverse: any }>`select subject_id, inverse from operation_results where operation_id = ${id} and outcome = 'done'`.execute(trx)
  if (op.inverse.action) await undoAction(ctx, trx, resource, op.inverse.action, rows)
  else await undoWrite(ctx, trx, resource, op, rows[0]!.subject_id)
  await sql`with taken_back as (update operations set state = 'undone' where id = ${id})
    select audit_append(${auditRows(ctx, [{ act: 'undo', resource: 'operations', subjectId: id, changes: { state: { before: 'done', after: 'undone' } } }])}::jsonb)`.execute(trx)
  ctx.totals.changed(tableOf(resource))
  return { id, resource: op.resource, action: op.action, state: 'undone', total: op.total, done: op.done, skipped: op.skipped, failed: op.failed, undoable: false, undoUntil: op.undo_until.toISOString(), createdBy: op.created_by, createdAt: op.created_at.toISOString() }
}

/** Rows are taken back by what each of them needs: the same inverse together. */
async function undoAction(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, action: string, rows: readonly { subject_id: string; inverse: any }[]): Promise<void> {
  for (const group of Map.groupBy(rows, r => canonical(r.inverse ?? {})).values()) {
    const form = resource.actions![action]!
    const input = { ...group[0]!.inverse, ...(form.reason === 'required' ? { reason: 'Taken back' } : {}) }
    for (let i = 0; i < group.length; i += 200) {
      const answer = await act(ctx, trx, resource, action, group.slice(i, i + 200).map(r => r.subject_id), { input }, form.on.includes('bulk') ? 'bulk' : 'row')
      const conflicts = (answer.results ?? []).filter(r => r.outcome !== 'done')
      if (conflicts.length) throw conflict(conflicts.map(r => r.id))
    }
  }
}

async function undoWrite(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, op: Row, id: string): Promise<void> {
  const match = `"v${op.inverse.version}"`
  try {
    if (op.action === 'update') await update(ctx, trx, resource, id, op.inverse.values, match)
    else await softDelete(ctx, trx, resource, id, match, op.action === 'delete')
  } catch (error) {
    if (error instanceof Problem && (error.code === 'stale' || error.code === 'not_found')) throw conflict([id])
    throw error
  }
}

const conflict = (ids: string[]): Problem => new Problem('undo_conflict', `${ids.length === 1 ? 'A row was' : `${ids.length} rows were`} changed since. Nothing was taken back.`, { extra: { conflicts: ids } })
