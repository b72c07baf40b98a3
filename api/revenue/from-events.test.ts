import { beforeAll, describe, expect, it } from 'vitest'
import { company } from '../../demo/company/company.ts'
import { fxRates } from '../../demo/company/fx-rates.ts'
import { random } from '../../demo/random.ts'
import type { ObjectVersion } from '../billing/object-version.ts'
import { customerOf } from '../billing/read-event.ts'
import type { StripeEvent } from '../billing/stripe.ts'
import { revenueObjects, shapeOf } from '../billing/stripe-shape.ts'
import { subscriptionHistory } from '../billing/subscription-history.ts'
import { defaultPolicy } from './policy.ts'
import { parseRate } from './rates.ts'
import { timelineOf, type Book, type Movement } from './timeline.ts'

const firstDay = '2026-11-01', until = Date.parse('2026-11-20T00:00:00Z')
const book: Book = {
  currency: 'usd', policy: defaultPolicy, periodOf: at => new Date(at).toISOString().slice(0, 7),
  rates: new Map([['eur', fxRates(1, firstDay).map(r => parseRate('eur', Date.parse(`${r.date}T00:00:00Z`), r.rate))]]),
}
const versionOf = (e: StripeEvent): ObjectVersion => {
  const object = e.data.object
  return {
    id: e.id, objectType: object.object, objectId: object.id, effectiveAt: e.created, source: 'webhook', eventId: e.id, stripeEventId: e.id, eventType: e.type,
    facts: shapeOf(object.object, object)!, previous: e.data.previous_attributes ? shapeOf(object.object, e.data.previous_attributes) : null,
  }
}
const tell = (events: readonly StripeEvent[]) => events.filter(e => revenueObjects.includes(e.data.object.object)).map(e => ({ customer: customerOf(e.data.object) ?? '', version: versionOf(e) }))
/** The live ledger of all customers, as text, from what a list of events tells, in any order. */
const ledgerOf = (told: readonly { customer: string; version: ObjectVersion }[]): string => {
  const versions = Map.groupBy(told, v => v.customer)
  const shared = (versions.get('') ?? []).map(v => v.version)
  return [...versions].filter(([id]) => id).sort(([a], [b]) => a < b ? -1 : 1).flatMap(([id, own]) =>
    timelineOf(subscriptionHistory({ versions: [...own.map(v => v.version), ...shared] }).states, book, until).movements.map(m => `${id} ${text(m)}`).sort()).join('\n')
}
const text = (m: Movement) => JSON.stringify([m.at, m.category, m.cause, m.subscription, m.plan, m.currency, String(m.amount?.n), String(m.nativeE4), m.rate?.text, m.quality, m.source.stripeEventId, m.customerDelta, m.planDelta, m.currencyDelta])

describe('the ledger as a function of the set of events', () => {
  let events: StripeEvent[], all: StripeEvent[]
  beforeAll(() => {
    all = company(1, firstDay, { until: until / 1000 }).events.map(e => e.event as unknown as StripeEvent)
    const ids = new Set<string>()
    events = []
    for (const e of all) {
      const id = customerOf(e.data.object)
      if (id === null ? /^(coupon|price|product)\./.test(e.type) : ids.has(id) || ids.size < 45) { if (id) ids.add(id); events.push(e) }
      if (events.length >= 500) break
    }
  })

  it('is the same for 500 orders of 500 events with duplicates', () => {
    const told = tell(events), first = ledgerOf(told)
    expect(events.length).toBe(500)
    expect(first.split('\n').length).toBeGreaterThan(80)
    for (let round = 0; round < 500; round++) {
      const dice = random(`order/${round}`)
      const order = [...told, ...Array.from({ length: 40 }, () => dice.pick(told))]
      for (let i = order.length - 1; i > 0; i--) { const k = dice.int(0, i); [order[i], order[k]] = [order[k]!, order[i]!] }
      expect(ledgerOf(order) === first, `order ${round}`).toBe(true)
    }
  }, 400_000)

  it('names a cause for every movement of the demo company', () => {
    const counts = new Map<string, number>()
    for (const line of ledgerOf(tell(all)).split('\n')) { const [, category, cause] = JSON.parse(line.slice(line.indexOf('['))) as string[]; const key = `${category} ${cause}`; counts.set(key, (counts.get(key) ?? 0) + 1) }
    expect([...counts.keys()].filter(k => k.endsWith('correction'))).toEqual([])
  })
})
