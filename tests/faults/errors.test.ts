import { get } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../../api/app.ts'
import { createDatabase, createPool, type Database } from '../../api/engine/database.ts'
import { databaseProblem } from '../../api/engine/errors.ts'
import { createLog } from '../../api/engine/log.ts'
import { listen, type Listening } from '../../api/engine/serve.ts'
import type { Readiness } from '../../api/system/health.ts'
import { until } from '../support/own-product.ts'
import { someCustomers } from '../support/panel.ts'
import { caller, createWorld, type World } from '../support/world.ts'

let world: World, web: Listening
const unheard: unknown[] = []
const hear = (error: unknown) => { unheard.push(error) }
const n = async (query: string, db: Database = world.db) => (await sql<{ n: number }>`${sql.raw(query)}`.execute(db)).rows[0]!.n

beforeAll(async () => {
  process.on('uncaughtExceptionMonitor', hear)
  process.on('unhandledRejection', hear)
  world = await createWorld({ env: { STRIPE_WEBHOOK_SECRET: 'whsec_errors' } })
  web = await listen(world.app, { host: '127.0.0.1', port: 0 })
})
afterAll(async () => {
  process.off('uncaughtExceptionMonitor', hear)
  process.off('unhandledRejection', hear)
  await web.close()
  await world.close()
})

describe('an error nobody expected', () => {
  it('thrown in an asynchronous handler is a 500 with a request id, and the process serves on', async () => {
    const lines: string[] = []
    const broken = new Proxy(world.services.totals, { get() { throw new TypeError('secret detail of totals') } })
    const admin = caller(createApp({ ...world.services, totals: broken, log: createLog('error', { write: line => { lines.push(line) } }) }), world.as('admin').cookie)
    const failed = await admin.get('/v1/admin/customers')
    expect(failed.status).toBe(500)
    expect(failed.body).toEqual({ message: expect.stringContaining('request id'), code: 'internal', requestId: failed.headers.get('x-request-id') })
    expect(failed.text).not.toContain('secret detail')
    expect(lines.some(l => l.includes(failed.body.requestId) && l.includes('secret detail of totals'))).toBe(true)
    expect((await admin.get('/v1/admin/meta')).status).toBe(200)
    expect(unheard).toEqual([])
  })

  it('on connections at rest, or between two statements of a transaction, is heard: the next request gets a new connection', async () => {
    const kill = (db: Database) => sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and usename = current_user and pid <> pg_backend_pid()`.execute(db)
    const killer = createDatabase(createPool(world.urls.app, { max: 1 }))
    try {
      await Promise.all(Array.from({ length: 8 }, () => world.as('admin').get('/v1/admin/customers')))
      await kill(killer)
      await until(async () => (await world.as('admin').get('/v1/admin/customers')).status === 200, 'the pool has new connections')
      const lost = await world.db.transaction().execute(async trx => {
        await sql`insert into customers (id, name) values (gen_random_uuid(), 'Lost in the middle')`.execute(trx)
        await kill(killer)
        await sleep(300)
        await sql`select 1`.execute(trx)
      }).then(() => null, error => error)
      expect(databaseProblem(lost)).toMatchObject({ code: 'unavailable', status: 503 })
      expect(await n(`select count(*)::int as n from customers where name = 'Lost in the middle'`, killer)).toBe(0)
      await until(async () => (await world.as('admin').post('/v1/admin/customers', { name: 'After it' })).status === 201, 'writes again')
      expect(unheard).toEqual([])
    } finally { await killer.destroy() }
  })

  it('of a reader who goes away in the middle of an export leaves nothing behind: no query, no place taken, an audit row that says so', async () => {
    await someCustomers(world, 500)
    await sql`update customers set plan = repeat('x', 50000)`.execute(world.owner)
    const leave = () => new Promise<void>((resolve, reject) => {
      const request = get({ port: web.port, host: '127.0.0.1', path: '/v1/admin/customers/export.csv', headers: { cookie: world.as('admin').cookie, host: '127.0.0.1:3000' } }, response => {
        if (response.statusCode !== 200) { reject(new Error(`export answered ${response.statusCode}`)); return }
        response.once('data', () => { request.destroy(); resolve() })
      })
      request.on('error', () => { /* we left */ })
    })
    for (let i = 0; i < 6; i++) {
      await leave()
      await until(async () => await n(`select count(*)::int as n from audit_log where act = 'export'`) === i + 1, 'the export is audited')
    }
    await until(async () => await n(`select count(*)::int as n from pg_stat_activity where datname = current_database() and state <> 'idle' and query like 'copy%'`) === 0, 'no export runs on')
    const { body } = await world.as('admin').get('/v1/admin/audit-log?act=export')
    expect(body).toHaveLength(6)
    expect(JSON.stringify(body)).toMatch(/complete/)
    expect((await world.as('admin').get('/v1/admin/customers/export.csv?name=After%20it')).status).toBe(200)
    expect(unheard).toEqual([])
  })
})

describe('health', () => {
  it('says in a word why a process cannot serve, and stays ready for what it can serve without', async () => {
    const readiness: Readiness = { migrated: true, filled: false, stopping: false, reason: '' }
    const app = createApp({ ...world.services, queue: { enqueue: () => Promise.reject(new Error('stuck')), work: () => Promise.reject(new Error('stuck')), stats: () => Promise.reject(new Error('stuck')), stop: async () => {} } }, { readiness })
    const ready = async (of = app) => { const answer = await caller(of, '').get('/readyz'); return [answer.status, answer.body.reason] }
    expect(await ready()).toEqual([503, 'the demo company is being filled'])
    readiness.filled = true
    expect(await ready()).toEqual([200, undefined])
    expect((await caller(app, '').get('/metrics')).status).toBe(200)
    await sql`delete from migrations where name = (select max(name) from migrations)`.execute(world.owner)
    expect(await ready()).toEqual([503, 'waiting for migrations'])
    readiness.stopping = true
    expect(await ready()).toEqual([503, 'stopping'])
    const nowhere = createApp({ ...world.services, db: createDatabase(createPool('postgres://nobody:secret-word@127.0.0.1:9/none', { max: 1 })) })
    const away = await caller(nowhere, '').get('/readyz')
    expect([away.status, away.body]).toEqual([503, { ready: false, reason: 'The database is away.' }])
    for (const of of [app, nowhere]) expect((await caller(of, '').get('/livez')).status).toBe(200)
  })
})
