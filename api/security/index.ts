import { sql, type RawBuilder } from 'kysely'
import type { Domain } from '../engine/registry.ts'

const hex = (column: string) => (alias: string): RawBuilder<unknown> => sql`encode(${sql.ref(`${alias}.${column}`)}, 'hex')`
/** Values lie beside the chain: one row of audit_values per entry, by its key. */
const beside = (expression: string) => (alias: string): RawBuilder<unknown> => sql`(select ${sql.raw(expression)} from audit_values v where v.audit_id = ${sql.ref(`${alias}.id`)})`

export const security: Domain = {
  resources: {
    'audit-log': {
      computed: {
        digest: hex('digest'), prev: hex('prev'), hash: hex('hash'),
        reason: beside('v.reason'), changes: beside('v.changes'), erasedAt: beside('v.erased_at'), salt: beside("encode(v.salt, 'hex')"),
      },
    },
  },
}
