import type { Domain } from '../engine/registry.ts'
import { reactivateCustomers, suspendCustomers } from './suspend-customers.ts'
import { tagCustomers, untagCustomers } from './tag-customers.ts'

/** From the first edit on, name, email and domain are ours: the source's value stays beside them. */
const edited = { name: 'name_edited_at', email: 'email_edited_at', domain: 'domain_edited_at' } as const

export const customers: Domain = {
  resources: {
    customers: {
      columns: ({ values, now }) => Object.fromEntries(Object.entries(edited).filter(([field]) => field in values).map(([, column]) => [column, now])),
      actions: { tagging: tagCustomers, untagging: untagCustomers, suspension: suspendCustomers, reactivation: reactivateCustomers },
    },
  },
}
