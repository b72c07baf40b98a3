import { sql } from 'kysely'
import type { Domain } from '../engine/registry.ts'

export const system: Domain = {
  resources: {
    operations: {
      computed: { undoable: t => sql`(${sql.ref(`${t}.state`)} = 'done' and ${sql.ref(`${t}.inverse`)} is not null and ${sql.ref(`${t}.done`)} > 0 and ${sql.ref(`${t}.undo_until`)} > now())` },
    },
  },
}
