import { sql } from 'kysely'
import type { Row } from '../billing/bulk-rows.ts'
import type { Database } from '../engine/database.ts'

const sums = sql.raw(`sum(coalesce(amount_e4, 0)) as amount_e4, sum(native_e4) as native_e4, sum(sign) as movements, sum(case when amount_e4 is null then sign else 0 end) as unpriced,
  sum(customer_delta) as customer_delta, sum(plan_delta) as plan_delta, sum(currency_delta) as currency_delta`)

/** Adds new ledger rows (reversals with their negative amounts) to the days they touch. */
export async function addToSnapshots(db: Database, rows: readonly Row[]): Promise<void> {
  if (!rows.length) return
  const slim = rows.map(r => ({ day: r.day, product_stripe_id: r.product_stripe_id, currency: r.currency, category: r.category, amount_e4: r.amount_e4, native_e4: r.native_e4, sign: r.reverses_id ? -1 : 1, customer_delta: r.customer_delta, plan_delta: r.plan_delta, currency_delta: r.currency_delta }))
  await sql`
    insert into mrr_snapshots as s (day, product_stripe_id, currency, category, amount_e4, native_e4, movements, unpriced, customer_delta, plan_delta, currency_delta)
    select day, product_stripe_id, currency, category, ${sums}
    from jsonb_to_recordset(${JSON.stringify(slim)}::jsonb) as t(day date, product_stripe_id text, currency text, category text, amount_e4 bigint, native_e4 bigint, sign int, customer_delta int, plan_delta int, currency_delta int)
    group by 1, 2, 3, 4 order by 1, 2, 3, 4
    on conflict (day, product_stripe_id, currency, category) do update set
      amount_e4 = s.amount_e4 + excluded.amount_e4, native_e4 = s.native_e4 + excluded.native_e4, movements = s.movements + excluded.movements, unpriced = s.unpriced + excluded.unpriced,
      customer_delta = s.customer_delta + excluded.customer_delta, plan_delta = s.plan_delta + excluded.plan_delta, currency_delta = s.currency_delta + excluded.currency_delta`.execute(db)
}

/** Where the snapshots differ from the live ledger they are a cache of; empty when all is well. At most 20 differences. */
export async function snapshotDifferences(db: Database): Promise<{ day: string; product: string; currency: string; category: string; cached: number; ledger: number }[]> {
  const { rows } = await sql<{ day: string; product: string; currency: string; category: string; cached: number; ledger: number }>`
    with ledger as (
      select day, product_stripe_id, currency, category, sum(coalesce(amount_e4, 0))::bigint as amount_e4, sum(native_e4)::bigint as native_e4, count(*)::int as movements,
        sum(customer_delta)::int as customer_delta, sum(plan_delta)::int as plan_delta, sum(currency_delta)::int as currency_delta
      from mrr_movements where live group by 1, 2, 3, 4)
    select coalesce(s.day, l.day)::text as day, coalesce(s.product_stripe_id, l.product_stripe_id) as product, coalesce(s.currency, l.currency) as currency, coalesce(s.category, l.category) as category,
      coalesce(s.amount_e4, 0) as cached, coalesce(l.amount_e4, 0) as ledger
    from mrr_snapshots s full join ledger l using (day, product_stripe_id, currency, category)
    where (coalesce(s.amount_e4, 0), coalesce(s.native_e4, 0), coalesce(s.movements, 0), coalesce(s.customer_delta, 0), coalesce(s.plan_delta, 0), coalesce(s.currency_delta, 0))
      is distinct from (coalesce(l.amount_e4, 0), coalesce(l.native_e4, 0), coalesce(l.movements, 0), coalesce(l.customer_delta, 0), coalesce(l.plan_delta, 0), coalesce(l.currency_delta, 0))
    limit 20`.execute(db)
  return rows
}

/** Computes every snapshot anew from the live ledger. */
export async function rebuildSnapshots(db: Database): Promise<void> {
  await sql`delete from mrr_snapshots`.execute(db)
  await sql`
    insert into mrr_snapshots (day, product_stripe_id, currency, category, amount_e4, native_e4, movements, unpriced, customer_delta, plan_delta, currency_delta)
    select day, product_stripe_id, currency, category, ${sums} from (select *, 1 as sign from mrr_movements where live) m group by 1, 2, 3, 4`.execute(db)
}
