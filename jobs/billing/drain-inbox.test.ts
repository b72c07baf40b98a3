import { spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ledgerLines } from '../../api/revenue/ledger-lines.ts'
import { checkLedger } from '../../api/revenue/check-ledger.ts'
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
  return world.app.request('/webhooks/stripe', { method: 'POST', body, headers: headers ?? signed(body) })
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
      expect(await checkLedger(world.db)).toEqual([])
      expect(await rebuildLedger(deps(world), { fromRaw: true, compare: true })).toMatchObject({ reversed: 0, added: 0 })
      expect(await writeDueMovements(deps(world), new Date())).toBe(0)
    }
  }, 300_000)

  it('applies an event once when the worker is killed in the middle of it', async () => {
    const events = someEvents(120), world = await newWorld(), calm = await newWorld()
    for (const w of [world, calm]) for (const e of events) await deliver(w, e)
    await drain(deps(calm))
    await sql`create function linger() returns trigger language plpgsql as $$ begin perform pg_sleep(20); return new; end $$`.execute(world.owner)
    await sql`create trigger linger before update on customers for each row execute function linger()`.execute(world.owner)
    const victim = spawn(process.execPath, ['--import', 'tsx', path.resolve(import.meta.dirname, '../../tests/support/drain-once.ts'), world.urls.app], { stdio: 'ignore' })
    const lingering = async () => (await sql<{ n: number }>`select count(*)::int as n from pg_stat_activity where application_name = 'quarterdeck-victim' and wait_event = 'PgSleep'`.execute(world.db)).rows[0]!.n
    while (await lingering() === 0) { expect(victim.exitCode).toBeNull(); await new Promise(resolve => setTimeout(resolve, 50)) }
    victim.kill('SIGKILL')
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'quarterdeck-victim'`.execute(world.db)
    while (await lingering() > 0) await new Promise(resolve => setTimeout(resolve, 50))
    await sql`drop trigger linger on customers`.execute(world.owner)
    expect((await sql<{ n: number }>`select count(*)::int as n from mrr_movements`.execute(world.db)).rows[0]!.n).toBe(0)
    await drain(deps(world))
    expect(await lines(world)).toEqual(await lines(calm))
    expect((await sql`select event_id from object_versions group by 1 having count(*) > 1`.execute(world.db)).rows).toEqual([])
    expect(await checkLedger(world.db)).toEqual([])
  }, 180_000)

  it('refuses forged, old, future and changed webhooks with 400 and keeps nothing of them', async () => {
    const world = await newWorld()
    const body = JSON.stringify(northwind.events[0]!.event), now = Math.floor(Date.now() / 1000)
    const answers = {
      forged: await deliver(world, body, signed(body, now, 'whsec_other')), old: await deliver(world, body, signed(body, now - 301)), future: await deliver(world, body, signed(body, now + 310)),
      changed: await deliver(world, body.replace('"livemode":false', '"livemode":true'), signed(body)), unsigned: await deliver(world, body, { 'x-none': '1' }), noEvent: await deliver(world, '{"a":1}'),
    }
    expect(Object.fromEntries(Object.entries(answers).map(([k, a]) => [k, a.status]))).toEqual({ forged: 400, old: 400, future: 400, changed: 400, unsigned: 400, noEvent: 400 })
    expect((await sql`select 1 from stripe_events`.execute(world.db)).rows).toEqual([])
    const metrics = await (await world.app.request('/metrics')).text()
    for (const outcome of ['forged', 'old', 'future', 'malformed']) expect(metrics).toContain(`quarterdeck_webhooks_total{outcome="${outcome}"}`)
    expect((await deliver(world, 'x'.repeat(1_100_000))).status).toBe(413)
    expect((await deliver(world, body, signed(body, now - 290))).status).toBe(200)
  })

  it('keeps an event once, ignores types it does not use and does not count the other mode', async () => {
    const world = await newWorld()
    const event = northwind.events.find(e => e.event.type === 'customer.created')!.event
    for (let i = 0; i < 3; i++) expect(await (await deliver(world, event)).json()).toEqual({ received: true })
    await deliver(world, { ...event, id: 'evt_live', livemode: true })
    await deliver(world, { ...event, id: 'evt_other', type: 'radar.early_fraud_warning.created', data: { object: { id: 'issfr_1', object: 'radar.early_fraud_warning' } } })
    const { rows } = await sql<{ stripe_id: string; state: string }>`select e.stripe_id, i.state from stripe_events e join stripe_inbox i on i.event_id = e.id order by i.seq`.execute(world.db)
    expect(rows).toEqual([{ stripe_id: event.id, state: 'pending' }, { stripe_id: 'evt_live', state: 'kept' }, { stripe_id: 'evt_other', state: 'ignored' }])
    await drain(deps(world))
    expect((await sql`select count(*)::int as n from billing_accounts`.execute(world.db)).rows).toEqual([{ n: 1 }])
  })

  it('is no address while no webhook secret is set', async () => {
    const world = await createWorld()
    worlds.push(world)
    expect((await deliver(world, northwind.events[0]!.event)).status).toBe(404)
  })

  it('puts a faulty event aside after five attempts and applies everything around it', async () => {
    const world = await newWorld()
    const events = someEvents(60)
    const victim = events.find(e => e.type === 'customer.subscription.created')!
    const object = victim.data.object as { items: { data: { price: object }[] } }
    const faulty = { ...victim, id: 'evt_faulty', created: victim.created + 5, type: 'customer.subscription.updated', data: { object: { ...object, status: 'sleeping' }, previous_attributes: { status: 'active' } } }
    for (const e of [...events, faulty]) await deliver(world, e)
    for (let i = 0; i < 6; i++) {
      await drain(deps(world))
      await sql`update stripe_inbox set available_at = now() where state = 'pending'`.execute(world.db)
    }
    const { rows } = await sql<{ stripe_id: string; state: string; attempts: number; error: string }>`select e.stripe_id, i.state, i.attempts, i.error from stripe_inbox i join stripe_events e on e.id = i.event_id where i.state not in ('applied', 'ignored')`.execute(world.db)
    expect(rows).toEqual([{ stripe_id: 'evt_faulty', state: 'failed', attempts: 5, error: expect.stringContaining('unknown status sleeping') }])
    expect((await lines(world)).length).toBeGreaterThan(5)
  })

  it('makes account and customer of a Stripe customer known only by its id, until the first real name', async () => {
    const world = await newWorld()
    const events = someEvents(100), created = events.find(e => e.type === 'customer.created')!, id = (created.data.object as { id: string }).id
    const own = events.filter(e => (e.data.object as { customer?: string }).customer === id)
    for (const e of own) await deliver(world, e)
    await drain(deps(world))
    const name = async () => (await sql<{ name: string; external_id: string | null; version: number }>`select c.name, c.external_id, c.version from customers c join billing_accounts b on b.customer_id = c.id where b.stripe_id = ${id}`.execute(world.db)).rows[0]!
    expect((await name()).name).toBe(id)
    await deliver(world, created)
    await drain(deps(world))
    const object = created.data.object as { name: string; metadata: Record<string, string> }
    expect(await name()).toEqual({ name: object.name, external_id: object.metadata.organization_id ?? null, version: 1 })
  })

  it('moves an account, with its ledger, to the customer its metadata turns out to name', async () => {
    const world = await newWorld()
    const events = someEvents(300)
    const created = events.find(e => e.type === 'customer.created' && events.some(x => x.type === 'invoice.paid' && (x.data.object as { customer: string }).customer === (e.data.object as { id: string }).id))!
    const id = (created.data.object as { id: string }).id
    for (const e of events.filter(e => (e.data.object as { customer?: string }).customer === id || /^(product|price|coupon)/.test(e.type))) await deliver(world, e)
    await drain(deps(world))
    const before = await lines(world)
    expect(before.length).toBeGreaterThan(0)
    const ours = newId()
    await sql`insert into customers (id, name, external_id) values (${ours}, 'Ours already', 'org_77')`.execute(world.db)
    await deliver(world, { ...created, data: { object: { ...created.data.object, metadata: { organization_id: 'org_77' } } } })
    await drain(deps(world))
    expect(await lines(world)).toEqual(before)
    expect((await sql`select distinct customer_id from mrr_movements where live`.execute(world.db)).rows).toEqual([{ customer_id: ours }])
    expect((await sql`select count(*)::int as n from customers where deleted_at is null`.execute(world.db)).rows).toEqual([{ n: 1 }])
    expect(await checkLedger(world.db)).toEqual([])
  })

  it('shows of two changes in one second the later, in whatever order they arrive', async () => {
    const events = someEvents(100), created = events.find(e => e.type === 'customer.subscription.created')!
    const object = created.data.object as unknown as { customer: string; items: { data: { quantity: number }[] } }
    const withSeats = (n: number) => ({ ...object, items: { ...object.items, data: object.items.data.map(i => ({ ...i, quantity: n })) } })
    const change = (id: string, from: number, to: number) => ({ ...created, id, type: 'customer.subscription.updated', created: created.created + 90, data: { object: withSeats(to), previous_attributes: { items: withSeats(from).items } } })
    const seats = object.items.data[0]!.quantity, a = change('evt_b', seats, seats + 1), b = change('evt_a', seats + 1, seats + 2)
    for (const order of [[created, a, b], [b, created, a], [a, b, created]]) {
      const world = await newWorld()
      for (const e of order) { await deliver(world, e); await drain(deps(world)) }
      expect((await sql<{ quantity: number }>`select quantity from subscriptions`.execute(world.db)).rows).toEqual([{ quantity: (seats + 2) * object.items.data.length }])
    }
  })

  it('keeps the ledger append-only: no row can be changed or removed', async () => {
    const world = await newWorld()
    for (const e of someEvents(60)) await deliver(world, e)
    await drain(deps(world))
    for (const change of [sql`update mrr_movements set amount_e4 = 1`, sql`update mrr_movements set live = false`, sql`delete from mrr_movements`, sql`update mrr_movements set live = true where not live`, sql`update mrr_movements set recorded_at = now()`])
      await expect(change.execute(world.owner).then(r => Number(r.numAffectedRows) === 0 ? Promise.reject(new Error('append-only')) : r)).rejects.toThrow(/append-only/)
    await expect(sql`delete from stripe_events`.execute(world.db)).rejects.toThrow(/permission denied/)
  })

  it('moves the ledger when a rate is changed or added', async () => {
    const world = await newWorld()
    const events = northwind.events.map(e => e.event).filter(e => e.type !== 'x')
    const eur = events.find(e => e.type === 'customer.subscription.created' && (e.data.object as { currency: string }).currency === 'eur')!, customer = (eur.data.object as { customer: string }).customer
    for (const e of events.filter(e => (e.data.object as { customer?: string; id: string }).customer === customer || (e.data.object as { id: string }).id === customer || /^(coupon|price|product)/.test(e.type))) await deliver(world, e)
    await drain(deps(world))
    const before = await lines(world)
    await sql`update fx_rates set rate = rate * 2 where from_currency = 'eur'`.execute(world.db)
    expect(await writeDueMovements(deps(world), new Date())).toBe(1)
    const after = await lines(world)
    expect(after).not.toEqual(before)
    const amounts = (list: string[]) => list.filter(l => JSON.parse(l).category === 'new').map(l => Number(JSON.parse(l).amountExact))
    expect(amounts(after)[0]! / amounts(before)[0]!).toBeCloseTo(2, 6)
    expect(await checkLedger(world.db)).toEqual([])
  })
})
