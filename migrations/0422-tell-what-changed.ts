import { type Kysely, sql } from 'kysely'

/** Whoever listens hears which table a committed transaction wrote to, whichever process wrote. The migrator puts the trigger on the table of each resource. */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`create function tell_change() returns trigger language plpgsql as $$ begin perform pg_notify('quarterdeck_changes', tg_table_name); return null; end $$`.execute(db)
}
