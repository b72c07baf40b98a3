import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStripeReader, type StripeReader } from '../../api/billing/stripe.ts'
import { storeEvent } from '../../api/billing/store-event.ts'
import type { StripeEvent } from '../../api/billing/stripe.ts'
import { Limiter } from '../../api/billing/limiter.ts'
import { newId } from '../../api/engine/ids.ts'
import { ledgerLines } from '../../api/revenue/ledger-lines.ts'
import { checkLedger } from '../../api/revenue/check-ledger.ts'
import { company } from '../../demo/company/company.ts'
import { fxRates } from '../../demo/company/fx-rates.ts'
import { startStandIn, type StandIn } from '../../demo/stripe/stand-in.ts'
import { createWorld, type World } from '../../tests/support/world.ts'
import type { ApplyDeps } from './apply-told.ts'
import { backfill } from './backfill-stripe.ts'
import { drain } from './drain-inbox.ts'

const seed = 1, firstDay = new Date().toISOString().slice(0, 10)
let standIn: StandIn, reader: StripeReader
const worlds: World[] = []
const newWorld = async () => {
  const world = await createWorld()
  worlds.push(world)
  for (const r of fxRates(seed, firstDay).filter(r => r.date <= firstDay)) await sql`insert into fx_rates (id, date, from_currency, to_currency, rate, source) values (${newId()}, ${r.date}, ${r.from}, ${r.to}, ${r.rate}, 'demo')`.execute(world.db)
  return world
}
const deps = (world: World, own: StripeReader | null = reader): ApplyDeps => ({ db: world.db, book: world.services.config.book, reader: own, unknown: new Map() })
const tell = async (world: World, events: readonly { event: unknown }[]) => {
  for (let i = 0; i < events.length; i += 20) await Promise.all(events.slice(i, i + 20).map(({ event }) => storeEvent({ db: world.db }, event as StripeEvent, JSON.stringify(event), false)))
}
const standing = async (world: World) => new Map((await sql<{ id: string; mrr: number; status: string }>`select b.stripe_id as id, c.mrr, c.status from billing_accounts b join customers c on c.id = b.customer_id order by 1`.execute(world.db)).rows.map(r => [r.id, `${r.mrr} ${r.status}`]))
const lines = async (world: World) => { const all: string[] = []; for await (const l of ledgerLines(world.db)) all.push(l); return all }

beforeAll(async () => {
  standIn = await startStandIn({ seed, firstDay, now: () => new Date() })
  reader = createStripeReader({ secretKey: 'sk_test_x', apiBase: standIn.url, livemode: false }, new Limiter(500, 4))!
})
afterAll(async () => { await standIn.stop(); for (const w of worlds) await w.close() })

describe('the back-fill', () => {
  it('finds older customers, proves what invoices prove, goes on where it was stopped, and agrees with what events tell', async () => {
    const told = company(seed, firstDay, { until: Math.floor(Date.now() / 1000) }).events
    const byEvents = await newWorld()
    await tell(byEvents, told)
    await drain(deps(byEvents, null))
    const known = await standing(byEvents)

    const filled = await newWorld()
    const stop = new AbortController()
    let pages = 0
    await backfill(deps(filled) as Parameters<typeof backfill>[0], { only: ['products', 'prices', 'coupons', 'customers', 'subscriptions', 'invoices', 'refunds'], signal: stop.signal, onPage: () => { if (++pages === 9) stop.abort() } })
    const { rows: half } = await sql<{ n: number }>`select count(*)::int as n from sync_cursors where state = 'done'`.execute(filled.db)
    expect(half[0]!.n).toBeLessThan(7)
    await backfill(deps(filled) as Parameters<typeof backfill>[0], { only: ['products', 'prices', 'coupons', 'customers', 'subscriptions', 'invoices', 'refunds'] })
    const all = await standing(filled)
    expect((await sql`select resource, state, error from sync_cursors where state <> 'done'`.execute(filled.db)).rows).toEqual([])

    expect(all.size - known.size).toBe(20)
    const differ = [...known].filter(([id, s]) => all.get(id) !== s).map(([id, s]) => `${id}: events ${s}, back-fill ${all.get(id)}`)
    expect(differ.slice(0, 8)).toEqual([])
    const { rows: reconstructed } = await sql<{ cause: string; n: number }>`select cause, count(*)::int as n from mrr_movements where live and quality = 'reconstructed' and category = 'new' group by 1 order by 1`.execute(filled.db)
    expect(reconstructed.map(r => r.cause)).toContain('first_payment')
    expect(await checkLedger(filled.db)).toEqual([])

    // what the lists say of customers whose events are known changes nothing
    const before = await lines(byEvents)
    await backfill(deps(byEvents) as Parameters<typeof backfill>[0], { only: ['customers', 'subscriptions'] })
    expect((await lines(byEvents)).filter(l => !before.includes(l)).slice(0, 4)).toEqual([])
  }, 300_000)

  it('fetches what events leave out: bare events give the ledger of full ones, one fetch per object and batch', async () => {
    const options = { until: Math.floor(Date.now() / 1000) }
    const few = new Set(company(seed, firstDay, options).events.filter(e => e.event.type === 'customer.created').slice(0, 40).map(e => (e.event.data.object as { id: string }).id))
    const mine = (e: { event: { type: string; data: { object: unknown } } }) => { const o = e.event.data.object as { id: string; customer?: string }; return few.has(o.id) || few.has(o.customer ?? '') || /^(coupon|price|product)\./.test(e.event.type) }
    const full = await newWorld(), bare = await newWorld()
    await tell(full, company(seed, firstDay, options).events.filter(mine))
    await drain(deps(full, null))
    // nobody tells of coupons and tiers
    await tell(bare, company(seed, firstDay, { ...options, bare: true }).events.filter(e => mine(e) && !/^(price|coupon)\./.test(e.event.type)))
    const asked: string[] = []
    await drain(deps(bare, { list: (r, o) => reader.list(r, o), fetch: (type, id) => { asked.push(`${type} ${id}`); return reader.fetch(type, id) } }))
    expect(asked.length).toBeGreaterThan(3)
    expect(asked.length).toBeLessThan(120)
    const [a, b] = [await lines(bare), await lines(full)]
    expect(a.filter(l => !b.includes(l)).slice(0, 4)).toEqual([])
    expect(a).toHaveLength(b.length)
  }, 120_000)

  it('counts an event as it tells where its object cannot be fetched, but not one of another API version', async () => {
    const world = await newWorld()
    const events = company(99, '2026-10-01', { until: Date.parse('2026-10-02T00:00:00Z') / 1000 }).events
    const id = (events.find(e => e.event.type === 'invoice.paid' && (e.event.data.object as { total: number }).total > 0)!.event.data.object as { customer: string }).customer
    const own = events.filter(e => { const o = e.event.data.object as { id: string; customer?: string }; return o.id === id || o.customer === id || /^(coupon|price|product)\./.test(e.event.type) })
    const old = { event: { ...own.at(-1)!.event, id: 'evt_oldversion', api_version: '2020-08-27' } }
    await tell(world, [...own, old])
    await drain(deps(world))
    const { rows } = await sql<{ stripe_id: string; state: string }>`select e.stripe_id, i.state from stripe_inbox i join stripe_events e on e.id = i.event_id where i.state not in ('applied', 'ignored')`.execute(world.db)
    expect(rows).toEqual([{ stripe_id: 'evt_oldversion', state: 'kept' }])
    expect((await lines(world)).length).toBeGreaterThan(0)
  })

  it('waits, with the event still to be done, while Stripe is away', async () => {
    const world = await newWorld()
    const event = company(seed, firstDay, { until: Math.floor(Date.now() / 1000) }).events.find(e => e.event.type === 'customer.created')!.event
    await tell(world, [{ event: { ...event, api_version: '2020-08-27' } }])
    await drain(deps(world, { list: (r, o) => reader.list(r, o), fetch: async () => { throw new Error('connect ECONNREFUSED') } }))
    const { rows } = await sql<{ state: string; attempts: number; error: string }>`select state, attempts, error from stripe_inbox`.execute(world.db)
    expect(rows).toEqual([{ state: 'pending', attempts: 0, error: expect.stringContaining('could not be asked') }])
  })
})
