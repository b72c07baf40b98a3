import { sql } from 'kysely'
import { declineBucket } from '../../billing/decline-codes.ts'
import type { Ctx } from '../../engine/context.ts'
import { Problem } from '../../engine/errors.ts'
import { addDays, startOfDay } from '../book-time.ts'
import { convert } from '../currency.ts'
import { add, fraction, roundHalfUp, toFixed, zero, type Fraction } from '../fraction.ts'
import { loadBook } from '../load-book.ts'
import { rateAt } from '../rates.ts'

interface Sum { count: number; amount: Fraction }

/**
 * How well is money collected? Invoices with an attempt in the range: paid by its end (recovered: after a failure before), or attempted and still
 * unpaid. Amounts in the book's currency at the rates in force at the end of the range.
 */
export async function paymentHealth(ctx: Ctx, input: { from: string; to: string }) {
  const zone = ctx.config.book.timeZone, book = await loadBook(ctx.db, ctx.config.book)
  const from = new Date(startOfDay(input.from, zone)), to = new Date(Math.min(startOfDay(addDays(input.to, 1), zone), Math.max(ctx.now.getTime(), from.getTime())))
  const inBook = (currency: string, amount: number): Fraction => {
    if (currency === book.currency || amount === 0) return fraction(BigInt(amount))
    const rate = rateAt(book.rates, currency, to.getTime())
    if (!rate) throw new Problem('fx_rate_missing', `There is no exchange rate for ${currency.toUpperCase()} on ${input.to}. Add one.`, { extra: { currency, date: input.to } })
    return convert(fraction(BigInt(amount)), currency, book.currency, rate.rate)
  }
  const gather = (rows: readonly { currency: string; count: number; amount: number }[]): Sum => rows.reduce<Sum>((s, r) => ({ count: s.count + r.count, amount: add(s.amount, inBook(r.currency, r.amount)) }), { count: 0, amount: zero })
  const { rows } = await sql<{ outcome: 'recovered' | 'paid' | 'failed'; code: string | null; failed_in_range: boolean; currency: string; count: number; amount: number }>`
    with seen as (
      select invoice_stripe_id as invoice from payment_attempts where at >= ${from} and at < ${to} and invoice_stripe_id is not null
      union select stripe_id from invoices where paid_at >= ${from} and paid_at < ${to} and amount_paid > 0),
    told as (
      select s.invoice, coalesce(max(i.currency), max(a.currency)) as currency,
        coalesce(min(a.at) filter (where a.outcome = 'paid'), min(i.paid_at)) as paid_at, min(a.at) filter (where a.outcome = 'failed') as failed_at,
        bool_or(a.outcome = 'failed' and a.at >= ${from} and a.at < ${to}) as failed_in_range, max(i.attempt_count) as attempts,
        coalesce(max(i.amount_due), max(a.amount)) as due,
        (select d.decline_code from payment_attempts d join payments p on p.stripe_id = d.payment_stripe_id where d.outcome = 'declined' and p.invoice_stripe_id = s.invoice and d.at < ${to} order by d.at desc, d.id desc limit 1) as code
      from seen s left join payment_attempts a on a.invoice_stripe_id = s.invoice and a.at < ${to} left join invoices i on i.stripe_id = s.invoice group by s.invoice)
    select case when paid_at < ${to} then case when failed_at < paid_at or (failed_at is null and attempts > 1) then 'recovered' else 'paid' end else 'failed' end as outcome,
      code, coalesce(failed_in_range, false) as failed_in_range, currency, count(*)::int as count, sum(due)::bigint as amount
    from told where due > 0 group by 1, 2, 3, 4`.execute(ctx.db)
  const refunds = await sql<{ currency: string; count: number; amount: number }>`select currency, count(*)::int as count, sum(amount)::bigint as amount from refunds where status not in ('failed', 'canceled') and created_at >= ${from} and created_at < ${to} group by 1`.execute(ctx.db)
  const print = (s: Sum) => ({ count: s.count, amount: Number(roundHalfUp(s.amount)) })
  const succeeded = gather(rows.filter(r => r.outcome !== 'failed')), failed = gather(rows.filter(r => r.outcome === 'failed'))
  const declined = rows.filter(r => r.failed_in_range || r.outcome === 'failed')
  const attempts = succeeded.count + failed.count
  const between = (field: string) => `${field}_between=${input.from}&${field}_between=${input.to}`
  return {
    currency: book.currency, succeeded: print(succeeded), failed: print(failed), recovered: print(gather(rows.filter(r => r.outcome === 'recovered'))), refunded: print(gather(refunds.rows)),
    successRate: attempts ? Number(toFixed(fraction(BigInt(succeeded.count), BigInt(attempts)), 6)) : null, counts: { successRate: { value: attempts ? Number(toFixed(fraction(BigInt(succeeded.count), BigInt(attempts)), 6)) : null, numerator: succeeded.count, denominator: attempts } },
    byDeclineCode: [...Map.groupBy(declined, r => r.code ?? 'unknown')].map(([code, own]) => ({ code, bucket: declineBucket(code), ...print(gather(own)) })).sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1)),
    links: { succeeded: `/invoices?status=paid&${between('paidAt')}`, failed: `/invoices?status_in=open&status_in=uncollectible&attemptCount_gt=0&${between('createdAt')}`, recovered: `/invoices?status=paid&attemptCount_gt=1&${between('paidAt')}`, refunded: `/refunds?${between('createdAt')}` },
  }
}
