import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createWorld, type World } from '../support/world.ts'

const webhookSecret = 'whsec_full'
let world: World
beforeAll(async () => { world = await createWorld({ env: { STRIPE_WEBHOOK_SECRET: webhookSecret } }) })
afterAll(async () => { await world.close() })

const counts = async () => (await sql<Record<string, number>>`select (select count(*)::int from customers) as customers, (select count(*)::int from audit_log) as audit, (select count(*)::int from operations) as operations, (select count(*)::int from stripe_events) as events, (select count(*)::int from idempotency_keys) as keys`.execute(world.db)).rows[0]!
const deliver = () => {
  const t = Math.floor(Date.now() / 1000), body = JSON.stringify({ id: 'evt_full', object: 'event', type: 'customer.created', created: t, livemode: false, api_version: '2026-10-28.endive', data: { object: { id: 'cus_full', object: 'customer', name: 'Full' } } })
  return world.app.request('/webhooks/stripe', { method: 'POST', body, headers: { 'stripe-signature': `t=${t},v1=${createHmac('sha256', webhookSecret).update(`${t}.${body}`).digest('hex')}` } })
}

it('a full disk of the database changes nothing, says so in a sentence, and is over as soon as there is room', async () => {
  const admin = world.as('admin')
  const { body: row } = await admin.post('/v1/admin/customers', { name: 'Before' })
  const before = await counts()
  await sql`create function full_disk() returns trigger language plpgsql as $$ begin raise exception 'could not extend file "base/1/2": No space left on device' using errcode = '53100'; end $$`.execute(world.owner)
  // the audit log is written last, so that everything before it has to be undone; an event has no audit and fails by itself
  for (const table of ['audit_log', 'stripe_events']) await sql`create trigger full_disk before insert on ${sql.table(table)} for each statement execute function full_disk()`.execute(world.owner)
  const attempts = {
    create: await admin.post('/v1/admin/customers', { name: 'During' }, { 'idempotency-key': 'once' }),
    change: await admin.patch(`/v1/admin/customers/${row.id}`, { name: 'Changed' }, { 'if-match': '"v1"' }),
    act: await admin.post(`/v1/admin/customers/${row.id}/actions/tagging`, { input: { tags: ['full'] } }),
    remove: await admin.delete(`/v1/admin/customers/${row.id}`),
  }
  for (const [what, { status, headers, body, text }] of Object.entries(attempts)) {
    expect([what, status, body.code]).toEqual([what, 503, 'unavailable'])
    expect(body.message).toBe('The disk of the database is full. Nothing was changed. An administrator has to make room.')
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(text).not.toMatch(/base\/1|extend|53100/)
  }
  expect((await deliver()).status).toBe(503)
  expect(await counts()).toEqual(before)
  expect((await admin.get(`/v1/admin/customers/${row.id}`)).body).toMatchObject({ name: 'Before', version: 1 })

  for (const table of ['audit_log', 'stripe_events']) await sql`drop trigger full_disk on ${sql.table(table)}`.execute(world.owner)
  expect((await admin.post('/v1/admin/customers', { name: 'During' }, { 'idempotency-key': 'once' })).status).toBe(201)
  expect((await admin.patch(`/v1/admin/customers/${row.id}`, { name: 'Changed' }, { 'if-match': '"v1"' })).status).toBe(200)
  for (let i = 0; i < 2; i++) expect((await deliver()).status).toBe(200)
  expect(await counts()).toMatchObject({ customers: before.customers! + 1, events: 1 })
})
