import { type Kysely, sql } from 'kysely'

/**
 * An operation may take longer than a request: its rows are frozen when it is made and each has its outcome (`waiting` until it has one), so that whoever
 * goes on with it does no row twice. `asks` is `<resource>/<action>` while it waits for other people to agree, empty afterwards; `taking_back` says that its
 * rows are being taken back.
 */
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of [
    sql`alter table operations
      add column selection jsonb,
      add column taking_back boolean not null default false,
      add column taken_back int not null default 0,
      add column taken_back_by uuid references staff,
      add column runs_at timestamptz,
      add column started_at timestamptz,
      add column attempts int not null default 0,
      add column retry_of uuid references operations,
      add column undo_hours int,
      add column asks text,
      add column approvals_needed int not null default 0,
      add column approvals jsonb not null default '[]',
      add column approve_until timestamptz,
      add column parameters_hash text,
      add column on_behalf_of jsonb`,
    sql`alter table operation_results drop constraint operation_results_outcome_check`,
    sql`alter table operation_results add constraint operation_results_outcome_check check (outcome in ('waiting', 'done', 'skipped', 'failed'))`,
    sql`alter table operation_results add column undone_at timestamptz`,
    // outcomes change once each: room on the page keeps that from touching the index
    sql`alter table operation_results set (fillfactor = 70)`,
    sql`create index operations_asks on operations (asks, created_at, id) where asks is not null`,
    sql`create index operations_request on operations (request_id)`,
    sql`create index operations_unfinished on operations (created_by, created_at) where state in ('waiting', 'running')`,
  ]) await statement.execute(db)
}
