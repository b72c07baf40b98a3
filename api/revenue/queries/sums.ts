import { sql } from 'kysely'
import type { Database } from '../../engine/database.ts'
import { Problem } from '../../engine/errors.ts'

export const eventCategories = ['new', 'expansion', 'contraction', 'churn', 'reactivation', 'fx'] as const
export const allCategories = [...eventCategories, 'transferIn', 'transferOut', 'adjustment'] as const
export type AnyCategory = (typeof allCategories)[number]

/** Exact sums of one bucket and group, in 1/10,000 minor unit. `bucket` is null for what lies before the first. */
export interface Sum { bucket: string | null; group: string; category: AnyCategory; e4: bigint; customers: number; movements: number }

export interface SumOptions {
  /** First day of the range; everything before it is the opening. */
  from: string
  to: string
  by: 'month' | 'day' | 'all'
  groupBy?: 'plan' | 'currency'
  /** Native holdings of one currency instead of everything in the book's. */
  currency?: string
}

/**
 * What the daily snapshots add up to, by bucket, group and category. Throws 409 fx_rate_missing where a row had no rate and the book's
 * currency is asked for.
 */
export async function sums(db: Database, o: SumOptions): Promise<Sum[]> {
  const bucket = o.by === 'all' ? sql`'all'` : o.by === 'month' ? sql`to_char(day, 'YYYY-MM')` : sql`to_char(day, 'YYYY-MM-DD')`
  const group = o.groupBy === 'plan' ? sql`product_stripe_id` : o.groupBy === 'currency' ? sql`currency` : sql`''`
  const customers = sql.raw(o.currency ? 'currency_delta' : o.groupBy === 'plan' ? 'plan_delta' : o.groupBy === 'currency' ? 'currency_delta' : 'customer_delta')
  const { rows } = await sql<{ bucket: string | null; group: string; category: AnyCategory; e4: string; customers: number; movements: number; unpriced: number }>`
    select case when day < ${o.from}::date then null else ${bucket} end as bucket, ${group} as "group", category, sum(${sql.raw(o.currency ? 'native_e4' : 'amount_e4')})::text as e4,
      sum(${customers})::int as customers, sum(movements)::int as movements, sum(unpriced)::int as unpriced
    from mrr_snapshots where day <= ${o.to}::date ${o.currency ? sql`and currency = ${o.currency}` : sql``}
    group by 1, 2, 3`.execute(db)
  if (!o.currency && rows.some(r => r.unpriced > 0)) throw await missingRate(db, o.to)
  return rows.map(r => ({ bucket: r.bucket, group: r.group, category: r.category, e4: BigInt(r.e4), customers: r.customers, movements: r.movements }))
}

/** Names the currency and the day on which a rate is missing. */
export async function missingRate(db: Database, to: string): Promise<Problem> {
  const { rows: [row] } = await sql<{ currency: string; day: string }>`select currency, min(day)::text as day from mrr_movements where live and amount_e4 is null and day <= ${to}::date group by 1 order by 2 limit 1`.execute(db)
  return new Problem('fx_rate_missing', `There is no exchange rate for ${row?.currency.toUpperCase() ?? 'a currency'} on ${row?.day ?? to}. Add one, or ask for one currency.`, { extra: row ? { currency: row.currency, date: row.day } : {} })
}
