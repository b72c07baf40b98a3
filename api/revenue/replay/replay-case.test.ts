import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { replayCase } from './replay-case.ts'

interface Case { id: string; kind: string; policy?: unknown; input: unknown; expected: Record<string, unknown> }
const cases = JSON.parse(readFileSync(new URL('../../../tests/support/mrr-cases.json', import.meta.url), 'utf8')) as Case[]

describe('the worked cases of MRR', () => {
  for (const c of cases) {
    it(`computes ${c.id} exactly`, () => {
      const { id, result } = replayCase(c)
      expect(id).toBe(c.id)
      if (c.expected.error) { expect(Object.keys(result)).toEqual(['error']); expect(result.error).toMatch(/^[A-Z].+\.$/); return }
      for (const [key, value] of Object.entries(c.expected)) expect({ [key]: result[key] }).toEqual({ [key]: value })
    })
  }
})

describe('a case that must not be computed', () => {
  const item = { price: 'p', unit_amount: '1000', interval: 'month', interval_count: 1, quantity: 1 }
  const point = (subscription: object, more: object = {}, policy?: object) => ({ id: 'x', kind: 'point', policy, input: { currency: 'usd', as_of: '2026-05-01T00:00:00Z', customers: [{ id: 'k', subscriptions: [{ id: 's', status: 'active', items: [item], ...subscription }] }], ...more } })
  it.each<[string, object, RegExp]>([
    ['an unknown kind', { id: 'x', kind: 'magic', input: {} }, /kind magic is unknown/],
    ['an unknown status', point({ status: 'sleeping' }), /unknown status sleeping/],
    ['an unknown interval', point({ items: [{ ...item, interval: 'one_time' }] }), /Subscription s .*one_time/],
    ['an interval count below 1', point({ items: [{ ...item, interval_count: 0 }] }), /interval count 0/],
    ['a negative quantity', point({ items: [{ ...item, quantity: -1 }] }), /quantity -1/],
    ['an amount that is a number', point({ items: [{ ...item, unit_amount: 1000 }] }), /unit amount/],
    ['an unknown tiers mode', point({ items: [{ ...item, unit_amount: null, tiers_mode: 'steps', tiers: [{ up_to: null, unit_amount: '1' }] }] }), /tiers mode steps/],
    ['an unknown rounding', point({ items: [{ ...item, transform_quantity: { divide_by: 3, round: 'near' } }] }), /rounding near/],
    ['an unknown duration', point({ discounts: [{ percent_off: 10, duration: 'monthly' }] }), /duration monthly/],
    ['an unknown pause', point({ pause_collection: 'sometimes' }), /sometimes/],
    ['an unknown policy key', point({}, {}, { colour: 'red' }), /policy key colour/],
    ['a policy value out of range', point({}, {}, { past_due_days: 91 }), /past_due_days/],
    ['a currency without a rate', point({ currency: 'chf' }), /chf/],
    ['a tie without a fetched state', { id: 'x', kind: 'delivery', input: { deliveries: [{ id: 'a', created: 1, type: 't', state_after: { s: 1 } }, { id: 'b', created: 1, type: 't', state_after: { s: 2 } }] } }, /disagree about subscription s/],
    ['an unknown metric', { id: 'x', kind: 'formula', input: { metric: 'luck' } }, /metric luck/],
    ['an unknown forecast', { id: 'x', kind: 'forecast', input: { series: [1], method: 'stars', horizon: 1 } }, /stars/],
    ['an unknown zone', { id: 'x', kind: 'timezone', input: { at: '2026-01-01T00:00:00Z', reporting_timezone: 'Mars/Base' } }, /Mars/],
    ['a missing key', { id: 'x', kind: 'point', input: { currency: 'usd' } }, /as_of/],
  ])('says so of %s', (_, given, sentence) => {
    const { result } = replayCase(given)
    expect(Object.keys(result)).toEqual(['error'])
    expect(result.error).toMatch(sentence)
  })

  it('does not look at what is skipped: metered items, and items of a status that counts 0', () => {
    expect(replayCase(point({ items: [item, { usage_type: 'metered', interval: 'moon' }] })).result).toMatchObject({ mrr: 1000 })
    expect(replayCase(point({ status: 'canceled', items: [{ interval: 'moon' }], currency: 'chf' })).result).toMatchObject({ mrr: 0 })
    expect(replayCase(point({ currency: 'chf', items: [{ ...item, unit_amount: '0' }] })).result).toMatchObject({ mrr: 0 })
  })

  it('shares a tie by the fetched state, tells past-due day N and the way back from a free plan by policy', () => {
    const at = (d: number) => `2026-01-${String(d).padStart(2, '0')}T00:00:00Z`
    const timeline = (events: object[], policy?: object) => replayCase({ id: 'x', kind: 'timeline', policy, input: { currency: 'usd', period: { start: at(1), end: '2026-02-01T00:00:00Z' }, customers: [{ id: 'k', events: events.map(e => ({ subscription: 's', items: [item], ...e })) }] } }).result
    expect(timeline([{ at: '2025-12-01T00:00:00Z', status: 'active' }, { at: at(3), status: 'past_due' }, { at: at(20), status: 'active' }], { past_due_days: 10 })).toMatchObject({ churn: -1000, reactivation: 1000, cause: 'involuntary', movements: [{ at: at(13) }, { at: at(20) }] })
    const free = { discounts: [{ percent_off: 100, duration: 'forever', start: at(5), end: at(15) }] }
    expect(timeline([{ at: '2025-12-01T00:00:00Z', status: 'active' }, { at: at(5), status: 'active', ...free }], { zero_mrr: 'contraction' })).toMatchObject({ contraction: -1000, expansion: 1000, churn: 0 })
    expect(replayCase({ id: 'x', kind: 'delivery', input: { refetched_state: { s: 2 }, deliveries: [{ id: 'a', created: 1, type: 't', state_after: { s: 1 } }, { id: 'b', created: 1, type: 't', state_after: { s: 2 } }] } }).result).toEqual({ final_mrr: 2, movements_total: 2, events_applied: 2 })
  })
})
