import { sql } from 'kysely'
import { rightOf, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import type { Ctx } from '../context.ts'

/** The operation that is taken back, and how many rows go with it. */
export interface Undo { id: string; rows: number }
interface Undoable { id: string; request_id: string; action: string; done: number; inverse: { action?: string; kind?: string; version?: number } }

/**
 * Acts on a row that this person may take back now, by request and act. A change of fields only while nothing was changed after
 * it. Keys are `<request id> <act>`.
 */
export async function undosOf(ctx: Ctx, resource: ResourceDefinition, row: Record<string, any>, requests: readonly string[]): Promise<Map<string, Undo>> {
  const undoable = ctx.registry.server('operations').computed?.undoable
  if (!requests.length || !undoable) return new Map()
  const mine = ctx.access.role.grants['*'] ? sql`true` : sql`o.created_by = ${ctx.actor.id}`
  const { rows } = await sql<Undoable>`select o.id, o.request_id, o.action, o.done - o.taken_back as done, o.inverse
    from operations o where o.request_id = any(${requests}) and o.resource = ${resource.name} and o.inverse is not null and ${mine} and ${undoable('o')}
      and exists (select 1 from operation_results r where r.operation_id = o.id and r.subject_id = ${row.id} and r.outcome = 'done' and r.undone_at is null)`.execute(ctx.db)
  const may = (o: Undoable) => o.inverse.action ? ctx.access.may(resource, rightOf(o.inverse.action)) : o.inverse.kind !== undefined || (ctx.access.may(resource, o.action === 'update' ? 'update' : 'delete') && o.inverse.version === row.version)
  return new Map(rows.filter(may).map(o => [`${o.request_id} ${o.action}`, { id: o.id, rows: o.done }]))
}
