import { type Kysely, sql } from 'kysely'

/** Keys of the company's own product, its messages, and its events by month. Partitions are made ahead by a function, since the application owns no table. */
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of [
    sql`create table write_keys (
      id uuid primary key,
      name text collate people not null,
      prefix text,
      key_hash text,
      last_used_at timestamptz,
      created_by uuid references staff,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      deleted_at timestamptz,
      version int not null default 1
    )`,
    sql`create unique index write_keys_hash on write_keys (key_hash)`,
    sql`create index write_keys_created on write_keys (created_at, id) where deleted_at is null`,
    sql`create table ingest_messages (
      message_id text primary key,
      type text not null,
      write_key_id uuid not null references write_keys,
      received_at timestamptz not null default now(),
      payload jsonb
    )`,
    sql`create index ingest_messages_received on ingest_messages (received_at) where payload is null`,
    sql`create table ingest_rejects (
      id uuid primary key,
      message_id text,
      type text,
      reason text not null,
      payload text not null,
      write_key_id uuid not null references write_keys,
      received_at timestamptz not null default now()
    )`,
    sql`create index ingest_rejects_received on ingest_rejects (received_at, id)`,
    sql`create index ingest_rejects_key on ingest_rejects (write_key_id, received_at, id)`,
    sql`create table product_events (
      id uuid not null,
      message_id text not null,
      name text not null,
      user_id uuid,
      customer_id uuid,
      at timestamptz not null,
      received_at timestamptz not null default now(),
      properties jsonb not null default '{}',
      primary key (at, id)
    ) partition by range (at)`,
    sql`create index product_events_customer on product_events (customer_id, at)`,
    sql`create index product_events_user on product_events (user_id, at)`,
    sql`create index product_events_name on product_events (name, at)`,
    sql`create table product_events_rest partition of product_events default`,
    sql`create function product_events_month(month date) returns boolean language plpgsql security definer set search_path = public as $$
      declare first date := date_trunc('month', month)::date; part text := 'product_events_' || to_char(first, 'YYYY_MM');
      begin
        perform pg_advisory_xact_lock(hashtext('product_events_month'));
        if to_regclass(part) is not null then return false; end if;
        if exists (select 1 from product_events_rest where at >= first::timestamp at time zone 'UTC' and at < (first + interval '1 month')::timestamp at time zone 'UTC') then return false; end if;
        execute format('create table %I partition of product_events for values from (%L) to (%L)', part, to_char(first, 'YYYY-MM-DD') || ' 00:00:00+00', to_char(first + interval '1 month', 'YYYY-MM-DD') || ' 00:00:00+00');
        return true;
      end $$`,
    sql`select product_events_month((date_trunc('month', now()) + make_interval(months => m))::date) from generate_series(-3, 6) m`,
  ]) await statement.execute(db)
}
