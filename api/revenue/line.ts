import { add, ceiling, compare, divide, floor, fraction, isZero, minimum, multiply, one, parseDecimal, roundHalfEven, subtract, total, toDecimal, toText, zero, type Fraction } from './fraction.ts'
import type { Policy } from './policy.ts'
import { RevenueError } from './revenue-error.ts'
import type { DiscountTerms, Instant, ItemState, SubscriptionState } from '../billing/subscription-state.ts'

/** A discount as it was taken from one line: `amount` in minor units per invoice. */
export interface LineDiscount { id?: string; name?: string; percentOff?: string; amountOff?: string; amount: string }

/** MRR of one item with the formula's inputs. `mrrE4` is in 1/10,000 minor unit of `currency`; decimals are text. */
export interface Line {
  subscription: string
  item?: string
  plan: string
  price: string
  currency: string
  mrrE4: bigint
  interval: string
  intervalCount: number
  quantity: number
  unitAmount: string | null
  tiersMode?: string
  /** Per invoice, minor units: before discounts, and after discounts and tax. */
  gross: string
  net: string
  discounts: LineDiscount[]
  taxPercent?: string
  /** Invoices per month, such as 1/12. */
  factor: string
}

const fault = (state: SubscriptionState, what: string) => new RevenueError(`Subscription ${state.subscription} ${what}.`)

/**
 * Invoices per month of a price: month 1/n, year 1/(12n), week 52/(12n), day 365/(12n) by default policy.
 * Throws RevenueError for any other interval or a count below 1.
 */
export function monthlyFactor(interval: string, count: number, policy: Policy): Fraction {
  if (!Number.isSafeInteger(count) || count < 1) throw new RevenueError(`The interval count ${count} is not a whole number of at least 1`)
  const n = fraction(1n, BigInt(count))
  switch (interval) {
    case 'month': return n
    case 'year': return multiply(n, fraction(1n, 12n))
    case 'week': return multiply(n, policy.weekFactor)
    case 'day': return multiply(n, policy.dayFactor)
    default: throw new RevenueError(`The interval ${interval} is unknown`)
  }
}

const amountOf = (state: SubscriptionState, text: unknown, what: string): Fraction => {
  const value = typeof text === 'string' ? parseDecimal(text) : null
  if (!value) throw fault(state, `has ${what} ${JSON.stringify(text)}, which is no decimal amount`)
  return value
}

/** Price of one invoice before discounts: tiers (`up_to` inclusive), or the transformed quantity x unit amount. */
function grossAmount(state: SubscriptionState, item: ItemState): Fraction {
  if (!Number.isSafeInteger(item.quantity) || item.quantity < 0) throw fault(state, `has the quantity ${item.quantity} of price ${item.price}, which is no whole number of at least 0`)
  if (item.tiers?.length) return tieredAmount(state, item, item.tiers)
  const unit = amountOf(state, item.unitAmount, `the unit amount of price ${item.price}`)
  const t = item.transformQuantity
  if (!t) return multiply(unit, fraction(BigInt(item.quantity)))
  if (!Number.isSafeInteger(t.divideBy) || t.divideBy < 1) throw fault(state, `divides the quantity of price ${item.price} by ${t.divideBy}`)
  const packs = fraction(BigInt(item.quantity), BigInt(t.divideBy))
  if (t.round !== 'up' && t.round !== 'down') throw fault(state, `has the unknown rounding ${t.round} of price ${item.price}`)
  return multiply(unit, fraction(t.round === 'up' ? ceiling(packs) : floor(packs)))
}

function tieredAmount(state: SubscriptionState, item: ItemState, tiers: NonNullable<ItemState['tiers']>): Fraction {
  const unit = (i: number) => amountOf(state, tiers[i]!.unitAmount, `tier ${i + 1} of price ${item.price}:`)
  const flat = (i: number) => tiers[i]!.flatAmount === undefined ? zero : amountOf(state, tiers[i]!.flatAmount, `the flat amount of tier ${i + 1} of price ${item.price}:`)
  const last = tiers.findIndex(t => t.upTo === null || item.quantity <= t.upTo)
  if (last < 0) throw fault(state, `has the quantity ${item.quantity} of price ${item.price}, beyond its last tier`)
  if (item.tiersMode === 'volume') return add(multiply(unit(last), fraction(BigInt(item.quantity))), flat(last))
  if (item.tiersMode !== 'graduated') throw fault(state, `has the unknown tiers mode ${item.tiersMode} of price ${item.price}`)
  let sum = zero, from = 0
  for (let i = 0; i <= last; i++) {
    const to = Math.min(item.quantity, tiers[i]!.upTo ?? item.quantity)
    sum = add(sum, add(multiply(unit(i), fraction(BigInt(to - from))), flat(i)))
    from = to
  }
  return sum
}

/** Is the discount in force, and does the policy subtract it from a price of this factor? */
function applies(state: SubscriptionState, d: DiscountTerms, factor: Fraction, at: Instant, policy: Policy): boolean {
  if (!['forever', 'repeating', 'once'].includes(d.duration)) throw fault(state, `has a discount of the unknown duration ${d.duration}`)
  if ((d.percentOff === undefined) === (d.amountOff === undefined)) throw fault(state, 'has a discount that is not exactly one of percent and amount')
  if (at < (d.start ?? state.at) || (d.end !== undefined && at >= d.end)) return false
  if (policy.discounts === 'none') return false
  if (policy.discounts === 'all') return true
  if (d.duration === 'forever') return true
  if (d.duration === 'once' || policy.discounts === 'forever_only') return false
  return d.durationInMonths === undefined || compare(multiply(fraction(BigInt(d.durationInMonths)), factor), one) > 0
}

interface Working { item: ItemState; factor: Fraction; gross: Fraction; amount: Fraction; discounts: LineDiscount[] }

function take(w: Working, d: DiscountTerms, off: Fraction): void {
  const amount = minimum(off, w.amount)
  w.amount = subtract(w.amount, amount)
  w.discounts.push({ id: d.id, name: d.name, percentOff: d.percentOff, amountOff: d.amountOff, amount: toDecimal(amount) })
}

function percentOf(state: SubscriptionState, d: DiscountTerms): Fraction {
  const percent = amountOf(state, d.percentOff, 'the percentage of a discount:')
  if (compare(percent, zero) < 0 || compare(percent, fraction(100n)) > 0) throw fault(state, `has a discount of ${d.percentOff} percent`)
  return divide(percent, fraction(100n))
}

const amountOff = (state: SubscriptionState, d: DiscountTerms): Fraction => {
  const off = amountOf(state, d.amountOff, 'the amount of a discount:')
  if (compare(off, zero) < 0) throw fault(state, `has a discount of ${d.amountOff}, below 0`)
  return off
}

/**
 * The lines of a counting subscription at an instant:
 * (tiers or transformed quantity x unit amount - item discounts - subscription discounts, tax taken out) x monthly factor,
 * rounded once, half-even, to 1/10,000 minor unit. Metered items are left out before they are looked at; an item in its own trial is 0.
 * Throws RevenueError for whatever must not be guessed.
 */
export function subscriptionLines(state: SubscriptionState, at: Instant, policy: Policy): Line[] {
  const working: Working[] = []
  for (const item of state.items) {
    if (item.usageType === 'metered') continue
    let factor: Fraction
    try { factor = monthlyFactor(item.interval, item.intervalCount, policy) }
    catch (error) { throw fault(state, `has a price ${item.price} that cannot be counted: ${(error as Error).message}`) }
    const gross = item.trialEnd !== undefined && at < item.trialEnd ? zero : grossAmount(state, item)
    const w: Working = { item, factor, gross, amount: gross, discounts: [] }
    for (const d of item.discounts) {
      if (!applies(state, d, factor, at, policy)) continue
      take(w, d, d.percentOff !== undefined ? multiply(w.amount, percentOf(state, d)) : amountOff(state, d))
    }
    working.push(w)
  }
  for (const d of state.discounts) takeFromSubscription(state, working, d, at, policy)
  return working.map(w => finish(state, w))
}

/** An amount off a subscription is shared among the items of equal interval in proportion to their amounts. */
function takeFromSubscription(state: SubscriptionState, working: Working[], d: DiscountTerms, at: Instant, policy: Policy): void {
  const taken = working.filter(w => applies(state, d, w.factor, at, policy))
  if (d.percentOff !== undefined) {
    for (const w of taken) take(w, d, multiply(w.amount, percentOf(state, d)))
    return
  }
  const groups = Map.groupBy(taken, w => `${w.item.interval} ${w.item.intervalCount}`)
  for (const group of groups.values()) {
    const sum = total(group.map(w => w.amount))
    if (isZero(sum)) continue
    const share = divide(minimum(amountOff(state, d), sum), sum)
    for (const w of group) take(w, d, multiply(w.amount, share))
  }
}

function finish(state: SubscriptionState, { item, factor, gross, amount, discounts }: Working): Line {
  let net = amount
  if (item.taxInclusivePercent !== undefined) {
    const percent = amountOf(state, item.taxInclusivePercent, 'the tax included in a price:')
    net = divide(multiply(net, fraction(100n)), add(fraction(100n), percent))
  }
  return {
    subscription: state.subscription, item: item.id, plan: item.plan, price: item.price, currency: state.currency,
    mrrE4: roundHalfEven(multiply(multiply(net, factor), fraction(10_000n))),
    interval: item.interval, intervalCount: item.intervalCount, quantity: item.quantity, unitAmount: item.unitAmount, tiersMode: item.tiersMode,
    gross: toDecimal(gross), net: toDecimal(net), discounts, taxPercent: item.taxInclusivePercent, factor: toText(factor),
  }
}
