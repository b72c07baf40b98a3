import { type Kysely, sql } from 'kysely'

/** People who work in the panel, how they sign in, and the counters that slow guessing down. */
export async function up(db: Kysely<any>): Promise<void> {
  await sql`create extension if not exists pg_trgm`.execute(db)
  await sql`create collation if not exists people (provider = icu, locale = 'und')`.execute(db)
  for (const statement of [
    sql`create table staff (
      id uuid primary key,
      name text collate people not null,
      email text not null,
      email_verified boolean not null default false,
      image text,
      role text not null default 'auditor',
      active boolean not null default true,
      row_scope text check (row_scope in ('own')),
      two_factor_enabled boolean not null default false,
      invited_at timestamptz,
      last_seen_at timestamptz,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      deleted_at timestamptz,
      version int not null default 1
    )`,
    sql`create unique index staff_email on staff (lower(email))`,
    sql`create index staff_name on staff (name, id)`,
    sql`create table staff_sessions (
      id uuid primary key,
      staff_id uuid not null references staff on delete cascade,
      token text not null unique,
      expires_at timestamptz not null,
      ip_address text,
      user_agent text,
      seen_at timestamptz not null default now(),
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    )`,
    sql`create index staff_sessions_staff on staff_sessions (staff_id)`,
    sql`create table staff_accounts (
      id uuid primary key,
      staff_id uuid not null references staff on delete cascade,
      account_id text not null,
      provider_id text not null,
      access_token text, refresh_token text, id_token text,
      access_token_expires_at timestamptz, refresh_token_expires_at timestamptz,
      scope text, password text,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    )`,
    sql`create index staff_accounts_staff on staff_accounts (staff_id)`,
    sql`create table staff_verifications (
      id uuid primary key,
      identifier text not null,
      value text not null,
      expires_at timestamptz not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now()
    )`,
    sql`create index staff_verifications_identifier on staff_verifications (identifier)`,
    sql`create table staff_two_factors (
      id uuid primary key,
      staff_id uuid not null references staff on delete cascade,
      secret text not null,
      backup_codes text not null,
      verified boolean not null default true,
      failed_verification_count int not null default 0,
      locked_until timestamptz,
      last_step bigint not null default 0
    )`,
    sql`create unique index staff_two_factors_staff on staff_two_factors (staff_id)`,
    sql`create table elevations (
      session_id uuid primary key references staff_sessions on delete cascade,
      at timestamptz,
      failures int not null default 0,
      locked_until timestamptz
    )`,
    sql`create unlogged table rate_limits (key varchar(255) primary key, points int not null default 0, expire bigint)`,
  ]) await statement.execute(db)
}
