import { type Kysely, sql } from 'kysely'

/**
 * Freezing a hundred thousand rows checked each one's foreign key against an operation made in the same transaction, which is slow beyond reason; operations are
 * never removed, and one function alone writes these rows. The connections plan each statement anew, which filters need and the two inserts of the audit log,
 * once for every row, do not.
 */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`alter table operation_results drop constraint operation_results_operation_id_fkey`.execute(db)
  await sql`alter function audit_append(jsonb) set plan_cache_mode = force_generic_plan`.execute(db)
}
