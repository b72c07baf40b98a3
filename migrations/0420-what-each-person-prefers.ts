import { type Kysely, sql } from 'kysely'

/** How a person likes their panel: zone, density, home, columns. Theirs alone, and gone with them. */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`create table staff_preferences (
    staff_id uuid not null references staff on delete cascade,
    key text not null,
    value jsonb not null,
    updated_at timestamptz not null default now(),
    primary key (staff_id, key)
  )`.execute(db)
}
