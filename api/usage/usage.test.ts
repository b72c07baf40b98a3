import { gzipSync } from 'node:zlib'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { statementsOf } from '../../tests/support/statements.ts'
import { createWorld, stepUp, type World } from '../../tests/support/world.ts'
import { keepIngest } from '../../jobs/usage/keep-ingest.ts'

let world: World
let key = ''
beforeAll(async () => {
  world = await createWorld()
  await stepUp(world, 'admin')
  const made = await world.as('admin').post('/v1/admin/write-keys', { name: 'Production API' })
  expect(made.status).toBe(201)
  key = made.body.once.key
})
afterAll(() => world.close())

const basic = (k: string) => ({ authorization: `Basic ${Buffer.from(`${k}:`).toString('base64')}` })
const send = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
  const raw = body instanceof Uint8Array || typeof body === 'string' ? body : JSON.stringify(body)
  const r = await world.app.request(path, { method: 'POST', body: raw as string, headers: { 'content-type': 'application/json', ...(headers.authorization === '' ? {} : basic(key)), ...headers } })
  const text = await r.text()
  let parsed: any = text
  try { parsed = JSON.parse(text) } catch { /* text */ }
  return { status: r.status, body: parsed }
}
const batch = (messages: unknown[], headers?: Record<string, string>) => send('/v1/batch', { batch: messages }, headers)
const userOf = async (externalId: string) => (await world.as('admin').get(`/v1/admin/users?externalId=${externalId}`)).body[0]
const customerOf = async (externalId: string) => (await world.as('admin').get(`/v1/admin/customers?externalId=${externalId}`)).body[0]
const count = async (table: string) => Number((await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(world.db)).rows[0]!.n)

describe('write keys', () => {
  it('are told once, kept as a digest, need a fresh code and are made by administrators only', async () => {
    expect(key).toMatch(/^qdw_[0-9a-f]{8}_[\w-]{32}$/)
    const { body } = await world.as('admin').get('/v1/admin/write-keys')
    expect(body).toHaveLength(1)
    expect(JSON.stringify(body)).not.toContain(key.slice(14))
    expect(body[0]).toMatchObject({ name: 'Production API', prefix: key.slice(0, 12), createdBy: world.staff.admin!.id })
    const { rows } = await sql<any>`select * from write_keys`.execute(world.db)
    expect(JSON.stringify(rows)).not.toContain(key.slice(14))
    expect((await world.as('admin2').post('/v1/admin/write-keys', { name: 'x' })).body.code).toBe('step_up_required')
    for (const role of ['finance', 'success', 'support', 'marketing', 'compliance', 'auditor']) expect((await world.as(role).get('/v1/admin/write-keys')).status, role).toBe(403)
  })

  it('are told once even to a repeated request with the same idempotency key', async () => {
    const first = await world.as('admin').post('/v1/admin/write-keys', { name: 'Twice' }, { 'idempotency-key': 'k-twice' })
    const second = await world.as('admin').post('/v1/admin/write-keys', { name: 'Twice' }, { 'idempotency-key': 'k-twice' })
    expect(second.body.id).toBe(first.body.id)
    expect(first.body.once.key).toBeTruthy()
    expect(second.body.once).toBeUndefined()
  })

  it('open the door as Basic user, as Bearer and in the body, and no other way', async () => {
    const none = { authorization: '' }
    expect((await batch([])).body).toEqual({ success: true, accepted: 0, rejected: 0 })
    expect((await batch([], { authorization: `Bearer ${key}` })).status).toBe(200)
    expect((await send('/v1/batch', { batch: [], writeKey: key }, none)).status).toBe(200)
    for (const headers of [none, basic('qdw_00000000_x'), { authorization: 'Bearer ' }, basic(''), { authorization: `Token ${key}` }]) expect((await batch([], headers)).status).toBe(401)
  })

  it('stop at once when they are deleted', async () => {
    const made = await world.as('admin').post('/v1/admin/write-keys', { name: 'Old' })
    const old = basic(made.body.once.key)
    expect((await batch([], old)).status).toBe(200)
    expect((await world.as('admin').delete(`/v1/admin/write-keys/${made.body.id}`)).status).toBe(200)
    expect((await batch([], old)).status).toBe(401)
  })
})

describe('what the product tells', () => {
  it('makes users and customers by their external ids', async () => {
    expect((await send('/v1/identify', { userId: 'u1', traits: { name: 'Mia Wong', email: 'mia@palisade.example', role: 'owner', createdAt: '2025-03-01T00:00:00Z' }, timestamp: '2025-03-02T00:00:00Z' })).body).toEqual({ success: true, accepted: 1, rejected: 0 })
    expect((await send('/v1/group', { userId: 'u1', groupId: 'org1', traits: { name: 'Palisade Health', website: 'https://www.palisade.example/x' }, timestamp: '2025-03-02T00:00:01Z' })).body.accepted).toBe(1)
    const customer = await customerOf('org1'), user = await userOf('u1')
    expect(customer).toMatchObject({ name: 'Palisade Health', domain: 'palisade.example', status: 'lead', lastSeenAt: '2025-03-02T00:00:01.000Z' })
    expect(user).toMatchObject({ name: 'Mia Wong', email: 'mia@palisade.example', role: 'owner', customerId: customer.id, createdAt: '2025-03-01T00:00:00.000Z', lastSeenAt: '2025-03-02T00:00:01.000Z', version: 1 })
  })

  it('seeds names until somebody edits them here', async () => {
    const before = await userOf('u1')
    await world.as('support').patch(`/v1/admin/users/${before.id}`, { name: 'Mia W.' }, { 'if-match': '"v1"' })
    await batch([{ type: 'identify', userId: 'u1', traits: { name: 'Mia Wong-Li', email: 'mia.wong@palisade.example' } }])
    expect(await userOf('u1')).toMatchObject({ name: 'Mia W.', email: 'mia.wong@palisade.example', version: 2 })
    const customer = await customerOf('org1')
    await sql`update customers set source_name = 'Palisade Inc', name = 'Palisade Inc' where id = ${customer.id}`.execute(world.db)
    await batch([{ type: 'group', userId: 'u1', groupId: 'org1', traits: { name: 'Palisade (product)' } }])
    expect((await customerOf('org1')).name).toBe('Palisade Inc')
  })

  it('counts the latest told, whatever the order of arrival', async () => {
    const at = (hour: number, name: string) => ({ type: 'identify', userId: 'u-order', traits: { name, [`t${hour}`]: hour }, timestamp: `2025-05-01T${String(hour).padStart(2, '0')}:00:00Z` })
    await batch([at(9, 'Nine'), at(7, 'Seven')])
    await batch([at(8, 'Eight')])
    const user = await userOf('u-order')
    expect(user).toMatchObject({ name: 'Nine', lastSeenAt: '2025-05-01T09:00:00.000Z' })
    expect((await world.as('admin').get(`/v1/admin/users/${user.id}`)).body.traits).toMatchObject({ t7: 7, t8: 8, t9: 9, name: 'Nine' })
  })

  it('counts a message id once, in one batch and in two, also at the same time', async () => {
    const facts = Array.from({ length: 40 }, (_, i) => ({ type: 'track', userId: `u-dup-${i % 7}`, event: 'Task Completed', messageId: `dup-${i % 20}`, timestamp: '2026-01-01T00:00:00Z', context: { groupId: `org-dup-${i % 3}` } }))
    const answers = await Promise.all([batch(facts), batch(facts.toReversed()), batch(facts)])
    expect(answers.map(a => a.body)).toEqual(Array(3).fill({ success: true, accepted: 40, rejected: 0 }))
    const { rows: [row] } = await sql<any>`select count(*) as n, count(distinct message_id) as ids from product_events where message_id like 'dup-%'`.execute(world.db)
    expect(row).toEqual({ n: 20, ids: 20 })
  })

  it('is taken in by compressed batches of any content type, acts with user, customer and properties', async () => {
    const body = gzipSync(JSON.stringify({ batch: [{ type: 'track', userId: 'u1', event: 'Report Exported', messageId: 'm-gz', properties: { rows: 12 } }] }))
    expect((await send('/v1/batch', body, { 'content-encoding': 'gzip', 'content-type': 'text/plain' })).body.accepted).toBe(1)
    const { rows: [row] } = await sql<any>`select e.name, e.properties, u.external_id as user, c.external_id as org from product_events e join users u on u.id = e.user_id join customers c on c.id = e.customer_id where message_id = 'm-gz'`.execute(world.db)
    expect(row).toEqual({ name: 'Report Exported', properties: { rows: 12 }, user: 'u1', org: 'org1' })
  })

  it('sets a bad message aside with its reason and keeps the rest of its batch', async () => {
    const bad: [unknown, string][] = [
      [42, 'must be an object'], [{ userId: 'x' }, 'type is missing'], [{ type: 'alias', userId: 'x' }, 'none of'], [{ type: 'identify' }, 'userId is missing'], [{ type: 'identify', userId: { a: 1 } }, 'userId'],
      [{ type: 'group', userId: 'x' }, 'groupId is missing'], [{ type: 'track', userId: 'x' }, 'event is missing'], [{ type: 'track', userId: 'x', event: 'e', timestamp: 'soon' }, 'timestamp'],
      [{ type: 'identify', userId: 'x', traits: { note: 'a\u0000b' } }, 'cannot be stored'], [{ type: 'identify', userId: 'x', traits: { name: '\ud800' } }, 'cannot be stored'],
      [{ type: 'identify', userId: 'x', traits: { big: 'x'.repeat(33_000) } }, '32 kB'], [JSON.parse('{"type":"identify","userId":"x","traits":{"__proto__":{"a":1}}}'), '__proto__'],
      [{ type: 'identify', userId: 'x'.repeat(201) }, 'userId'],
    ]
    const before = await count('ingest_rejects')
    const { status, body } = await batch([{ type: 'identify', userId: 'good-1', traits: { name: 'Good One' } }, ...bad.map(([m]) => m), { type: 'identify', userId: 'good-2' }])
    expect(status).toBe(200)
    expect(body).toEqual({ success: true, accepted: 2, rejected: bad.length })
    expect((await userOf('good-1')).name).toBe('Good One')
    expect((await userOf('good-2')).name).toBe('good-2')
    expect(await userOf('x')).toBeUndefined()
    expect(await count('ingest_rejects')).toBe(before + bad.length)
    const { body: rejects } = await world.as('admin').get('/v1/admin/ingest-rejects?_sort=id&_order=asc')
    bad.forEach(([, reason], i) => expect(rejects[before + i].reason).toContain(reason))
    expect((await world.as('support').get('/v1/admin/ingest-rejects')).status).toBe(403)
  })

  it('is refused whole, with nothing written, when it is too large, no JSON or no batch', async () => {
    const before = await count('ingest_messages')
    expect((await batch(Array.from({ length: 501 }, (_, i) => ({ type: 'identify', userId: `n${i}` })))).status).toBe(413)
    expect((await send('/v1/batch', JSON.stringify({ batch: [], x: 'y'.repeat(1_100_000) }))).status).toBe(413)
    expect((await send('/v1/batch', gzipSync(JSON.stringify({ batch: [], x: 'y'.repeat(8_000_000) })), { 'content-encoding': 'gzip' })).status).toBe(413)
    expect((await send('/v1/batch', 'no gzip', { 'content-encoding': 'gzip' })).status).toBe(400)
    expect((await send('/v1/batch', '{', {})).status).toBe(400)
    expect((await send('/v1/batch', '[]', {})).status).toBe(400)
    expect((await send('/v1/batch', { batch: 'x' })).status).toBe(400)
    expect((await send('/v1/batch', '{}', { 'content-encoding': 'br' })).status).toBe(415)
    expect(await count('ingest_messages')).toBe(before)
  })

  it('takes a batch of 100 in a handful of statements', async () => {
    const facts = Array.from({ length: 100 }, (_, i) => i % 3 ? { type: 'track', userId: `s${i % 30}`, event: 'Search Performed', context: { groupId: `sorg${i % 5}` } } : { type: 'identify', userId: `s${i}`, traits: { name: `S ${i}` } })
    const { result, statements } = await statementsOf(world, () => batch(facts))
    expect(result.body.accepted).toBe(100)
    expect(statements.length).toBeLessThanOrEqual(9)
  })

  it('makes room for the months to come and forgets old ids', async () => {
    await sql`update ingest_messages set received_at = now() - interval '40 days' where message_id like 'dup-%'`.execute(world.db)
    await keepIngest(world.services, [], new AbortController().signal)
    const { rows: [row] } = await sql<any>`select count(*) as n from ingest_messages where message_id like 'dup-%'`.execute(world.db)
    expect(row.n).toBe(0)
    const { rows: parts } = await sql<{ name: string }>`select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = 'product_events'::regclass`.execute(world.db)
    const ahead = new Date(); ahead.setUTCDate(1); ahead.setUTCMonth(ahead.getUTCMonth() + 6)
    expect(parts.map(p => p.name)).toContain(`product_events_${ahead.toISOString().slice(0, 7).replace('-', '_')}`)
  })
})
