import { sql } from 'kysely'
import { tableOf, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import type { ActionVerb } from '../registry.ts'

/** Marks a set of rows as removed. The inverse names the version each then has: a row that went on since is not brought back over it. */
export const remove = (resource: ResourceDefinition): ActionVerb => async (ctx, trx, { ids }) => {
  const { rows } = await sql<{ id: string; version: number }>`update ${sql.table(tableOf(resource))} set deleted_at = ${ctx.now}, version = version + 1, updated_at = now()
    where id = any(${ids}::uuid[]) and deleted_at is null returning id, version`.execute(trx)
  const after = ctx.registry.server(resource.name).afterWrite
  if (after) for (const { id } of rows) await after(ctx, trx, { id, verb: 'delete', values: {} })
  return rows.map(r => ({ id: r.id, outcome: 'done', inverse: { version: r.version }, changes: { deletedAt: { before: null, after: ctx.now.toISOString() } } }))
}

/** Brings a set of rows back; when it takes a removal back, only those that nobody touched since. */
export const bringBack = (resource: ResourceDefinition): ActionVerb => async (ctx, trx, { ids, each }) => {
  const wanted = JSON.stringify(ids.map(id => ({ id, version: (each?.get(id) as { version?: number } | undefined)?.version ?? null })))
  const { rows } = await sql<{ id: string; before: Date; written: boolean }>`
    with wanted as (select * from jsonb_to_recordset(${wanted}::jsonb) as w(id uuid, version int)),
      present as (select t.id, t.deleted_at as before, w.version is null or w.version = t.version as same from ${sql.table(tableOf(resource))} t join wanted w on w.id = t.id),
      written as (update ${sql.table(tableOf(resource))} t set deleted_at = null, version = t.version + 1, updated_at = now() from present p where p.id = t.id and p.same returning t.id)
    select p.id, p.before, w.id is not null as written from present p left join written w on w.id = p.id`.execute(trx)
  const after = ctx.registry.server(resource.name).afterWrite
  if (after) for (const { id, written } of rows) if (written) await after(ctx, trx, { id, verb: 'restore', values: {} })
  return rows.map(r => r.written ? { id: r.id, outcome: 'done', inverse: {}, changes: { deletedAt: { before: r.before.toISOString(), after: null } } } : { id: r.id, outcome: 'skipped', reason: 'Changed since' })
}
