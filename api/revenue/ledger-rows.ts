import { newId } from '../engine/ids.ts'
import type { Row } from '../billing/bulk-rows.ts'
import type { Owner } from '../billing/load-versions.ts'
import { dayOf } from './book-time.ts'
import { convert } from './currency.ts'
import { divide, floor, fraction, roundHalfUp, toFixed } from './fraction.ts'
import type { Line } from './line.ts'
import type { Book, Movement } from './timeline.ts'

/** A ledger row without id and recorded time, with the text by which two rows are told apart. */
export interface LedgerRow { key: string; columns: Row; day: string; amountE4: bigint | null }

/** What the ledger says of rates: which stored rate, as text. */
export interface Names { products: ReadonlyMap<string, string>; subscriptions: ReadonlyMap<string, string> }

const wholeE4 = (m: Movement): bigint | null => m.amount && floor(m.amount)

/** Turns a pure movement into the row that is stored. `owner` is the Stripe customer behind its subscription. */
export function ledgerRow(m: Movement, customerId: string, owner: Owner, names: Names, book: Book, zone: string): LedgerRow {
  const amountE4 = wholeE4(m)
  const minor = (e4: bigint) => roundHalfUp(divide(fraction(e4), fraction(10_000n))).toString()
  const day = dayOf(m.at, zone)
  const columns: Row = {
    stripe_account_id: owner.stripeAccountId, customer_id: customerId, billing_account_id: owner.billingAccountId, stripe_customer_id: owner.stripeCustomerId,
    subscription_id: names.subscriptions.get(m.subscription) ?? null, subscription_stripe_id: m.subscription, plan_id: names.products.get(m.plan) ?? null, product_stripe_id: m.plan,
    effective_at: new Date(m.at).toISOString(), day, category: m.category, cause: m.cause,
    currency: m.currency, native_e4: m.nativeE4.toString(), native_amount: minor(m.nativeE4), book_currency: book.currency,
    amount_e4: amountE4?.toString() ?? null, amount: amountE4 === null ? null : minor(amountE4), amount_exact: amountE4 === null ? null : toFixed(divide(fraction(amountE4), fraction(10_000n)), 4),
    rate: m.rate?.text ?? null, fx_rate_id: m.rate?.id ?? null,
    customer_delta: m.customerDelta, plan_delta: m.planDelta, currency_delta: m.currencyDelta, quality: m.quality,
    object_version_id: m.source.objectVersionId ?? null, event_id: m.source.eventId ?? null,
    lines: { before: m.before.map(lineJson), after: m.after.map(lineJson) },
  }
  return { key: rowKey({ ...columns, effective: m.at }), columns, day, amountE4 }
}

const lineJson = (l: Line): Row => ({ ...l, mrrE4: l.mrrE4.toString() })

/** What makes two rows the same: everything but id, recorded time and the lines behind them. */
export function rowKey(r: Row): string {
  return [r.customer_id, r.stripe_account_id, r.stripe_customer_id, r.subscription_stripe_id, r.product_stripe_id, r.effective, r.category, r.cause, r.currency, r.native_e4, r.book_currency, r.amount_e4,
    r.rate === null ? '' : Number(r.rate), r.customer_delta, r.plan_delta, r.currency_delta, r.quality, r.event_id].map(v => v ?? '').join('|')
}

/** A stored live row, as loaded for comparison. */
export interface StoredRow extends Row { id: string; customer_id: string; effective: number; native_e4: number; amount_e4: number | null; day: string }

/** The row that takes a stored one back: the same with every amount negated. */
export function reversalOf(stored: Row): Row {
  const neg = (v: unknown) => v === null ? null : typeof v === 'string' ? (v.startsWith('-') ? v.slice(1) : v === '0' || /^0\.0*$/.test(v) ? v : `-${v}`) : -Number(v) || 0
  return {
    ...stored, id: newId(), live: false, reverses_id: stored.id, native_e4: neg(stored.native_e4), native_amount: neg(stored.native_amount), amount_e4: neg(stored.amount_e4), amount: neg(stored.amount), amount_exact: neg(stored.amount_exact),
    customer_delta: neg(stored.customer_delta), plan_delta: neg(stored.plan_delta), currency_delta: neg(stored.currency_delta),
  }
}

/** MRR of lines in the book's currency, whole 1/10,000 units, at rates in force; null where one is missing. */
export function inBookE4(lines: readonly Line[], book: Book, rateOf: (currency: string) => { rate: { n: bigint; d: bigint } } | null): bigint | null {
  let sum = 0n
  for (const [currency, own] of Map.groupBy(lines, l => l.currency)) {
    const native = own.reduce((n, l) => n + l.mrrE4, 0n)
    if (currency === book.currency || native === 0n) { sum += native; continue }
    const rate = rateOf(currency)
    if (!rate) return null
    sum += roundHalfUp(convert(fraction(native), currency, book.currency, rate.rate))
  }
  return sum
}
