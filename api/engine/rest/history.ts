import { sql } from 'kysely'
import { columnOf, tableOf, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import type { HistoryEntry } from '../../../resources/engine/manifest.ts'
import { toSql } from '../access.ts'
import type { Ctx } from '../context.ts'
import { isId } from '../ids.ts'
import { undosOf } from '../operations/undos.ts'
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
