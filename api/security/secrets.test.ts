import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { jobs } from '../../resources/index.ts'
import { browser, codeNow, password, person, signedInAs, wrongCode } from '../../tests/support/sign-in.ts'
import { createWorld, type World } from '../../tests/support/world.ts'
import { createApp } from '../app.ts'
import { createLog } from '../engine/log.ts'
import { createQueue } from '../engine/queue.ts'

let world: World
const lines: string[] = []
beforeAll(async () => {
  world = await createWorld({ env: { SMTP_URL: 'smtp://127.0.0.1:9' } })
  world.services.log = createLog('trace', { write: line => { lines.push(line) } })
  world.services.queue = await createQueue(world.urls.app, jobs, world.services.log)
  world.app = createApp(world.services)
})
afterAll(async () => {
  await world.services.queue?.stop()
  await world.close()
})

test('passwords, codes, secrets and links that people type or are shown lie nowhere in clear: no table, no job, no log line, no error', async () => {
  const canary = () => `Canary-${randomBytes(9).toString('hex')}`
  const typed = canary(), fresh = canary(), wrong = canary(), asEmail = canary()
  const secrets: string[] = [typed, fresh, wrong, asEmail]
  const answers: string[] = []
  const { email, id } = await person(world, 'vic', 'support')
  await sql`delete from staff_two_factors where staff_id = ${id}`.execute(world.db)
  const send = async (b: ReturnType<typeof browser>, path: string, body: unknown) => { const a = await b.send('POST', path, body); answers.push(a.text); return a }
  const nobody = browser(world)
  await send(nobody, '/api/auth/sign-in/email', { email, password: wrong })
  await send(nobody, '/api/auth/sign-in/email', { email: asEmail, password: wrong })
  const made = await world.app.request(`/v1/admin/staff/${id}/actions/password-reset`, { method: 'POST', body: '{}', headers: { cookie: world.as('admin').cookie, origin: world.services.config.publicUrl, 'content-type': 'application/json', 'idempotency-key': 'canary-1' } })
  const { once } = await made.json() as { once: { link: string } }
  const token = once.link.split('/').at(-1)!
  secrets.push(token)
  await nobody.send('GET', `/v1/invite/${token}`)
  await send(nobody, '/v1/invite/accept', { token, password: 'short', name: 'x'.repeat(300) })
  expect((await send(nobody, '/v1/invite/accept', { token, password: typed })).status).toBe(200)
  const b = browser(world)
  await send(b, '/api/auth/sign-in/email', { email, password: typed })
  const enrolment = (await b.send('POST', '/v1/admin/second-factor/enrol', { password: typed })).body
  const { uri, backupCodes } = enrolment
  const secret = new URL(uri).searchParams.get('secret')!
  secrets.push(secret, ...backupCodes)
  await send(b, '/v1/admin/second-factor/verify', { code: wrongCode(secret) })
  expect((await send(b, '/v1/admin/second-factor/verify', { code: codeNow(secret) })).status).toBe(200)
  await send(b, '/v1/admin/step-up', { code: codeNow(secret, 1) })
  expect((await send(b, '/api/auth/change-password', { currentPassword: typed, newPassword: fresh })).status).toBe(200)
  await send(b, '/v1/admin/step-up', { code: { nested: fresh } })
  await send(b, '/v1/admin/step-up', `{"code":"${fresh}`)
  const sessionToken = decodeURIComponent(b.cookies.get('quarterdeck.session_token')!).split('.')[0]!

  const { rows: tables } = await sql<{ schema: string; name: string }>`select schemaname as schema, tablename as name from pg_tables where schemaname in ('public', 'pgboss')`.execute(world.db)
  expect(tables.some(t => t.name === 'audit_values') && tables.some(t => t.schema === 'pgboss')).toBe(true)
  for (const { schema, name } of tables) {
    const { rows } = await sql<{ t: string }>`select t::text as t from ${sql.table(`${schema}.${name}`)} t`.execute(world.db)
    for (const row of rows) for (const s of secrets) expect([schema, name, s, row.t.includes(s)]).toEqual([schema, name, s, false])
    if (name !== 'staff_sessions') for (const row of rows) expect([name, row.t.includes(sessionToken)]).toEqual([name, false])
  }
  expect(lines.length).toBeGreaterThan(10)
  for (const line of [...lines, ...answers]) for (const s of [...secrets, sessionToken]) expect(line).not.toContain(s)
})

test('the audit log tells every kind of act once, with who, from where and in which request', async () => {
  const admin = world.as('admin')
  const { body: { id } } = await admin.post('/v1/admin/customers', { name: 'Acts' })
  await admin.patch(`/v1/admin/customers/${id}`, { name: 'Acts changed' }, { 'if-match': '"v1"', 'x-request-id': 'request-of-the-patch' })
  await admin.post(`/v1/admin/customers/${id}/actions/suspension`, { input: { reason: 'Because' } })
  await admin.post('/v1/admin/customers/bulk/tagging', { ids: [id], input: { tags: ['a'] } })
  await admin.delete(`/v1/admin/customers/${id}`)
  await admin.post(`/v1/admin/customers/${id}/restore`)
  await admin.get('/v1/admin/customers/export.csv')
  const { email } = await person(world, 'wil')
  const b = await signedInAs(world, email)
  await b.send('POST', '/v1/admin/step-up', { code: wrongCode() })
  await b.send('POST', '/v1/admin/step-up', { code: codeNow() })
  await b.send('POST', '/api/auth/sign-out', {})
  await b.send('POST', '/api/auth/sign-in/email', { email, password: `${password}!` })
  const { body } = await world.as('compliance').get(`/v1/admin/audit-log?_sort=seq&_order=asc&resource=customers&subjectId=${id}`)
  expect(body.map((r: any) => [r.act, r.actor, r.actorKind])).toEqual(['create', 'update', 'suspension', 'tagging', 'delete', 'restore'].map(act => [act, 'Admin Person', 'person']))
  expect(body[1]).toMatchObject({ requestId: 'request-of-the-patch', changes: { name: { before: 'Acts', after: 'Acts changed' } }, reason: null })
  expect(body[2]).toMatchObject({ reason: 'Because', changes: { access: { before: 'open', after: 'suspended' } } })
  for (const row of body) expect(row).toMatchObject({ digest: expect.stringMatching(/^[0-9a-f]{64}$/), prev: expect.stringMatching(/^[0-9a-f]{64}$/), hash: expect.stringMatching(/^[0-9a-f]{64}$/), salt: expect.stringMatching(/^[0-9a-f]{32}$/) })
  const acts = new Set((await world.as('auditor').get('/v1/admin/audit-log?_sort=at&_order=desc')).body.map((r: any) => r.act))
  for (const act of ['export', 'sign-in', 'sign-in-failure', 'sign-out', 'step-up', 'step-up-failure', 'create']) expect([act, acts.has(act)]).toEqual([act, true])
  const one = await world.as('auditor').get(`/v1/admin/audit-log?act=export&actor_like=admin&at_gte=${new Date().toISOString().slice(0, 10)}`)
  expect(one.body.map((r: any) => r.resource)).toEqual(['customers'])
})

test('only administrators, compliance and auditors read the audit log, and nobody writes it by the API', async () => {
  for (const role of ['finance', 'success', 'support', 'marketing']) for (const at of ['', '/summary', '/export.csv']) expect([role, at, (await world.as(role).get(`/v1/admin/audit-log${at}`)).status]).toEqual([role, at, 403])
  const { body: [row] } = await world.as('admin').get('/v1/admin/audit-log?_end=1')
  for (const answer of [await world.as('admin').post('/v1/admin/audit-log', { act: 'x' }), await world.as('admin').patch(`/v1/admin/audit-log/${row.id}`, { act: 'x' }, { 'if-match': '*' }), await world.as('admin').delete(`/v1/admin/audit-log/${row.id}`)]) expect(answer.status).toBe(403)
})
