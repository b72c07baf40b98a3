import { type Kysely, sql } from 'kysely'

/** Sums of customers must be the head figure of revenue to the cent, so they go over the unrounded MRR. In minor units with four more places. */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`alter table customers add column mrr_exact numeric(24,4) not null default 0`.execute(db)
}
