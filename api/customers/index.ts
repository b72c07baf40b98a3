import { sql } from 'kysely'
import type { Domain } from '../engine/registry.ts'
import { assignCustomers } from './assign-customers.ts'
import { endImpersonations, impersonateCustomer, impersonateUser } from './impersonate.ts'
import { keepMentions } from './keep-mentions.ts'
import { reactivateCustomers, suspendCustomers } from './suspend-customers.ts'
import { tagCustomers, untagCustomers } from './tag-customers.ts'
import { stateOf } from './visits.ts'

/** From the first edit on, these are ours: the source's value stays beside them. */
const editedAt = (fields: readonly string[], values: Record<string, unknown>, now: Date): Record<string, Date> =>
  Object.fromEntries(fields.filter(field => field in values).map(field => [`${field}_edited_at`, now]))

export const customers: Domain = {
  resources: {
    customers: {
      columns: ({ values, now }) => editedAt(['name', 'email', 'domain'], values, now),
      actions: { assignment: assignCustomers, tagging: tagCustomers, untagging: untagCustomers, suspension: suspendCustomers, reactivation: reactivateCustomers, impersonation: impersonateCustomer },
    },
    users: { columns: ({ values, now }) => editedAt(['name', 'email'], values, now), actions: { impersonation: impersonateUser } },
    impersonations: { computed: { state: stateOf }, actions: { ending: endImpersonations } },
    notes: {
      computed: {
        mentions: alias => sql`array(select s.name::text from note_mentions m join staff s on s.id = m.staff_id where m.note_id = ${sql.ref(`${alias}.id`)} order by s.name)`,
      },
      columns: ({ before, actorId }) => before ? {} : { author_id: actorId },
      afterWrite: keepMentions,
    },
  },
}
