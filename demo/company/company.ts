import { openAccount } from './account.ts'
import { addMonths, secondsOf } from './calendar.ts'
import { catalog, type Catalog } from './catalog.ts'
import { random } from '../random.ts'
import { live } from './life.ts'
import { MONTHS_AFTER, MONTHS_BEFORE, profiles, type Profile } from './profiles.ts'
import { Recorder } from './recorder.ts'
import type { ApiObject, Deed, StripeEvent } from './wire.ts'

export interface DueEvent {
  /** Unix seconds at which the event happens and may be delivered. */
  due: number
  event: StripeEvent
}

/** Northwind: what it sells, who its customers are, and all that happens to them. */
export interface Company {
  catalog: Catalog
  profiles: Profile[]
  /** Every change in order of time; those without an event are seen in the API alone. */
  deeds: Deed[]
  /** The changes that an event tells of, in order of time. */
  events: DueEvent[]
  /** Every object by id as it is at an instant in Unix seconds. */
  stateAt(instant: number): Map<string, ApiObject>
}

export interface CompanyOptions {
  /** Leaves coupons and tiers out of subscription events, as Stripe does; they must then be looked up. */
  bare?: boolean
  /** Unix seconds after which nothing is generated; what comes before is the same for every choice. Default: 24 months after the first day. */
  until?: number
}

/**
 * The company of a seed around its first day (`YYYY-MM-DD`): 24 months of history before it and 24
 * months that are still to come. The same arguments give the same company, to the last id.
 */
export function company(seed: number, firstDay: string, options: CompanyOptions = {}): Company {
  const today = secondsOf(firstDay)
  const sold = catalog(seed, addMonths(today, -MONTHS_BEFORE) - 3600)
  const until = Math.min(options.until ?? Infinity, addMonths(today, MONTHS_AFTER))
  const known = profiles(seed, firstDay)
  const streams: Deed[][] = [announce(seed, sold)]
  for (const profile of known) {
    const account = openAccount(seed, profile, sold, firstDay, options.bare === true)
    live(account, until)
    streams.push(account.recorder.deeds)
  }
  const deeds = inOrder(streams).filter((deed) => deed.due < until)
  return {
    catalog: sold,
    profiles: known,
    deeds,
    events: deeds.flatMap(({ due, event }) => (event ? [{ due, event }] : [])),
    stateAt(instant) {
      const state = new Map<string, ApiObject>()
      for (const deed of deeds) {
        if (deed.due > instant) break
        for (const object of deed.puts) state.set(object.id, object)
      }
      return state
    },
  }
}

/** What was on sale before the first customer came. */
function announce(seed: number, sold: Catalog): Deed[] {
  const recorder = new Recorder(random(`${seed}/ids/catalog`), 0, (object) => object)
  for (const rate of Object.values(sold.taxRates)) recorder.keep(rate.created, rate)
  for (const product of sold.products) recorder.tell(product.created, 'product.created', product, 'someone')
  for (const price of sold.prices) recorder.tell(price.created, 'price.created', price, 'someone')
  for (const coupon of Object.values(sold.coupons)) recorder.tell(coupon.created, 'coupon.created', coupon, 'someone')
  for (const code of sold.promotionCodes) recorder.tell(code.created, 'promotion_code.created', code, 'someone')
  return recorder.deeds
}

/** By time; at one instant by customer, and of one customer as it happened. */
function inOrder(streams: readonly Deed[][]): Deed[] {
  const keyed = streams.flatMap((deeds, stream) => deeds.map((deed, place) => ({ deed, stream, place })))
  keyed.sort((a, b) => a.deed.due - b.deed.due || a.stream - b.stream || a.place - b.place)
  return keyed.map(({ deed }) => deed)
}
