import { type Kysely, sql } from 'kysely'

/** A new or changed rate marks everybody who ever held its currency as due: the job that writes what time brings does the rest. */
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of [
    sql`create function fx_rates_changed() returns trigger language plpgsql as $$
      begin
        update billing_accounts b set next_due_at = now()
        where b.customer_id in (select m.customer_id from mrr_movements m where m.live and m.currency in (select from_currency from changed union select to_currency from changed));
        return null;
      end $$`,
    sql`create trigger fx_rates_added after insert on fx_rates referencing new table as changed for each statement execute function fx_rates_changed()`,
    sql`create trigger fx_rates_updated after update on fx_rates referencing new table as changed for each statement execute function fx_rates_changed()`,
    sql`create index mrr_movements_recorded on mrr_movements (recorded_at, id) where live`,
  ]) await statement.execute(db)
}
