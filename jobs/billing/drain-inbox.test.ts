import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { stripeWebhook, webhookCounts } from '../../api/billing/stripe-webhook.ts'
import { ledgerLines } from '../../api/revenue/ledger-lines.ts'
import { snapshotDifferences } from '../../api/revenue/snapshots.ts'
import { company, type Company } from '../../demo/company/company.ts'
import { fxRates } from '../../demo/company/fx-rates.ts'
import { newId } from '../../api/engine/ids.ts'
import { random, type Random } from '../../demo/random.ts'
import { createWorld, type World } from '../../tests/support/world.ts'
import { rebuildLedger } from '../revenue/rebuild-ledger.ts'
import { writeDueMovements } from '../revenue/write-due-movements.ts'
import type { ApplyDeps } from './apply-told.ts'
import { drain } from './drain-inbox.ts'

const secret = 'whsec_test'
const firstDay = '2026-11-01'
let northwind: Company
const worlds: World[] = []
const newWorld = async () => {
  const world = await createWorld({ env: { STRIPE_WEBHOOK_SECRET: secret } })
  worlds.push(world)
  for (const r of fxRates(1, firstDay).filter(r => r.date <= '2026-11-25')) await sql`insert into fx_rates (id, date, from_currency, to_currency, rate, source) values (${newId()}, ${r.date}, ${r.from}, ${r.to}, ${r.rate}, 'demo')`.execute(world.db)
  return world
}
const deps = (world: World): ApplyDeps => ({ db: world.db, book: world.services.config.book, reader: null, unknown: new Map() })
const signed = (body: string, at = Math.floor(Date.now() / 1000), key = secret) => ({ 'stripe-signature': `t=${at},v1=${createHmac('sha256', key).update(`${at}.${body}`).digest('hex')}` })
const deliver = async (world: World, event: unknown, headers?: Record<string, string>) => {
  const body = typeof event === 'string' ? event : JSON.stringify(event)
  return stripeWebhook(world.services).request('/', { method: 'POST', body, headers: headers ?? signed(body) })
}
const lines = async (world: World) => { const all: string[] = []; for await (const l of ledgerLines(world.db)) all.push(l); return all }
/** The catalog and the whole lives of as many customers as make `count` events. */
const someEvents = (count: number) => {
  const ownerOf = (e: { data: { object: unknown } }) => { const o = e.data.object as { customer?: string; id: string; object: string; invoice?: string }; return o.object === 'customer' ? o.id : o.customer ?? o.invoice ?? '' }
  const byOwner = Map.groupBy(northwind.events.map(e => e.event), ownerOf)
  const chosen = (byOwner.get('') ?? []).filter(e => /^(product|price|coupon)\./.test(e.type))
  for (const [id, list] of byOwner) {
    if (!id.startsWith('cus_') || chosen.length >= count) continue
    chosen.push(...list, ...list.flatMap(e => e.type === 'invoice.paid' ? byOwner.get((e.data.object as { id: string }).id) ?? [] : []))
  }
  return chosen.sort((a, b) => a.created - b.created)
}

const shuffled = <T>(dice: Random, list: T[]): T[] => { const out = [...list]; for (let i = out.length - 1; i > 0; i--) { const k = dice.int(0, i); [out[i], out[k]] = [out[k]!, out[i]!] } return out }

beforeAll(() => { northwind = company(1, firstDay, { until: Date.parse('2026-11-20T00:00:00Z') / 1000 }) })
afterAll(async () => { for (const w of worlds) await w.close() })

describe('from the webhook to the ledger', () => {
  it('gives the same live ledger for 500 events in any order with duplicates, and a rebuild from the raw events changes nothing', async () => {
    const events = someEvents(500)
    let first: string[] | null = null
    for (let round = 0; round < 5; round++) {
      const world = await newWorld()
      const dice = random(`order/${round}`)
      const order = round === 0 ? events : shuffled(dice, [...events, ...events.filter((_, i) => i % 7 === round)])
      for (let i = 0; i < order.length; i += 10) {
        for (const answer of await Promise.all(order.slice(i, i + 10).map(e => deliver(world, e)))) expect(answer.status).toBe(200)
        if (dice.chance(0.1)) await drain(deps(world))
      }
      await drain(deps(world))
      const { rows: left } = await sql`select i.state, i.error, e.type from stripe_inbox i join stripe_events e on e.id = i.event_id where i.state in ('pending', 'failed')`.execute(world.db)
      expect(left).toEqual([])
      const ledger = await lines(world)
      expect(ledger.length).toBeGreaterThan(100)
      first ??= ledger
      expect(ledger).toEqual(first)
      expect(await snapshotDifferences(world.db)).toEqual([])
      expect(await rebuildLedger(deps(world), { fromRaw: true, compare: true })).toMatchObject({ reversed: 0, added: 0 })
      expect(await writeDueMovements(deps(world), new Date())).toBe(0)
    }
  })
})
