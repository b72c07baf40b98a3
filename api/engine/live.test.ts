import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { resources } from '../../resources/index.ts'
import { tableOf } from '../../resources/engine/define-resource.ts'
import { until } from '../../tests/support/own-product.ts'
import { caller, createWorld, session, type World } from '../../tests/support/world.ts'
import { createApp } from '../app.ts'
import { tablesOf } from './changes.ts'
import { newId } from './ids.ts'

let world: World
const readiness = { migrated: true, filled: true, stopping: false, reason: '' }
beforeAll(async () => { world = await createWorld(); world.app = createApp(world.services, { readiness }) })
afterAll(() => world.close())

interface Stream { status: number; headers: Headers; events: [string, string[]][]; comments: number; ended: boolean; stop(): Promise<void> }
const streams: Stream[] = []
afterEach(async () => { for (const s of streams.splice(0)) await s.stop() })

/** Opens the stream as a page would and keeps what it says. */
async function listen(cookie: string): Promise<Stream> {
  const response = await world.app.request('/v1/admin/live', { headers: { cookie } })
  const stream: Stream = { status: response.status, headers: response.headers, events: [], comments: 0, ended: false, async stop() { await reader?.cancel().catch(() => undefined) } }
  const reader = response.status === 200 ? response.body!.getReader() : undefined
  streams.push(stream)
  void (async () => {
    let text = ''
    for (;;) {
      const { done, value } = await reader!.read()
      if (done) { stream.ended = true; return }
      text += new TextDecoder().decode(value)
      for (let at = text.indexOf('\n\n'); at >= 0; at = text.indexOf('\n\n')) {
        const block = text.slice(0, at)
        text = text.slice(at + 2)
        if (block.startsWith(':')) stream.comments++
        else stream.events.push([/^event: (.*)$/m.exec(block)![1]!, JSON.parse(/^data: (.*)$/m.exec(block)![1]!)])
      }
    }
  })().catch(() => { stream.ended = true })
  if (reader) await until(() => stream.events.length > 0, 'the stream is ready')
  return stream
}
const heard = (s: Stream): string[] => [...new Set(s.events.filter(([name]) => name === 'changed').flatMap(([, names]) => names))].sort()
const as = (role: string) => listen(world.as(role).cookie)

test('the table of every resource tells when it is written to, also those behind views', async () => {
  const { rows } = await sql<{ table: string }>`select c.relname as table from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgname = 'tells_change'`.execute(world.owner)
  const telling = new Set(rows.map(r => r.table))
  const tables = await tablesOf(world.services.db, resources)
  expect([...tables.keys()].filter(t => !telling.has(t))).toEqual([])
  expect([...new Set([...tables.values()].flat())].sort()).toEqual(resources.map(r => r.name).sort())
  expect(resources.map(tableOf).length).toBeGreaterThan(15)
})

test('a change by a request, by another connection and by SQL alone is heard, as names of resources one may read and nothing more', async () => {
  const admin = await as('admin'), support = await as('support'), marketing = await as('marketing')
  expect([admin.status, admin.headers.get('content-type'), admin.headers.get('cache-control'), admin.headers.get('x-accel-buffering')]).toEqual([200, 'text/event-stream; charset=utf-8', 'no-store, no-transform', 'no'])
  const { body } = await world.as('admin').post('/v1/admin/customers', { name: 'Secret Customer' })
  await sql`insert into fx_rates (id, date, from_currency, to_currency, rate, source) values (${newId()}, '2026-01-01', 'eur', 'usd', 1.1, 'test')`.execute(world.owner)
  await until(() => heard(admin).includes('customers') && heard(admin).includes('fx-rates') && heard(admin).includes('audit-log'), 'the administrator hears all of it')
  await until(() => heard(support).includes('customers') && heard(marketing).includes('customers'), 'support and marketing hear of customers')
  for (const s of [support, marketing]) expect(heard(s).some(name => ['fx-rates', 'audit-log', 'staff'].includes(name))).toBe(false)
  expect(JSON.stringify([admin.events, support.events])).not.toMatch(new RegExp(`Secret|${body.id}`))
})

test('a change that is rolled back is not told, and a hundred changes are told once or twice', async () => {
  const admin = await as('admin')
  await world.services.db.transaction().execute(async trx => { await sql`insert into customers (id, name) values (${newId()}, 'Never')`.execute(trx); throw new Error('no') }).catch(() => undefined)
  for (let i = 0; i < 100; i++) await sql`insert into users (id, name) values (${newId()}, 'Somebody')`.execute(world.db)
  await until(() => heard(admin).includes('users'), 'users are told')
  expect(heard(admin)).not.toContain('customers')
  expect(admin.events.filter(([, names]) => names.includes('users')).length).toBeLessThanOrEqual(3)
})

test('nobody listens without a session, and nobody to parameters', async () => {
  expect((await caller(world.app, '').get('/v1/admin/live')).status).toBe(401)
  expect((await world.as('admin').get('/v1/admin/live?resource=staff')).status).toBe(400)
})

test('a stream ends with its session, with a change of rights, and with its person', async () => {
  const cookie = await session(world.services, world.staff.finance2!.id)
  const own = await listen(cookie), other = await as('finance2'), success = await as('success'), support = await as('support')
  await caller(world.app, cookie).post('/api/auth/sign-out', {})
  await until(() => own.ended, 'the stream of the session that signed out ends')
  expect(other.ended).toBe(false)
  await sql`update staff set role = 'marketing' where id = ${world.staff.success!.id}`.execute(world.db)
  await sql`update staff set active = false where id = ${world.staff.support!.id}`.execute(world.db)
  await until(() => success.ended && support.ended, 'changed rights end a stream')
  expect(other.ended).toBe(false)
  await sql`update staff set role = 'success' where id = ${world.staff.success!.id}`.execute(world.db)
  await sql`update staff set active = true where id = ${world.staff.support!.id}`.execute(world.db)
})

test('one person holds a bounded number of streams, and a page that closes gives its place back', async () => {
  const mine: Stream[] = []
  // places of streams that closed a moment ago may come free meanwhile, so it is asked until none is left
  await until(async () => { mine.push(await as('auditor')); return mine.at(-1)!.status === 429 }, 'no place is left')
  expect(mine.filter(s => s.status === 200).length).toBeLessThanOrEqual(20)
  expect((await as('compliance')).status).toBe(200)
  await mine.find(s => s.status === 200)!.stop()
  await until(async () => (await as('auditor')).status === 200, 'the place is free again')
})

test('a connection that dies is made again; pages are told that they may have missed something, and hear what comes after', async () => {
  const admin = await as('admin')
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'quarterdeck-live' and datname = current_database()`.execute(world.db)
  await until(() => admin.events.some(([name]) => name === 'gap'), 'the gap is told')
  await sql`insert into users (id, name) values (${newId()}, 'After')`.execute(world.db)
  await until(() => heard(admin).includes('users'), 'what comes after is heard')
})

test('streams end when the process stops, so that it can', async () => {
  const admin = await as('admin')
  readiness.stopping = true
  await until(() => admin.ended, 'the stream ends')
  readiness.stopping = false
})
