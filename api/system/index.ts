import { sql } from 'kysely'
import type { Domain } from '../engine/registry.ts'
import { savedViews } from './saved-views.ts'

export const system: Domain = {
  resources: {
    'saved-views': savedViews,
    operations: {
      computed: {
        // the same as `undoable` of api/engine/operations/operation.ts
        undoable: t => sql`(${sql.ref(`${t}.state`)} = 'waiting' or (${sql.ref(`${t}.state`)} = 'running' and not ${sql.ref(`${t}.taking_back`)} and ${sql.ref(`${t}.inverse`)} is not null)
          or (${sql.ref(`${t}.state`)} in ('done', 'failed', 'cancelled') and ${sql.ref(`${t}.inverse`)} is not null and ${sql.ref(`${t}.done`)} > ${sql.ref(`${t}.taken_back`)} and coalesce(${sql.ref(`${t}.undo_until`)} > now(), false)))`,
        approval: t => sql`(case when ${sql.ref(`${t}.approvals_needed`)} > 0 then jsonb_build_object('needed', ${sql.ref(`${t}.approvals_needed`)}, 'approvedBy', jsonb_path_query_array(${sql.ref(`${t}.approvals`)}, '$[*].id')) end)`,
      },
    },
  },
}
