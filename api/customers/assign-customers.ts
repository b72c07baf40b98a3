import { sql } from 'kysely'
import { Problem } from '../engine/errors.ts'
import type { ActionVerb } from '../engine/registry.ts'

/** Gives a set of customers to a colleague, or to nobody. The inverse names whose each was. */
export const assignCustomers: ActionVerb = async (_ctx, trx, { ids, input }) => {
  const to = input.ownerId as string | null
  if (to !== null) {
    const { rows } = await sql`select 1 from staff where id = ${to} and active and deleted_at is null`.execute(trx)
    if (!rows.length) throw new Problem('unprocessable', 'Owner: there is no such person.', { errors: { ownerId: ['There is no such person.'] } })
  }
  const { rows } = await sql<{ id: string; before: string | null }>`
    with present as (select id, owner_id as before from customers where id = any(${ids}::uuid[])),
      written as (update customers c set owner_id = ${to}, version = c.version + 1, updated_at = now() from present p where p.id = c.id and p.before is distinct from ${to}::uuid)
    select id, before from present`.execute(trx)
  return rows.map(r => r.before === to ? { id: r.id, outcome: 'skipped', reason: to ? 'Theirs already' : 'Nobody’s already' }
    : { id: r.id, outcome: 'done', inverse: { ownerId: r.before }, changes: { ownerId: { before: r.before, after: to } } })
}
