import { type Kysely, sql } from 'kysely'

/** The company's organisations. Columns that mirror or compute (plan, mrr, status) do not move `version`. */
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of [
    sql`create table customers (
      id uuid primary key,
      external_id text,
      name text collate people not null,
      email text,
      domain text,
      owner_id uuid references staff,
      tags text[] not null default '{}',
      plan text,
      plans text[] not null default '{}',
      mrr bigint not null default 0,
      currency text not null default 'usd',
      mrr_native bigint not null default 0,
      status text not null default 'lead' check (status in ('lead', 'trialing', 'active', 'past_due', 'paused', 'churned')),
      access text not null default 'open' check (access in ('open', 'suspended')),
      renews_at timestamptz,
      cancels_at timestamptz,
      seats int,
      last_seen_at timestamptz,
      source_name text, source_email text, source_domain text,
      name_edited_at timestamptz, email_edited_at timestamptz, domain_edited_at timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      deleted_at timestamptz,
      version int not null default 1
    )`,
    sql`create unique index customers_external_id on customers (external_id) where external_id is not null`,
    sql`create index customers_created on customers (created_at, id) where deleted_at is null`,
    sql`create index customers_name on customers (name, id) where deleted_at is null`,
    sql`create index customers_mrr on customers (mrr, id) where deleted_at is null`,
    sql`create index customers_renews on customers (renews_at, id) where deleted_at is null`,
    sql`create index customers_seen on customers (last_seen_at, id) where deleted_at is null`,
    sql`create index customers_status_mrr on customers (status, mrr, id) where deleted_at is null`,
    sql`create index customers_plan_status on customers (plan, status, mrr, id) where deleted_at is null`,
    sql`create index customers_owner on customers (owner_id, mrr, id) where deleted_at is null`,
    sql`create index customers_tags on customers using gin (tags)`,
    sql`create index customers_name_like on customers using gin (name gin_trgm_ops)`,
    sql`create index customers_email_like on customers using gin (email gin_trgm_ops)`,
    sql`create index customers_domain_like on customers using gin (domain gin_trgm_ops)`,
  ]) await statement.execute(db)
}
