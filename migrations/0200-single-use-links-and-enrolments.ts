import { type Kysely, sql } from 'kysely'

/** Links that set a password once, second factors being set up, and the ways the audit log is read. */
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of [
    sql`create table staff_links (
      id uuid primary key,
      staff_id uuid not null references staff on delete cascade,
      kind text not null check (kind in ('invitation', 'reset')),
      token_hash bytea not null unique,
      sealed_token text,
      expires_at timestamptz not null,
      used_at timestamptz,
      mailed_at timestamptz,
      created_by uuid references staff,
      created_at timestamptz not null default now()
    )`,
    sql`create index staff_links_staff on staff_links (staff_id)`,
    sql`create table staff_enrolments (
      staff_id uuid primary key references staff on delete cascade,
      secret text not null,
      backup_codes text not null,
      created_at timestamptz not null default now()
    )`,
    sql`create index staff_role on staff (role, name, id)`,
    sql`create index staff_seen on staff (last_seen_at, id)`,
    sql`create index staff_created on staff (created_at, id)`,
    sql`create index staff_sessions_expires on staff_sessions (expires_at)`,
    sql`create index audit_log_act on audit_log (act, seq)`,
  ]) await statement.execute(db)
}
