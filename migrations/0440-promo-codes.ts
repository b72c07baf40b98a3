import { type Kysely, sql } from 'kysely'

/**
 * Promo codes of ours and what Stripe knows of them. `told_active` is what Stripe was told last (null: nothing yet), so what is left to tell is a condition on the row and no queue of its own.
 */
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of [
    sql`create table promo_codes (
      id uuid primary key,
      code text collate people not null check (code ~ '^[A-Za-z0-9-]{3,40}$'),
      discount text not null check (discount in ('percent', 'amount')),
      percent_off int check (percent_off between 1 and 100),
      amount_off bigint check (amount_off > 0),
      duration text not null check (duration in ('once', 'repeating', 'forever')),
      months int check (months between 1 and 36),
      max_redemptions int check (max_redemptions > 0),
      expires_at timestamptz,
      campaign text collate people,
      active boolean not null default true,
      state text not null default 'waiting' check (state in ('waiting', 'live', 'failed')),
      error text,
      redemptions int not null default 0,
      stripe_coupon_id text,
      stripe_promotion_code_id text,
      told_active boolean,
      created_by uuid references staff,
      created_at timestamptz not null default now(),
      updated_at timestamptz not null default now(),
      deleted_at timestamptz,
      version int not null default 1,
      check ((discount = 'percent') = (percent_off is not null) and (discount = 'amount') = (amount_off is not null)),
      check ((duration = 'repeating') = (months is not null))
    )`,
    sql`create unique index promo_codes_code_once on promo_codes (lower(code)) where deleted_at is null`,
    sql`create unique index promo_codes_stripe on promo_codes (stripe_promotion_code_id) where stripe_promotion_code_id is not null`,
    sql`create index promo_codes_to_tell on promo_codes (created_at, id) where (stripe_promotion_code_id is null and state = 'waiting' and active and deleted_at is null) or told_active <> (active and deleted_at is null)`,
    sql`create index promo_codes_code on promo_codes (code, id) where deleted_at is null`,
    sql`create index promo_codes_created on promo_codes (created_at, id) where deleted_at is null`,
    sql`create index promo_codes_expires on promo_codes (expires_at, id) where deleted_at is null`,
    sql`create index promo_codes_redemptions on promo_codes (redemptions, id) where deleted_at is null`,
    sql`create index promo_codes_campaign on promo_codes (campaign, id) where deleted_at is null`,
    sql`create index promo_codes_code_like on promo_codes using gin (code gin_trgm_ops)`,
    sql`create index promo_codes_campaign_like on promo_codes using gin (campaign gin_trgm_ops)`,
  ]) await statement.execute(db)
}
