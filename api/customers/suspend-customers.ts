import { sql } from 'kysely'
import type { ActionVerb } from '../engine/registry.ts'

/** Sets the access of a set of customers; the engine has locked them and checked that they are in the other state. */
const setAccess = (access: 'open' | 'suspended'): ActionVerb => async (_ctx, trx, { ids }) => {
  const { rows } = await sql<{ id: string }>`update customers set access = ${access}, version = version + 1, updated_at = now() where id = any(${ids}::uuid[]) returning id`.execute(trx)
  const before = access === 'open' ? 'suspended' : 'open'
  return rows.map(r => ({ id: r.id, outcome: 'done', inverse: {}, changes: { access: { before, after: access } } }))
}

export const suspendCustomers = setAccess('suspended')
export const reactivateCustomers = setAccess('open')
