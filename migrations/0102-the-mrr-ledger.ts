import { type Kysely, sql } from 'kysely'

/** Movements are appended, never changed: a correction reverses a row and adds another. Exact amounts are in 1/10,000 minor unit. */
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of [
    sql`create table fx_rates (
      id uuid primary key,
      date date not null,
      from_currency text not null check (from_currency ~ '^[a-z]{3}$'),
      to_currency text not null check (to_currency ~ '^[a-z]{3}$'),
      rate numeric(24,12) not null check (rate > 0),
      source text not null,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      version int not null default 1,
      unique (from_currency, to_currency, date)
    )`,
    sql`create index fx_rates_date on fx_rates (date, id)`,
    sql`create table mrr_movements (
      id uuid primary key,
      stripe_account_id text not null,
      customer_id uuid not null references customers,
      billing_account_id uuid not null references billing_accounts,
      stripe_customer_id text not null,
      subscription_id uuid references subscriptions,
      subscription_stripe_id text not null,
      plan_id uuid references products,
      product_stripe_id text not null,
      effective_at timestamptz not null,
      recorded_at timestamptz not null default now(),
      day date not null,
      category text not null check (category in ('new', 'expansion', 'contraction', 'churn', 'reactivation', 'fx', 'transferIn', 'transferOut', 'adjustment')),
      cause text not null,
      currency text not null,
      native_e4 bigint not null,
      native_amount bigint not null,
      book_currency text not null,
      amount_e4 bigint,
      amount bigint,
      amount_exact numeric(24,4),
      rate numeric(24,12),
      fx_rate_id uuid references fx_rates,
      customer_delta smallint not null default 0,
      plan_delta smallint not null default 0,
      currency_delta smallint not null default 0,
      quality text not null check (quality in ('observed', 'reconstructed')),
      policy_version int not null default 1,
      object_version_id uuid references object_versions,
      event_id uuid references stripe_events,
      lines jsonb not null,
      reverses_id uuid references mrr_movements,
      live boolean not null
    )`,
    sql`create unique index mrr_movements_reverses on mrr_movements (reverses_id) where reverses_id is not null`,
    sql`create index mrr_movements_customer on mrr_movements (customer_id, effective_at, id) where live`,
    sql`create index mrr_movements_effective on mrr_movements (effective_at, id) where live`,
    sql`create index mrr_movements_category on mrr_movements (category, effective_at, id) where live`,
    sql`create index mrr_movements_plan on mrr_movements (plan_id, effective_at, id) where live`,
    sql`create index mrr_movements_amount on mrr_movements (amount, id) where live`,
    sql`create index mrr_movements_currency on mrr_movements (currency, effective_at, id) where live`,
    sql`create index mrr_movements_subscription on mrr_movements (subscription_stripe_id) where live`,
    sql`create index mrr_movements_day on mrr_movements (day) where live`,
    sql`create function mrr_movements_only_end() returns trigger language plpgsql as $$
      begin
        if tg_op = 'UPDATE' and old.live and not new.live then
          new.live := true;
          if new is not distinct from old and exists (select 1 from mrr_movements r where r.reverses_id = old.id) then
            new.live := false;
            return new;
          end if;
        end if;
        raise exception 'The ledger of movements is append-only: reverse the row and add another.' using errcode = 'restrict_violation';
      end $$`,
    sql`create trigger mrr_movements_append_only before update or delete on mrr_movements for each row execute function mrr_movements_only_end()`,
    sql`create function mrr_movements_reversed() returns trigger language plpgsql as $$
      begin
        update mrr_movements m set live = false from added a where a.reverses_id = m.id and m.live;
        return null;
      end $$`,
    sql`create trigger mrr_movements_reversal after insert on mrr_movements referencing new table as added for each statement execute function mrr_movements_reversed()`,
    sql`create table mrr_snapshots (
      day date not null,
      product_stripe_id text not null,
      currency text not null,
      category text not null,
      amount_e4 bigint not null default 0,
      native_e4 bigint not null default 0,
      movements int not null default 0,
      unpriced int not null default 0,
      customer_delta int not null default 0,
      plan_delta int not null default 0,
      currency_delta int not null default 0,
      primary key (day, product_stripe_id, currency, category)
    )`,
  ]) await statement.execute(db)
}
