import { random, type Random } from '../random.ts'
import { Agenda } from './agenda.ts'
import { DAY, secondsOf } from './calendar.ts'
import type { Catalog } from './catalog.ts'
import { customerOf } from './objects.ts'
import { cardOf, type Card } from './payments.ts'
import type { Profile } from './profiles.ts'
import { cutLines, Recorder } from './recorder.ts'
import type { ApiObject, Coupon, Customer, Discount, Price, Subscription, SubscriptionSchedule, TaxRate } from './wire.ts'

/** Everything one customer's history is made with. */
export interface Account {
  profile: Profile
  catalog: Catalog
  customer: Customer
  card: Card
  taxRate: TaxRate | null
  /** Stream of decisions, apart from the stream of ids so that neither disturbs the other. */
  dice: Random
  ids: Random
  agenda: Agenda
  recorder: Recorder
  discounts: Map<string, Discount>
  invoiceCount: number
  /** 00:00 UTC of the company's first day. */
  today: number
}

/** A line before its discounts and taxes are known. Prorations come net of discounts. */
export interface LineDraft {
  description: string
  amount: number
  price: Price
  quantity: number
  item: string
  start: number
  end: number
  proration: null | { pending: boolean; credits: { invoice: string; line: string } | null }
}

/** A subscription with what Stripe keeps about it out of sight. */
export interface Contract {
  now: Subscription
  anchor: number
  months: 1 | 12
  /** How many periods after the anchor the present one starts. */
  cycle: number
  /** Prorations that wait for the next invoice. */
  pending: LineDraft[]
  /** Items from the next period on, after a change that was asked for its end. */
  next: readonly (readonly [Price, number])[] | null
  schedule: SubscriptionSchedule | null
  /** Line of the present period's invoice by item, for credits that refer to it. */
  billed: Map<string, { invoice: string; line: string }>
}

/** How long an older customer stays unknown to webhooks after the first day. */
const OLDER_SILENCE = 7 * DAY

export function openAccount(seed: number, profile: Profile, catalog: Catalog, firstDay: string, bare: boolean): Account {
  const ids = random(`${seed}/ids/${profile.index}`)
  const dice = random(`${seed}/life/${profile.index}`)
  const discounts = new Map<string, Discount>()
  const card = cardOf(dice, ids, profile.country, new Date(profile.joinedAt * 1000).getUTCFullYear())
  const today = secondsOf(firstDay)
  return {
    profile,
    catalog,
    customer: customerOf(ids, profile),
    card,
    taxRate: taxRateFor(profile, catalog, dice),
    dice,
    ids,
    agenda: new Agenda(),
    recorder: new Recorder(ids, profile.older ? today + OLDER_SILENCE : 0, (object) => eventCopy(object, discounts, catalog, bare)),
    discounts,
    invoiceCount: 0,
    today,
  }
}

/** Some countries tax these services; businesses of other EU states account for the tax themselves. */
function taxRateFor(profile: Profile, catalog: Catalog, dice: Random): TaxRate | null {
  const taxed = profile.country === 'US' ? profile.city === 'Austin' : profile.country === 'GB' || dice.chance(0.4)
  return taxed ? (catalog.taxRates[profile.country] ?? null) : null
}

/**
 * What an event carries of a stored object. Discounts are spelled out with their coupon and tiered
 * prices keep their tiers, unless `bare`, when both are left out as Stripe leaves them out.
 */
function eventCopy(object: ApiObject, discounts: Map<string, Discount>, catalog: Catalog, bare: boolean): ApiObject {
  if (object.object === 'invoice') return cutLines(object)
  if (object.object !== 'subscription') return object
  if (bare) return { ...object, items: { ...object.items, data: object.items.data.map((item) => ({ ...item, price: withoutTiers(item.price) })) } }
  if (object.discounts.length === 0) return object
  return { ...object, discounts: object.discounts.map((id) => withCoupon(discounts.get(id as string)!, catalog)) }
}

export function withoutTiers(price: Price): Price {
  const { tiers: _, ...rest } = price
  return rest
}

function withCoupon(discount: Discount, catalog: Catalog): Discount {
  return { ...discount, source: { coupon: couponBehind(discount, catalog), type: 'coupon' } }
}

/** The terms behind a discount. */
export function couponBehind(discount: Discount, catalog: Catalog): Coupon {
  return catalog.coupons[discount.source.coupon as keyof Catalog['coupons']]
}

/** Coupons at work on a subscription at an instant, in order. */
export function couponsAt(account: Account, contract: Contract, at: number): { discount: Discount; coupon: Coupon }[] {
  return contract.now.discounts
    .map((id) => account.discounts.get(id as string)!)
    .filter((discount) => discount.end === null || discount.end > at)
    .map((discount) => ({ discount, coupon: couponBehind(discount, account.catalog) }))
}
