import { sql } from 'kysely'
import { columnOf, rightOf, tableOf, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import type { HistoryEntry } from '../../../resources/engine/manifest.ts'
import { toSql } from '../access.ts'
import type { Ctx } from '../context.ts'
import { isId } from '../ids.ts'
import { visibleRows } from '../where.ts'
import { show } from './show.ts'

/** Names of those in whose name something was done: colleagues, and rows of resources that can be impersonated, where this person may read them. */
async function namesOf(ctx: Ctx, ids: readonly string[]): Promise<Map<string, string>> {
  if (!ids.length) return new Map()
  const named = ctx.registry.resources.filter(r => (r.name === 'people' || r.actions?.impersonation) && ctx.access.field(r, 'read', r.title) === true)
  const parts = named.map(r => sql`select t.id::text as id, ${sql.ref(`t.${columnOf(r.title, r.fields[r.title]!)}`)}::text as name from ${sql.table(tableOf(r))} as t where t.id = any(${[...new Set(ids)]}::uuid[]) and ${toSql(visibleRows(r, ctx.access), 't')}`)
  if (!parts.length) return new Map()
  return new Map((await sql<{ id: string; name: string }>`${sql.join(parts, sql` union all `)}`.execute(ctx.db)).rows.map(r => [r.id, r.name]))
}

/** GET /r/:id/history: what was done to a row, newest first, its differences cut to the fields this person may read. */
export async function history(ctx: Ctx, resource: ResourceDefinition, id: string): Promise<HistoryEntry[]> {
  const row = await show(ctx, resource, id)
  const readable = new Set(ctx.access.fields(resource, 'read').filter(name => ctx.access.field(resource, 'read', name) === true))
  const { rows } = await sql<any>`select a.at, a.actor_id, a.actor_name, a.on_behalf_of, a.act, a.request_id, v.reason, v.changes
    from audit_log a left join audit_values v on v.audit_id = a.id
    where a.resource = ${resource.name} and a.subject_id = ${id} order by a.seq desc limit 200`.execute(ctx.db)
  const names = await namesOf(ctx, rows.map(r => r.on_behalf_of).filter(isId))
  const undos = await undosOf(ctx, resource, row, rows.map(r => r.request_id).filter(r => r !== null))
  return rows.map(r => ({
    at: r.at.toISOString(), actor: { id: r.actor_id, name: r.actor_name },
    ...(r.on_behalf_of ? { onBehalfOf: { id: r.on_behalf_of, name: names.get(r.on_behalf_of) ?? '' } } : {}),
    act: r.act, reason: r.reason, requestId: r.request_id,
    changes: Object.fromEntries(Object.entries(r.changes ?? {}).filter(([name]) => readable.has(name) || (name === 'deletedAt' && resource.softDelete))) as HistoryEntry['changes'],
    ...(undos.has(`${r.request_id} ${r.act}`) ? { undo: undos.get(`${r.request_id} ${r.act}`)! } : {}),
  }))
}

interface Undoable { id: string; request_id: string; action: string; done: number; inverse: { action?: string; kind?: string; version?: number } }

/** Acts on this row that this person may take back now, by request and act. A change of fields only while nothing was changed after it. */
async function undosOf(ctx: Ctx, resource: ResourceDefinition, row: Record<string, any>, requests: readonly string[]): Promise<Map<string, { id: string; rows: number }>> {
  const undoable = ctx.registry.server('operations').computed?.undoable
  if (!requests.length || !undoable) return new Map()
  const mine = ctx.access.role.grants['*'] ? sql`true` : sql`o.created_by = ${ctx.actor.id}`
  const { rows } = await sql<Undoable>`select o.id, o.request_id, o.action, o.done - o.taken_back as done, o.inverse
    from operations o where o.request_id = any(${requests}) and o.resource = ${resource.name} and o.inverse is not null and ${mine} and ${undoable('o')}
      and exists (select 1 from operation_results r where r.operation_id = o.id and r.subject_id = ${row.id} and r.outcome = 'done' and r.undone_at is null)`.execute(ctx.db)
  const may = (o: Undoable) => o.inverse.action ? ctx.access.may(resource, rightOf(o.inverse.action)) : o.inverse.kind !== undefined || (ctx.access.may(resource, o.action === 'update' ? 'update' : 'delete') && o.inverse.version === row.version)
  return new Map(rows.filter(may).map(o => [`${o.request_id} ${o.action}`, { id: o.id, rows: o.done }]))
}
