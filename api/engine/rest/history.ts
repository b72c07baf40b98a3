import { sql } from 'kysely'
import type { ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import type { HistoryEntry } from '../../../resources/engine/manifest.ts'
import type { Ctx } from '../context.ts'
import { show } from './show.ts'

/** GET /r/:id/history: what was done to a row, newest first, its differences cut to the fields this person may read. */
export async function history(ctx: Ctx, resource: ResourceDefinition, id: string): Promise<HistoryEntry[]> {
  await show(ctx, resource, id)
  const readable = new Set(ctx.access.fields(resource, 'read').filter(name => ctx.access.field(resource, 'read', name) === true))
  const { rows } = await sql<any>`select a.at, a.actor_id, a.actor_name, a.on_behalf_of, s.name as behalf_name, a.act, a.request_id, v.reason, v.changes
    from audit_log a left join audit_values v on v.audit_id = a.id left join staff s on s.id::text = a.on_behalf_of
    where a.resource = ${resource.name} and a.subject_id = ${id} order by a.seq desc limit 200`.execute(ctx.db)
  return rows.map(r => ({
    at: r.at.toISOString(), actor: { id: r.actor_id, name: r.actor_name },
    ...(r.on_behalf_of ? { onBehalfOf: { id: r.on_behalf_of, name: r.behalf_name ?? '' } } : {}),
    act: r.act, reason: r.reason, requestId: r.request_id,
    changes: Object.fromEntries(Object.entries(r.changes ?? {}).filter(([name]) => readable.has(name) || (name === 'deletedAt' && resource.softDelete))) as HistoryEntry['changes'],
  }))
}
