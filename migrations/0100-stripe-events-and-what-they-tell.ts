import { type Kysely, sql } from 'kysely'

/** Raw events and object versions are only ever added: everything else in billing and revenue can be rebuilt from them. */
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of [
    sql`create table stripe_events (
      id uuid primary key,
      stripe_account_id text not null,
      stripe_id text not null,
      type text not null,
      api_version text,
      livemode boolean not null,
      object_type text,
      object_id text,
      stripe_customer_id text,
      created_at timestamptz not null,
      received_at timestamptz not null default now(),
      payload json not null,
      unique (stripe_id, stripe_account_id)
    )`,
    sql`create index stripe_events_created on stripe_events (created_at, id)`,
    sql`create index stripe_events_object on stripe_events (object_id, created_at, id)`,
    sql`create table stripe_inbox (
      event_id uuid primary key references stripe_events,
      seq bigint generated always as identity,
      state text not null default 'pending' check (state in ('pending', 'applied', 'ignored', 'kept', 'failed')),
      attempts int not null default 0,
      error text,
      available_at timestamptz not null default now(),
      applied_at timestamptz
    )`,
    sql`create index stripe_inbox_pending on stripe_inbox (seq) where state = 'pending'`,
    sql`create index stripe_inbox_failed on stripe_inbox (seq) where state = 'failed'`,
    sql`create table object_versions (
      id uuid primary key,
      stripe_account_id text not null,
      object_type text not null,
      object_id text not null,
      stripe_customer_id text,
      effective_at timestamptz not null,
      recorded_at timestamptz not null default now(),
      source text not null check (source in ('webhook', 'backfill', 'refetch')),
      event_id uuid references stripe_events,
      event_type text,
      facts jsonb,
      previous jsonb,
      payload json,
      hash text
    )`,
    sql`create unique index object_versions_event on object_versions (event_id) where event_id is not null`,
    sql`create index object_versions_object on object_versions (object_id, effective_at)`,
    sql`create index object_versions_customer on object_versions (stripe_customer_id, stripe_account_id) where facts is not null`,
    sql`create index object_versions_effective on object_versions (effective_at, id)`,
    sql`create table sync_cursors (
      id uuid primary key,
      stripe_account_id text not null,
      resource text not null,
      state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed')),
      cursor text,
      fetched int not null default 0,
      changed int not null default 0,
      upper_created timestamptz not null,
      started_at timestamptz,
      finished_at timestamptz,
      error text,
      created_at timestamptz not null default now(),
      unique (stripe_account_id, resource)
    )`,
  ]) await statement.execute(db)
}
