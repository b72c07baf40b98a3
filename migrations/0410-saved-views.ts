import { type Kysely, sql } from 'kysely'

/**
 * A list as somebody left it: filter, order, columns. `role` is whose role it is shared with, `default_for` the role that finds the list so. The names of fields
 * it speaks of are kept beside it, so that readers who may not read one of them are not shown it.
 */
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of [
    sql`create table saved_views (
      id uuid primary key,
      resource text not null,
      name text collate people not null,
      share text not null default 'me' check (share in ('me', 'role', 'all')),
      role text,
      default_for text,
      owner_id uuid not null references staff,
      filters jsonb not null default '{}',
      sort jsonb not null default '[]',
      columns jsonb,
      widths jsonb,
      density text check (density in ('compact', 'default', 'comfortable')),
      filter_names text[] not null default '{}',
      column_names text[] not null default '{}',
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      deleted_at timestamptz,
      version int not null default 1
    )`,
    sql`create index saved_views_name on saved_views (name, id) where deleted_at is null`,
    sql`create index saved_views_created on saved_views (created_at, id) where deleted_at is null`,
    sql`create index saved_views_resource on saved_views (resource, name, id) where deleted_at is null`,
    sql`create index saved_views_owner on saved_views (owner_id) where deleted_at is null`,
    sql`create index saved_views_name_like on saved_views using gin (name gin_trgm_ops)`,
    sql`create unique index saved_views_default on saved_views (resource, default_for) where default_for is not null and deleted_at is null`,
  ]) await statement.execute(db)
}
