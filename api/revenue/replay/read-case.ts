import { parseDecimal, type Fraction } from '../fraction.ts'
import { defaultPolicy, type Policy } from '../policy.ts'
import { parseRate, type Rate, type RateTable } from '../rates.ts'
import { RevenueError } from '../revenue-error.ts'
import type { DiscountTerms, Instant, ItemState, SubscriptionState } from '../../billing/subscription-state.ts'

/** A JSON object of a case, not looked at yet. */
export type Raw = Record<string, unknown>

const fail = (where: string, what: string): never => { throw new RevenueError(`${where} ${what}.`) }

export const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value)
export const raw = (value: unknown, where: string): Raw => isRaw(value) ? value : fail(where, 'is no object')
export const list = (value: unknown, where: string): Raw[] => Array.isArray(value) ? value.map((v, i) => raw(v, `${where}[${i}]`)) : fail(where, 'is missing or no list')
export const optionalList = (value: unknown, where: string): Raw[] => value === undefined || value === null ? [] : list(value, where)
export const text = (value: unknown, where: string): string => typeof value === 'string' && value !== '' ? value : fail(where, 'is missing or no text')
export const integer = (value: unknown, where: string): number => Number.isSafeInteger(value) ? value as number : fail(where, 'is missing or no whole number')
export const decimal = (value: unknown, where: string): Fraction => (typeof value === 'string' ? parseDecimal(value) : null) ?? fail(where, 'is missing or no decimal text')

const instantPattern = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/
/** Reads `2026-01-10T10:05:00Z`. */
export function instant(value: unknown, where: string): Instant {
  const at = typeof value === 'string' && instantPattern.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(at) ? fail(where, `is missing or no instant (${JSON.stringify(value)})`) : at
}
export const formatInstant = (at: Instant): string => `${new Date(at).toISOString().slice(0, 19)}Z`

/** Reads the policy of a case. Throws RevenueError for an unknown key or value. */
export function readPolicy(value: unknown): Policy {
  const policy: Policy = { ...defaultPolicy }
  if (value === undefined || value === null) return policy
  for (const [key, given] of Object.entries(raw(value, 'The policy'))) {
    const wrong = (): never => fail(`The policy ${key}`, `cannot be ${JSON.stringify(given)}`)
    const factor = () => { const f = typeof given === 'string' ? parseDecimal(given) : null; return f && f.n > 0n ? f : wrong() }
    switch (key) {
      case 'week_factor': policy.weekFactor = factor(); break
      case 'day_factor': policy.dayFactor = factor(); break
      case 'discounts': policy.discounts = given === 'none' || given === 'forever_only' || given === 'all' ? given : wrong(); break
      case 'first_payment_required': policy.firstPaymentRequired = typeof given === 'boolean' ? given : wrong(); break
      case 'past_due_days': policy.pastDueDays = Number.isSafeInteger(given) && (given as number) >= 1 && (given as number) <= 90 ? given as number : wrong(); break
      case 'churn_at': policy.churnAt = given === 'request' ? 'request' : wrong(); break
      case 'zero_mrr': policy.zeroMrr = given === 'contraction' ? 'contraction' : wrong(); break
      default: fail(`The policy key ${key}`, 'is unknown')
    }
  }
  return policy
}

const datePattern = /^\d{4}-\d\d-\d\d$/
export function readRates(value: unknown): RateTable {
  const table = new Map<string, Rate[]>()
  if (value === undefined || value === null) return table
  for (const [code, rows] of Object.entries(raw(value, 'fx'))) {
    const rates = list(rows, `fx ${code}`).map((r, i) => {
      const from = typeof r.from === 'string' && datePattern.test(r.from) ? Date.parse(`${r.from}T00:00:00Z`) : Number.NaN
      if (Number.isNaN(from)) fail(`fx ${code}[${i}].from`, 'is missing or no date')
      return parseRate(code, from, text(r.rate, `fx ${code}[${i}].rate`))
    })
    table.set(code, rates.sort((a, b) => a.from - b.from))
  }
  return table
}

function readDiscount(d: Raw, where: string): DiscountTerms {
  const percent = d.percent_off === undefined || d.percent_off === null ? undefined : typeof d.percent_off === 'number' ? String(d.percent_off) : fail(`${where}.percent_off`, 'is no number')
  const off = d.amount_off === undefined || d.amount_off === null ? undefined : text(d.amount_off, `${where}.amount_off`)
  return {
    percentOff: percent, amountOff: off, duration: text(d.duration, `${where}.duration`),
    durationInMonths: d.duration_in_months == null ? undefined : integer(d.duration_in_months, `${where}.duration_in_months`),
    start: d.start == null ? undefined : instant(d.start, `${where}.start`), end: d.end == null ? undefined : instant(d.end, `${where}.end`),
  }
}

function readItem(i: Raw, where: string): ItemState {
  const price = text(i.price, `${where}.price`)
  const transform = i.transform_quantity == null ? undefined : raw(i.transform_quantity, `${where}.transform_quantity`)
  const trial = i.current_trial == null ? undefined : raw(i.current_trial, `${where}.current_trial`)
  return {
    plan: price, price, unitAmount: i.unit_amount as string | null, interval: text(i.interval, `${where}.interval`),
    intervalCount: i.interval_count as number, quantity: i.quantity as number, tiersMode: i.tiers_mode as string | undefined,
    tiers: i.tiers == null ? undefined : list(i.tiers, `${where}.tiers`).map((t, k) => ({
      upTo: t.up_to === null ? null : integer(t.up_to, `${where}.tiers[${k}].up_to`), unitAmount: t.unit_amount as string, flatAmount: t.flat_amount == null ? undefined : t.flat_amount as string,
    })),
    transformQuantity: transform && { divideBy: transform.divide_by as number, round: transform.round as string },
    discounts: optionalList(i.discounts, `${where}.discounts`).map((d, k) => readDiscount(d, `${where}.discounts[${k}]`)),
    taxInclusivePercent: i.tax_inclusive_percent == null ? undefined : text(i.tax_inclusive_percent, `${where}.tax_inclusive_percent`),
    trialEnd: trial && instant(trial.end, `${where}.current_trial.end`),
  }
}

const paying = new Set(['active', 'past_due'])

/** Reads one state. Items of a status that counts 0, and metered items, are left out before they are looked at. */
export function readState(s: Raw, at: Instant, subscription: string, currency: string, where: string): SubscriptionState {
  const status = text(s.status, `${where}.status`)
  const items = paying.has(status) ? list(s.items, `${where}.items`).filter(i => i.usage_type !== 'metered') : []
  return {
    at, subscription, status, currency: s.currency == null ? currency : text(s.currency, `${where}.currency`),
    items: items.map((i, k) => readItem(i, `${where}.items[${k}]`)),
    discounts: paying.has(status) ? optionalList(s.discounts, `${where}.discounts`).map((d, k) => readDiscount(d, `${where}.discounts[${k}]`)) : [],
    countsFrom: s.ever_paid === false && s.collection_method !== 'send_invoice' ? null : undefined,
    cancelAtPeriodEnd: s.cancel_at_period_end === true,
    pastDueSince: s.past_due_since == null ? undefined : instant(s.past_due_since, `${where}.past_due_since`),
    pauseCollection: s.pause_collection == null ? undefined : text(s.pause_collection, `${where}.pause_collection`),
    pausedReason: s.paused_reason == null ? undefined : text(s.paused_reason, `${where}.paused_reason`),
  }
}

/** Payment is a condition, not an instant: unpaid states directly before a paid one count from their own start. */
export function settlePayment(states: SubscriptionState[]): SubscriptionState[] {
  for (const own of Map.groupBy(states, s => s.subscription).values())
    for (let i = own.length - 2; i >= 0; i--)
      if (own[i]!.countsFrom === null && paying.has(own[i]!.status) && paying.has(own[i + 1]!.status) && own[i + 1]!.countsFrom === undefined) own[i]!.countsFrom = undefined
  return states
}
