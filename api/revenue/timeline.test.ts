import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convert } from './currency.ts'
import { add, fraction, isZero, roundHalfEven, total, zero, type Fraction } from './fraction.ts'
import { defaultPolicy } from './policy.ts'
import { parseRate, rateAt } from './rates.ts'
import type { SubscriptionState } from '../billing/subscription-state.ts'
import { timelineOf, type Book } from './timeline.ts'

const day = 86_400_000
const start = Date.UTC(2026, 0, 1)
const book: Book = {
  currency: 'usd', policy: defaultPolicy, periodOf: at => new Date(at).toISOString().slice(0, 7),
  rates: new Map([
    ['eur', [parseRate('eur', start - day, '1.0837'), parseRate('eur', start + 20 * day, '1.1219'), parseRate('eur', start + 51 * day, '0.9871')]],
    ['jpy', [parseRate('jpy', start - day, '0.0067'), parseRate('jpy', start + 33 * day, '0.00715')]],
  ]),
}
const until = start + 100 * day

const discount = fc.record({
  percentOff: fc.constantFrom('10', '33.3', '100'), duration: fc.constantFrom('forever', 'repeating', 'once'), durationInMonths: fc.constantFrom(undefined, 3, 14),
  start: fc.constantFrom(undefined, start + 5 * day), end: fc.constantFrom(undefined, start + 40 * day, start + 63 * day),
}, { requiredKeys: ['percentOff', 'duration'] })
const item = fc.record({
  plan: fc.constantFrom('basic', 'pro', 'extra'), price: fc.constantFrom('a', 'b'), unitAmount: fc.constantFrom('0', '999', '4900', '12345.67'),
  interval: fc.constantFrom('month', 'year', 'week', 'day'), intervalCount: fc.constantFrom(1, 2, 3), quantity: fc.integer({ min: 0, max: 9 }),
  discounts: fc.array(discount, { maxLength: 1 }), trialEnd: fc.constantFrom(undefined, start + 30 * day),
}, { requiredKeys: ['plan', 'price', 'unitAmount', 'interval', 'intervalCount', 'quantity', 'discounts'] })
const state = fc.record({
  at: fc.integer({ min: 0, max: 90 * 48 }).map(n => start + n * day / 48), subscription: fc.constantFrom('s1', 's2', 's3'),
  status: fc.constantFrom('active', 'active', 'active', 'past_due', 'canceled', 'paused', 'unpaid', 'trialing'),
  currency: fc.constant('usd'), items: fc.array(item, { minLength: 1, maxLength: 3 }), discounts: fc.array(discount, { maxLength: 2 }),
  pauseCollection: fc.constantFrom(undefined, undefined, 'void', 'keep_as_draft'), countsFrom: fc.constantFrom(undefined, undefined, null, start + 12 * day),
}, { requiredKeys: ['at', 'subscription', 'status', 'currency', 'items', 'discounts'] })
// a Stripe subscription keeps its currency for life
const currencyOf: Record<string, string> = { s1: 'usd', s2: 'eur', s3: 'jpy' }
const history = fc.array(state, { maxLength: 14 })
  .map(list => list.map(s => ({ ...s, currency: currencyOf[s.subscription]! }) as SubscriptionState))
  .map(list => list.sort((a, b) => a.at - b.at || (a.subscription < b.subscription ? -1 : 1)))

const holding = (plan: string | null, at: number, states: SubscriptionState[]): Fraction => {
  const { held } = timelineOf(states, book, at)
  const keys = Map.groupBy(held.filter(l => plan === null || l.plan === plan), l => `${l.plan} ${l.currency}`)
  return total([...keys.values()].map(lines => {
    const native = fraction(lines.reduce((n, l) => n + l.mrrE4, 0n)), { currency } = lines[0]!
    return currency === 'usd' || isZero(native) ? native : fraction(roundHalfEven(convert(native, currency, 'usd', rateAt(book.rates, currency, at)!.rate)))
  }))
}

describe('a customer\'s timeline', { timeout: 180_000 }, () => {
  it('keeps opening + parts = closing at every instant, in total and per plan', () => {
    fc.assert(fc.property(history, states => {
      const { movements } = timelineOf(states, book, until)
      for (const plan of [null, 'basic', 'pro', 'extra']) {
        let sum = zero
        const own = movements.filter(m => plan === null || m.plan === plan)
        own.forEach((m, i) => {
          sum = add(sum, m.amount!)
          if (own[i + 1]?.at !== m.at) expect(sum).toEqual(holding(plan, m.at, states))
        })
        expect(sum).toEqual(holding(plan, until, states))
      }
    }), { numRuns: 300 })
  })

  it('gives every row of an instant the sign of its category, and transfers that sum to 0', () => {
    fc.assert(fc.property(history, states => {
      for (const rows of Map.groupBy(timelineOf(states, book, until).movements, m => m.at).values()) {
        expect(isZero(total(rows.filter(m => m.category.startsWith('transfer')).map(m => m.amount!)))).toBe(true)
        expect(new Set(rows.filter(m => m.category !== 'fx' && !m.category.startsWith('transfer')).map(m => m.category)).size).toBeLessThanOrEqual(1)
        for (const m of rows) {
          if (['new', 'expansion', 'reactivation', 'transferIn'].includes(m.category)) expect(m.amount!.n > 0n).toBe(true)
          if (['contraction', 'churn', 'transferOut'].includes(m.category)) expect(m.amount!.n < 0n).toBe(true)
        }
      }
    }), { numRuns: 300 })
  })

  it('starts with new once, and goes from churn to reactivation only', () => {
    fc.assert(fc.property(history, states => {
      const kinds = [...new Map(timelineOf(states, book, until).movements.filter(m => ['new', 'churn', 'reactivation'].includes(m.category)).map(m => [`${m.at} ${m.category}`, m.category])).values()]
      kinds.forEach((k, i) => expect(k).toBe(i === 0 ? 'new' : i % 2 ? 'churn' : 'reactivation'))
    }), { numRuns: 300 })
  })

  it('counts the native amounts and the customers to what is held', () => {
    fc.assert(fc.property(history, states => {
      const { movements, held } = timelineOf(states, book, until)
      for (const currency of ['usd', 'eur', 'jpy'])
        expect(movements.filter(m => m.currency === currency).reduce((n, m) => n + m.nativeE4, 0n)).toBe(held.filter(l => l.currency === currency).reduce((n, l) => n + l.mrrE4, 0n))
      const holds = (by: (l: { plan: string; currency: string }) => boolean) => Number(held.some(l => by(l) && l.mrrE4 > 0n))
      expect(movements.reduce((n, m) => n + m.customerDelta, 0)).toBe(holds(() => true))
      for (const plan of ['basic', 'pro', 'extra']) expect(movements.filter(m => m.plan === plan).reduce((n, m) => n + m.planDelta, 0)).toBe(holds(l => l.plan === plan))
      for (const currency of ['usd', 'eur', 'jpy']) expect(movements.filter(m => m.currency === currency).reduce((n, m) => n + m.currencyDelta, 0)).toBe(holds(l => l.currency === currency))
    }), { numRuns: 300 })
  })

  it('says the same whatever the order of the subscriptions, and step by step what it says at once', () => {
    fc.assert(fc.property(history, fc.integer({ min: 0, max: 99 }), (states, days) => {
      const whole = timelineOf(states, book, until).movements
      const regrouped = ['s3', 's1', 's2'].flatMap(id => states.filter(s => s.subscription === id))
      expect(timelineOf(regrouped, book, until).movements).toEqual(whole)
      const cut = start + days * day
      const joined = (at: number) => states.some(s => s.status === 'canceled' && Math.abs(s.at - at) <= 3_600_000)
      if (!joined(cut)) expect(timelineOf(states, book, cut).movements).toEqual(whole.filter(m => m.at <= cut))
    }), { numRuns: 200 })
  })
})
