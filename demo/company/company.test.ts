import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { addMonths, DAY, secondsOf } from './calendar.ts'
import { company } from './company.ts'
import { fxRates } from './fx-rates.ts'
import { same } from './recorder.ts'
import type { Invoice, StripeEvent, Subscription } from './wire.ts'

const FIRST_DAY = '2026-03-17'
const today = secondsOf(FIRST_DAY)
const northwind = company(1, FIRST_DAY)
const state = northwind.stateAt(today)
const past = northwind.events.filter(({ due }) => due < today)

const invoices = [...northwind.stateAt(Infinity).values()].filter((object): object is Invoice => object.object === 'invoice')
const subscriptions = [...state.values()].filter((object): object is Subscription => object.object === 'subscription')

function fingerprint(seed: number): string {
  const hash = createHash('sha256')
  for (const deed of company(seed, FIRST_DAY, { until: today }).deeds) hash.update(JSON.stringify(deed))
  return hash.digest('hex')
}

/** The object as it was before the event, by what the event says it was. */
function before(event: StripeEvent): Record<string, unknown> {
  const restore = (now: any, was: any): any => {
    if (typeof was !== 'object' || was === null || Array.isArray(was) || typeof now !== 'object' || now === null || Array.isArray(now)) return was
    const object = { ...now }
    for (const [key, value] of Object.entries(was)) object[key] = restore(now[key], value)
    return object
  }
  return restore(event.data.object, event.data.previous_attributes ?? {})
}

/** What was not there and what is null are the same to an event. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (inner === null ? [] : [[key, withoutNulls(inner)]])))
}

describe('the company', () => {
  it('is the same for the same seed and day, and another for another seed', () => {
    const first = fingerprint(1)
    expect(fingerprint(1)).toBe(first)
    expect(fingerprint(2)).not.toBe(first)
  })

  it('does not change its past with the horizon it is generated to', () => {
    const short = company(1, FIRST_DAY, { until: today })
    expect(short.deeds.length).toBe(northwind.deeds.filter(({ due }) => due < today).length)
    expect(short.deeds.at(-1)).toEqual(northwind.deeds[short.deeds.length - 1])
  })

  it('tells its events in order of time, each once, each of its own instant', () => {
    const ids = new Set<string>()
    let last = 0
    for (const { due, event } of northwind.events) {
      expect(due).toBeGreaterThanOrEqual(last)
      expect(event.created).toBe(due)
      ids.add(event.id)
      last = due
    }
    expect(ids.size).toBe(northwind.events.length)
  })

  it('says in every update what the subscription was in the event before', () => {
    const seen = new Map<string, object>()
    let links = 0
    for (const { event } of northwind.events) {
      const object = event.data.object
      if (object.object !== 'subscription') continue
      const known = seen.get(object.id)
      if (event.type === 'customer.subscription.created') expect(known).toBeUndefined()
      if (event.type === 'customer.subscription.updated' && known) {
        expect(same(withoutNulls(before(event)), withoutNulls(known)), event.id).toBe(true)
        expect(Object.keys(event.data.previous_attributes!).length).toBeGreaterThan(0)
        links++
      }
      seen.set(object.id, object)
    }
    expect(links).toBeGreaterThan(3000)
  })

  it('adds its invoices up: lines less discounts plus tax are the total, line by line', () => {
    for (const invoice of invoices) {
      const lines = invoice.lines.data
      const sum = (of: (line: (typeof lines)[number]) => number) => lines.reduce((total, line) => total + of(line), 0)
      const off = sum((line) => line.discount_amounts.reduce((total, { amount }) => total + amount, 0))
      const tax = sum((line) => line.taxes.reduce((total, { amount }) => total + amount, 0))
      const facts = {
        subtotal: sum((line) => line.amount),
        excludingTax: sum((line) => line.amount) - off,
        total: sum((line) => line.amount) - off + tax,
        discounts: off,
        taxes: tax,
      }
      expect({
        subtotal: invoice.subtotal,
        excludingTax: invoice.total_excluding_tax,
        total: invoice.total,
        discounts: invoice.total_discount_amounts.reduce((total, { amount }) => total + amount, 0),
        taxes: invoice.total_taxes.reduce((total, { amount }) => total + amount, 0),
      }).toEqual(facts)
      expect(invoice.total).toBeGreaterThanOrEqual(0)
      expect(invoice.amount_paid + invoice.amount_remaining).toBe(invoice.amount_due)
      if (invoice.status === 'paid') expect(invoice.amount_remaining).toBe(0)
    }
  })

  it('prorates: a change in mid-period credits what was paid and charges the rest anew', () => {
    const lines = invoices.flatMap((invoice) => invoice.lines.data)
    const prorated = lines.filter((line) => line.parent?.subscription_item_details?.proration || line.parent?.invoice_item_details?.proration)
    expect(prorated.some((line) => line.amount < 0)).toBe(true)
    expect(prorated.some((line) => line.amount > 0)).toBe(true)
    expect(prorated.filter((line) => line.parent?.type === 'invoice_item_details').length).toBeGreaterThan(50)
    for (const line of prorated) expect(line.period.end).toBeGreaterThan(line.period.start)
  })

  it('has about 400 customers and about 6,000 events before its first day', () => {
    const customers = [...state.values()].filter((object) => object.object === 'customer')
    expect(customers.length).toBeGreaterThan(380)
    expect(customers.length).toBeLessThan(430)
    expect(past.length).toBeGreaterThan(5500)
    expect(past.length).toBeLessThan(7500)
    const euro = subscriptions.filter(({ currency }) => currency === 'eur').length / subscriptions.length
    expect(euro).toBeGreaterThan(0.1)
    expect(euro).toBeLessThan(0.25)
  })

  it('changes something in each of the 24 months', () => {
    for (let month = -24; month < 0; month++) {
      const from = addMonths(today, month)
      const types = new Set(past.filter(({ due }) => due >= from && due < addMonths(today, month + 1)).map(({ event }) => event.type))
      expect([...types]).toEqual(expect.arrayContaining(['customer.created', 'customer.subscription.created', 'customer.subscription.updated', 'invoice.paid']))
    }
  })

  it('keeps its 20 older customers out of the events until a week after the first day, with invoices of years in the API', () => {
    const older = northwind.profiles.filter((profile) => profile.older)
    expect(older).toHaveLength(20)
    const hidden = new Set([...state.values()].flatMap((object) => (object.object === 'customer' && object.created < addMonths(today, -24) ? [object.id] : [])))
    expect(hidden.size).toBe(20)
    const owner = (event: StripeEvent) => ('customer' in event.data.object ? (event.data.object.customer as string) : event.data.object.id)
    const soon = northwind.events.filter(({ due }) => due < today + 7 * DAY)
    expect(soon.filter(({ event }) => hidden.has(owner(event)))).toEqual([])
    expect(northwind.events.some(({ event }) => hidden.has(owner(event)))).toBe(true)
    const theirs = [...state.values()].filter((object): object is Invoice => object.object === 'invoice' && hidden.has(object.customer))
    expect(theirs.length).toBeGreaterThan(200)
    expect(Math.min(...theirs.map(({ created }) => created))).toBeLessThan(addMonths(today, -48))
    expect(theirs.some(({ lines }) => lines.data.length > 10)).toBe(true)
  })

  it('is alive on its first day: trials, notices, late payers, and something due in each of the next days', () => {
    const having = (status: string) => subscriptions.filter((subscription) => subscription.status === status).length
    expect(having('trialing')).toBeGreaterThan(2)
    expect(having('past_due')).toBeGreaterThan(3)
    expect(having('active')).toBeGreaterThan(230)
    expect(subscriptions.filter(({ status, cancel_at_period_end }) => cancel_at_period_end && status !== 'canceled').length).toBeGreaterThan(3)
    for (let day = 0; day < 60; day++) {
      expect(northwind.events.some(({ due }) => due >= today + day * DAY && due < today + (day + 1) * DAY)).toBe(true)
    }
    expect(northwind.events.at(-1)!.due).toBeGreaterThan(addMonths(today, 23))
  })

  it('shows every turn a subscription can take', () => {
    const types = new Set(past.map(({ event }) => event.type))
    for (const type of 'customer.updated customer.subscription.deleted customer.subscription.paused customer.subscription.resumed invoice.finalized invoice.payment_failed invoice_payment.paid charge.refunded refund.created charge.dispute.created charge.dispute.closed credit_note.created subscription_schedule.created subscription_schedule.released product.created price.created coupon.created'.split(' '))
      expect(types).toContain(type)
    const statuses = new Set(past.flatMap(({ event }) => (event.data.object.object === 'subscription' ? [event.data.object.status] : [])))
    expect([...statuses].sort()).toEqual(['active', 'canceled', 'incomplete', 'incomplete_expired', 'past_due', 'paused', 'trialing', 'unpaid'])
    const returned = subscriptions.filter((later) => subscriptions.some((earlier) => earlier.customer === later.customer && earlier.ended_at !== null && earlier.ended_at < later.created))
    expect(returned.length).toBeGreaterThan(5)
  })

  it('carries only what the pinned version has', () => {
    for (const { event } of past.slice(-800)) {
      expect(event.api_version).toBe('2026-10-28.endive')
      expect(event.livemode).toBe(false)
      const object = event.data.object as unknown as Record<string, unknown>
      for (const gone of { subscription: ['current_period_start', 'current_period_end', 'discount', 'plan'], invoice: ['subscription', 'charge', 'payment_intent', 'tax', 'paid', 'discount'] }[String(object.object)] ?? []) expect(object).not.toHaveProperty(gone)
      if (object.object === 'subscription') {
        for (const item of (object as unknown as Subscription).items.data) expect(item.current_period_end).toBeGreaterThan(item.current_period_start)
        for (const discount of (object as unknown as Subscription).discounts) expect(discount).toHaveProperty('source.coupon.duration')
      }
    }
  })

  it('leaves coupons and tiers out where a bare company is asked for', () => {
    const bare = company(1, FIRST_DAY, { until: today, bare: true })
    const snapshots = bare.events.flatMap(({ event }) => (event.data.object.object === 'subscription' ? [event.data.object] : []))
    expect(snapshots.some(({ discounts }) => typeof discounts[0] === 'string')).toBe(true)
    expect(snapshots.every(({ items }) => items.data.every(({ price }) => price.tiers === undefined))).toBe(true)
  })
})

describe('the rates of exchange', () => {
  it('give one for each first of a month, the same for the same seed', () => {
    const rates = fxRates(1, FIRST_DAY)
    expect(rates).toEqual(fxRates(1, FIRST_DAY))
    expect(rates.every(({ date, rate }) => date.endsWith('-01') && /^[01]\.\d{4}$/.test(rate))).toBe(true)
    expect(new Set(rates.map(({ date }) => date)).size).toBe(rates.length)
    expect(rates[0].date < '2021-01-01' && rates.at(-1)!.date > '2028-03-01').toBe(true)
    expect(new Set(rates.map(({ rate }) => rate)).size).toBeGreaterThan(50)
  })
})
