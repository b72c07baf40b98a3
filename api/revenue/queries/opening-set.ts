import { sql } from 'kysely'
import type { Database } from '../../engine/database.ts'
import { convert } from '../currency.ts'
import { fraction, roundHalfEven } from '../fraction.ts'
import { rateAt } from '../rates.ts'
import type { Book } from '../timeline.ts'
import { sums } from './sums.ts'

/** What became of the customers who had MRR at an opening: exact sums in 1/10,000 minor unit, losses positive. */
export interface OpeningSet { opening: bigint; customers: number; lost: bigint; lostCustomers: number; contraction: bigint; expansion: bigint }

/**
 * Which part of the MRR at the start of day `from` was lost, fell or rose by the end of day `to`? Each customer of the opening set by his net
 * change at opening rates of exchange; new and returning customers do not enter. Only customers that moved in between are looked at.
 */
export async function openingSet(db: Database, book: Book, from: string, openingInstant: number, to: string, currency?: string): Promise<OpeningSet> {
  const before = await sums(db, { from, to: from, by: 'all', currency })
  const start = before.filter(s => s.bucket === null)
  const set: OpeningSet = { opening: start.reduce((n, s) => n + s.e4, 0n), customers: start.reduce((n, s) => n + s.customers, 0), lost: 0n, lostCustomers: 0, contraction: 0n, expansion: 0n }
  const { rows } = await sql<{ customer_id: string; currency: string; native_before: string; native_after: string; book_before: string | null }>`
    with moved as (select distinct customer_id from mrr_movements where live and day between ${from}::date and ${to}::date and category <> 'fx' ${currency ? sql`and currency = ${currency}` : sql``})
    select m.customer_id, m.currency, coalesce(sum(m.native_e4) filter (where m.day < ${from}::date), 0)::text as native_before, sum(m.native_e4)::text as native_after,
      coalesce(sum(m.amount_e4) filter (where m.day < ${from}::date), 0)::text as book_before
    from mrr_movements m join moved using (customer_id)
    where m.live and m.day <= ${to}::date ${currency ? sql`and m.currency = ${currency}` : sql``} group by 1, 2`.execute(db)
  for (const own of Map.groupBy(rows, r => r.customer_id).values()) {
    let opening = 0n, closing = 0n
    for (const r of own) {
      const native = BigInt(r.native_before), after = BigInt(r.native_after)
      if (currency) { opening += native; closing += after; continue }
      opening += BigInt(r.book_before ?? '0')
      const rate = r.currency === book.currency ? null : rateAt(book.rates, r.currency, openingInstant, true) ?? rateAt(book.rates, r.currency, Infinity)
      closing += BigInt(r.book_before ?? '0') + (rate ? roundHalfEven(convert(fraction(after - native), r.currency, book.currency, rate.rate)) : after - native)
    }
    const gone = own.every(r => BigInt(r.native_after) === 0n)
    if (opening <= 0n) continue
    if (gone) { set.lost += opening; set.lostCustomers++ }
    else if (closing < opening) set.contraction += opening - closing
    else set.expansion += closing - opening
  }
  return set
}
