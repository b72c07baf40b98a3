import { type Kysely, sql } from 'kysely'

/**
 * Acts of people with their inverse, and the audit log. The chain covers who, what, when and a salted digest of the values; the values
 * lie beside it, so that they can be erased without breaking the chain. One function appends: it locks the head, chains, moves the head.
 */
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of [
    sql`create table operations (
      id uuid primary key,
      resource text not null,
      action text not null,
      state text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled', 'undone')),
      input jsonb not null default '{}',
      total int not null default 0, done int not null default 0, skipped int not null default 0, failed int not null default 0,
      error text,
      inverse jsonb,
      undo_until timestamptz,
      created_by uuid references staff,
      request_id text,
      created_at timestamptz not null default now(),
      finished_at timestamptz
    )`,
    sql`create index operations_mine on operations (created_by, created_at, id)`,
    sql`create index operations_created on operations (created_at, id)`,
    sql`create table operation_results (
      operation_id uuid not null references operations on delete cascade,
      subject_id uuid not null,
      outcome text not null check (outcome in ('done', 'skipped', 'failed')),
      reason text,
      inverse jsonb,
      primary key (operation_id, subject_id)
    )`,
    sql`create table idempotency_keys (
      staff_id uuid not null,
      route text not null,
      key text not null,
      request_hash text not null,
      status int,
      body jsonb,
      created_at timestamptz not null default now(),
      primary key (staff_id, route, key)
    )`,
    sql`create index idempotency_keys_created on idempotency_keys (created_at)`,
    sql`create table audit_log (
      id uuid primary key,
      seq bigint not null unique,
      at timestamptz not null,
      actor_kind text not null,
      actor_id text,
      actor_name text not null,
      on_behalf_of text,
      act text not null,
      resource text not null,
      subject_id text,
      request_id text,
      ip text,
      digest bytea not null,
      prev bytea not null,
      hash bytea not null
    )`,
    sql`create index audit_log_subject on audit_log (resource, subject_id, seq)`,
    sql`create index audit_log_actor on audit_log (actor_id, seq)`,
    sql`create index audit_log_at on audit_log (at, id)`,
    sql`create index audit_log_resource_at on audit_log (resource, at, id)`,
    sql`create table audit_values (
      audit_id uuid primary key references audit_log,
      salt bytea not null,
      reason text,
      changes jsonb,
      erased_at timestamptz
    )`,
    sql`create table audit_head (single boolean primary key default true check (single), seq bigint not null, hash bytea not null)`,
    sql`insert into audit_head values (true, 0, sha256('quarterdeck audit log'))`,
    sql`create function audit_hash(prev bytea, seq bigint, at timestamptz, parts text[], digest bytea) returns bytea language sql immutable as $$
      select sha256(prev || convert_to(seq::text || '|' || to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '|'
        || (select string_agg(case when p is null then '-' else octet_length(p)::text || ':' || p end, '|' order by n) from unnest(parts) with ordinality t(p, n)), 'UTF8') || digest)
    $$`,
    sql`create function audit_append(rows jsonb) returns void language plpgsql security definer set search_path = public as $$
      declare head audit_head; r jsonb; moment timestamptz; h bytea;
      begin
        select * into head from audit_head for update;
        moment := date_trunc('milliseconds', clock_timestamp());
        for r in select * from jsonb_array_elements(rows) loop
          head.seq := head.seq + 1;
          h := audit_hash(head.hash, head.seq, moment, array[r->>'id', r->>'actorKind', r->>'actorId', r->>'actorName', r->>'onBehalfOf', r->>'act',
            r->>'resource', r->>'subjectId', r->>'requestId', r->>'ip'], decode(r->>'digest', 'hex'));
          insert into audit_log values ((r->>'id')::uuid, head.seq, moment, r->>'actorKind', r->>'actorId', r->>'actorName', r->>'onBehalfOf', r->>'act',
            r->>'resource', r->>'subjectId', r->>'requestId', r->>'ip', decode(r->>'digest', 'hex'), head.hash, h);
          insert into audit_values values ((r->>'id')::uuid, decode(r->>'salt', 'hex'), r->>'reason', r->'changes', null);
          head.hash := h;
        end loop;
        update audit_head set seq = head.seq, hash = head.hash;
      end $$`,
    sql`create function audit_is_insert_only() returns trigger language plpgsql as $$ begin raise exception 'The audit log is insert-only.' using errcode = '42501'; end $$`,
    sql`create trigger audit_log_insert_only before update or delete on audit_log for each row execute function audit_is_insert_only()`,
    sql`create trigger audit_log_no_truncate before truncate on audit_log for each statement execute function audit_is_insert_only()`,
  ]) await statement.execute(db)
}
