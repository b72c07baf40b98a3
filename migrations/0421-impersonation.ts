import { type Kysely, sql } from 'kysely'

/**
 * Visits of our staff to the company's own product in a customer's name: asked for here, handed over once by a signed link, begun there. A customer may refuse them.
 */
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of [
    sql`alter table customers add column impersonation_allowed boolean not null default true`,
    sql`create table impersonations (
      id uuid primary key,
      staff_id uuid not null references staff,
      customer_id uuid references customers,
      user_id uuid references users,
      reason text not null,
      mode text not null check (mode in ('read-only', 'full')),
      created_at timestamptz not null default now(),
      handover_until timestamptz not null,
      begun_at timestamptz,
      expires_at timestamptz,
      ended_at timestamptz,
      ended_by uuid references staff,
      updated_at timestamptz not null default now(),
      version int not null default 1
    )`,
    sql`create index impersonations_created on impersonations (created_at, id)`,
    sql`create index impersonations_staff on impersonations (staff_id, created_at, id)`,
    sql`create index impersonations_customer on impersonations (customer_id, created_at, id)`,
    sql`create index impersonations_user on impersonations (user_id, created_at, id)`,
  ]) await statement.execute(db)
}
