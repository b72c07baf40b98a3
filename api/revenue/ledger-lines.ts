import { sql } from 'kysely'
import type { Database } from '../engine/database.ts'

interface LineRow { account: string; customer: string; effective: number; category: string; cause: string; subscription: string; plan: string; currency: string; native: string; book: string; amount: string | null; rate: string | null; quality: string; event: string | null }

/**
 * The live ledger as canonical JSON lines, sorted by Stripe customer id, effectiveAt, category, cause, subscription (then by the whole line).
 * Without ids of ours, recorded times and order of arrival: two ledgers are equal when these are the same bytes.
 */
export async function* ledgerLines(db: Database): AsyncGenerator<string> {
  let after = ''
  for (;;) {
    const { rows } = await sql<LineRow>`
      with chunk as (select distinct stripe_customer_id collate "C" as c from mrr_movements where live and stripe_customer_id collate "C" > ${after} order by 1 limit 200)
      select m.stripe_account_id as account, m.stripe_customer_id as customer, (extract(epoch from m.effective_at) * 1000)::bigint as effective, m.category, m.cause, m.subscription_stripe_id as subscription, m.product_stripe_id as plan, m.currency,
        (m.native_e4::numeric / 10000)::numeric(24,4)::text as native, m.book_currency as book, m.amount_exact::text as amount, trim_scale(m.rate)::text as rate, m.quality, e.stripe_id as event
      from mrr_movements m left join stripe_events e on e.id = m.event_id where m.live and m.stripe_customer_id in (select c from chunk)`.execute(db)
    if (!rows.length) return
    const sorted = rows.map(r => ({ r, line: lineOf(r) })).sort((a, b) => text(a.r.customer, b.r.customer) || a.r.effective - b.r.effective || text(a.r.category, b.r.category) || text(a.r.cause, b.r.cause) || text(a.r.subscription, b.r.subscription) || text(a.line, b.line))
    for (const { line } of sorted) yield line
    after = sorted.at(-1)!.r.customer
  }
}

const text = (a: string, b: string) => a < b ? -1 : a > b ? 1 : 0

const lineOf = (r: LineRow): string => JSON.stringify({
  stripeAccountId: r.account, stripeCustomerId: r.customer, effectiveAt: new Date(r.effective).toISOString(), category: r.category, cause: r.cause, subscription: r.subscription, plan: r.plan,
  currency: r.currency, nativeExact: r.native, bookCurrency: r.book, amountExact: r.amount, rate: r.rate, quality: r.quality, event: r.event,
})
