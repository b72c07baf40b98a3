import { sql } from 'kysely'
import type { ActionVerb } from '../engine/registry.ts'

const most = 50

/** Adds labels to a set of customers in one statement. The inverse names exactly the labels that were new to each. */
export const tagCustomers: ActionVerb = async (_ctx, trx, { ids, input }) => {
  const { rows } = await sql<{ id: string; before: string[]; added: string[]; full: boolean }>`
    with wanted as (select c.id, c.tags as before, array(select w from unnest(${input.tags}::text[]) w where not w = any(c.tags)) as added
        from customers c where c.id = any(${ids}::uuid[])),
      written as (update customers c set tags = c.tags || w.added, version = c.version + 1, updated_at = now()
        from wanted w where w.id = c.id and cardinality(w.added) > 0 and cardinality(c.tags || w.added) <= ${most} returning c.id)
    select w.id, w.before, w.added, cardinality(w.before || w.added) > ${most} as full from wanted w`.execute(trx)
  return rows.map(r => r.full ? { id: r.id, outcome: 'failed', reason: `A customer has at most ${most} tags` }
    : !r.added.length ? { id: r.id, outcome: 'skipped', reason: 'Already tagged' }
      : { id: r.id, outcome: 'done', inverse: { tags: r.added }, changes: { tags: { before: r.before, after: [...r.before, ...r.added] } } })
}

/** Takes labels off a set of customers. The inverse names exactly those that were there. */
export const untagCustomers: ActionVerb = async (_ctx, trx, { ids, input }) => {
  const { rows } = await sql<{ id: string; before: string[]; removed: string[] }>`
    with wanted as (select c.id, c.tags as before, array(select t from unnest(c.tags) t where t = any(${input.tags}::text[])) as removed from customers c where c.id = any(${ids}::uuid[])),
      written as (update customers c set tags = array(select t from unnest(c.tags) with ordinality u(t, n) where not t = any(w.removed) order by n), version = c.version + 1, updated_at = now()
        from wanted w where w.id = c.id and cardinality(w.removed) > 0 returning c.id)
    select w.id, w.before, w.removed from wanted w`.execute(trx)
  return rows.map(r => !r.removed.length ? { id: r.id, outcome: 'skipped', reason: 'Not tagged so' }
    : { id: r.id, outcome: 'done', inverse: { tags: r.removed }, changes: { tags: { before: r.before, after: r.before.filter(t => !r.removed.includes(t)) } } })
}
