import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openOwnProduct, until, type OwnProduct, type Started } from '../support/own-product.ts'

let own: OwnProduct, web: Started, worker: Started
const count = (n: string) => own.look(async db => (await sql<{ n: number }>`${sql.raw(n)}`.execute(db)).rows[0]!.n)
const applied = (event: string) => own.look(async db => (await sql<{ state: string }>`select i.state from stripe_inbox i join stripe_events e on e.id = i.event_id where e.stripe_id = ${event}`.execute(db)).rows.map(r => r.state).join())

/** Somebody who writes all the time; `acknowledged` grows by each name the product has answered 201 for. */
function writer() {
  const acknowledged: string[] = []
  let writing = true
  const done = (async () => {
    for (let i = 0; writing; i++) {
      const answer = await own.createCustomer(`Write ${i}`).catch(() => undefined)
      if (answer?.status === 201) acknowledged.push((await answer.json().catch(() => ({})) as { id?: string }).id ?? `unread ${i}`)
      else await new Promise(r => setTimeout(r, 20))
    }
  })()
  return { acknowledged, stop: () => { writing = false; return done } }
}

beforeAll(async () => {
  own = await openOwnProduct()
  web = own.start('bin/web.ts')
  worker = own.start('bin/worker.ts')
  await Promise.all([web.said('is ready'), worker.said('is ready')])
})
afterAll(async () => { await own.close() })

describe('the database', () => {
  it('may be killed under load: 503 with Retry-After meanwhile, recovery by itself, no acknowledged write lost, no change without audit', async () => {
    const load = [writer(), writer(), writer()]
    const acknowledged = () => load.flatMap(w => w.acknowledged)
    await until(() => acknowledged().length > 20, 'twenty writes')
    await own.killDatabase()
    await until(async () => (await own.createCustomer('During').catch(() => undefined))?.status === 503, '503 while the database is away')
    const away = await own.createCustomer('During')
    expect(away.status).toBe(503)
    expect(Number(away.headers.get('retry-after'))).toBeGreaterThan(0)
    const body = await away.json() as { message: string; requestId: string }
    expect(body.message).toMatch(/database is away/)
    expect(body.requestId).toBeTruthy()
    expect(JSON.stringify(body)).not.toMatch(/ECONN|57P0|select|insert|\.ts/i)
    expect(await own.status('/livez')).toBe(200)
    expect(await own.status('/readyz')).toBe(503)
    expect((await own.deliver('evt_away', 'cus_away')).status).toBe(503)

    const before = acknowledged().length
    await own.startDatabase()
    await until(() => acknowledged().length > before + 5, 'writes again, without a restart of ours')
    await Promise.all(load.map(w => w.stop()))
    expect(await own.status('/readyz')).toBe(200)
    const there = await own.look(async db => new Set((await sql<{ id: string }>`select id from customers`.execute(db)).rows.map(r => r.id)))
    expect(acknowledged().filter(id => !id.startsWith('unread') && !there.has(id))).toEqual([])
    const of = await own.look(async db => (await sql<{ created: number; customers: number; head: number; rows: number }>`select (select count(*)::int from audit_log where act = 'create' and resource = 'customers') as created,
      (select count(*)::int from customers) as customers, (select seq from audit_head) as head, (select count(*) from audit_log) as rows`.execute(db)).rows[0]!)
    expect(of.created).toBe(of.customers)
    expect(of.head).toBe(of.rows)

    for (let delivery = 0; delivery < 3; delivery++) expect((await own.deliver('evt_away', 'cus_away')).status).toBe(200)
    await until(async () => await applied('evt_away') === 'applied', 'the event is applied by the worker that lost its database')
    expect(await count(`select count(*)::int as n from stripe_events where stripe_id = 'evt_away'`)).toBe(1)
    expect(await count(`select count(*)::int as n from billing_accounts where stripe_id = 'cus_away'`)).toBe(1)
    expect([web.child.exitCode, worker.child.exitCode]).toEqual([null, null])
  })

  it('may restart again and again under load: people read on, workers poll and listen again', async () => {
    const load = writer()
    for (let round = 0; round < 5; round++) {
      if (round % 2) await own.killDatabase()
      else await own.stopDatabase()
      await own.startDatabase()
      await until(async () => await own.status('/readyz') === 200, 'ready after the restart')
      expect((await fetch(`${own.base}/v1/admin/customers?_end=1`, { headers: own.signedIn })).status).toBe(200)
      await until(async () => (await own.deliver(`evt_round_${round}`, `cus_round_${round}`)).status === 200, 'the event is taken')
      await until(async () => await applied(`evt_round_${round}`) === 'applied', 'the event is applied after the restart')
    }
    await load.stop()
    const there = await own.look(async db => new Set((await sql<{ id: string }>`select id from customers`.execute(db)).rows.map(r => r.id)))
    expect(load.acknowledged.filter(id => !id.startsWith('unread') && !there.has(id))).toEqual([])
    await until(() => own.look(async db => (await sql`select 1 from pg_stat_activity where application_name = 'quarterdeck-jobs' and query ilike '%listen%'`.execute(db)).rows.length > 0, 'app'), 'the worker listens again')
    expect([web.child.exitCode, worker.child.exitCode]).toEqual([null, null])
  })

  it('may be away when the program starts: it lives, says why it is not ready, and gets ready by itself', async () => {
    for (const one of [web, worker]) one.child.kill('SIGTERM')
    expect(await Promise.all([web.ended, worker.ended])).toEqual([0, 0])
    await own.stopDatabase()
    web = own.start('bin/web.ts')
    worker = own.start('bin/worker.ts')
    await Promise.all([web.said('Waiting for the database'), worker.said('Waiting for the database')])
    expect(await own.status('/livez')).toBe(200)
    const unready = await fetch(`${own.base}/readyz`)
    expect([unready.status, await unready.json()]).toEqual([503, { ready: false, reason: 'The database is away.' }])
    const early = await own.createCustomer('Too early')
    expect([early.status, early.headers.get('retry-after')]).toEqual([503, '5'])
    const migration = own.start('bin/migrate.ts')
    expect(await migration.ended).toBe(1)
    expect(migration.output()).toMatch(/^The database is away: .+\. Start it or correct DATABASE_URL, then try again\.\n$/)
    await own.startDatabase()
    await Promise.all([web.said('is ready'), worker.said('is ready')])
    expect(await own.status('/readyz')).toBe(200)
    await own.deliver('evt_start', 'cus_start')
    await until(async () => await applied('evt_start') === 'applied', 'the event is applied by the worker that waited')
  })

  it('lets a request in flight finish when the program is told to end, takes no new one, and ends with 0', async () => {
    await own.look(async db => {
      await sql`create function linger() returns trigger language plpgsql as $$ begin perform set_config('lock_timeout', '60s', true); perform pg_advisory_xact_lock(77); return new; end $$`.execute(db)
      await sql`create trigger linger before insert on customers for each row when (new.name = 'In flight') execute function linger()`.execute(db)
    })
    const held = await own.look(db => db.transaction().execute(async trx => {
      await sql`select pg_advisory_xact_lock(77)`.execute(trx)
      // a connection that the outage broke may still be found out by this request, which says 503 then: it is sent again
      const ask = () => {
        const sent = { answer: own.createCustomer('In flight'), refused: false }
        void sent.answer.then(a => { sent.refused = a.status !== 201 }, () => { sent.refused = true })
        return sent
      }
      let sent = ask()
      await until(async () => {
        if (sent.refused) sent = ask()
        return (await sql`select 1 from pg_stat_activity where wait_event = 'advisory'`.execute(trx)).rows.length > 0
      }, 'the request is in flight')
      const slow = sent.answer
      web.child.kill('SIGTERM')
      await until(async () => await own.status('/readyz') !== 200, 'it is not ready any more')
      expect(web.child.exitCode).toBeNull()
      return { slow }
    }), 'app').then(({ slow }) => slow)
    expect(held.status).toBe(201)
    expect(((await held.json()) as { name: string }).name).toBe('In flight')
    expect(await web.ended).toBe(0)
    worker.child.kill('SIGTERM')
    expect(await worker.ended).toBe(0)
  })
})
