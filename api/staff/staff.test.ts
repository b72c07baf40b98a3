import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actsOn, browser, password, person, signedInAs } from '../../tests/support/sign-in.ts'
import { createWorld, publicUrl, session, stepUp, type World } from '../../tests/support/world.ts'

let world: World
beforeAll(async () => { world = await createWorld() })
afterAll(() => world.close())

const tokenIn = (link: string): string => link.split('/').at(-1)!
const admin = () => world.as('admin')

test('an administrator invites a colleague, who sets a password and a name behind the link and signs in', async () => {
  expect((await admin().post('/v1/admin/staff', { name: 'Ada', email: 'Ada.L@People.test', role: 'finance' })).body.code).toBe('step_up_required')
  await stepUp(world, 'admin')
  const made = await admin().post('/v1/admin/staff', { name: 'Ada', email: 'Ada.L@People.test', role: 'finance' })
  expect(made.status).toBe(201)
  expect(made.body).toMatchObject({ name: 'Ada', email: 'ada.l@people.test', role: 'finance', active: true, twoFactorEnabled: false })
  expect((await admin().post('/v1/admin/staff', { name: 'Twin', email: 'ADA.L@people.test', role: 'support' })).status).toBe(422)
  const id = made.body.id
  expect((await browser(world).send('POST', '/api/auth/sign-in/email', { email: 'ada.l@people.test', password })).status).toBe(401)
  const first = await admin().post(`/v1/admin/staff/${id}/actions/invitation`, {})
  expect(first.body).toMatchObject({ state: 'done', done: 1, once: { mailed: false } })
  const { link, expiresAt } = (await admin().post(`/v1/admin/staff/${id}/actions/invitation`, {})).body.once
  expect(link).toMatch(new RegExp(`^${publicUrl}/invite/[\\w-]{43}$`))
  expect(Date.parse(expiresAt) - Date.now()).toBeGreaterThan(6.9 * 86_400_000)
  const token = tokenIn(link), b = browser(world)
  expect((await b.send('GET', `/v1/invite/${tokenIn(first.body.once.link)}`)).status).toBe(404)
  expect((await b.send('GET', `/v1/invite/${token}`)).body).toEqual({ name: 'Ada', email: 'ada.l@people.test', kind: 'invitation' })
  for (const [weak, status] of [['short', 422], ['ada.l@people.test', 422], ['aaaaaaaaaaaaaa', 422], ['x'.repeat(129), 422]] as const) {
    const answer = await b.send('POST', '/v1/invite/accept', { token, password: weak })
    expect([weak, answer.status, Object.keys(answer.body.errors)]).toEqual([weak, status, ['password']])
  }
  const both = await Promise.all([1, 2].map(() => browser(world).send('POST', '/v1/invite/accept', { token, name: ' Ada Lovelace ', password })))
  expect(both.map(a => a.status).sort()).toEqual([200, 404])
  expect((await b.send('GET', `/v1/invite/${token}`)).status).toBe(404)
  const ada = await signedInAs(world, 'ada.l@people.test')
  expect((await ada.send('GET', '/v1/admin/meta')).body.me).toMatchObject({ id, name: 'Ada Lovelace', role: 'finance', mustEnrol: true })
  expect(await actsOn(world, id)).toEqual(['create', 'sign-in-failure', 'invitation', 'invitation', 'invitation-acceptance', 'sign-in'])
  expect((await admin().post(`/v1/admin/staff/${id}/actions/invitation`, {})).status).toBe(422)
})

test('a link is of the public address whatever the request says; used, expired, unknown and replaced ones sound alike', async () => {
  const { id, email } = await person(world, 'bob')
  const live = await signedInAs(world, email)
  const reset = () => admin().post(`/v1/admin/staff/${id}/actions/password-reset`, {}, { 'x-forwarded-host': 'evil.test', 'x-forwarded-proto': 'https', forwarded: 'host=evil.test' })
  expect((await admin().post(`/v1/admin/staff/${id}/actions/password-reset`, {}, { host: 'evil.test' })).status).toBe(400)
  const old = (await reset()).body.once, used = (await reset()).body.once
  expect(used.link.startsWith(`${publicUrl}/reset/`)).toBe(true)
  expect(Date.parse(used.expiresAt) - Date.now()).toBeLessThanOrEqual(3_600_000)
  const b = browser(world)
  const fresh = 'another pass phrase'
  expect((await b.send('POST', '/v1/invite/accept', { token: tokenIn(used.link), name: 'Not Bob', password: fresh })).body).toEqual({ email })
  expect((await live.send('GET', '/v1/admin/meta')).status).toBe(401)
  expect((await b.send('POST', '/api/auth/sign-in/email', { email, password })).status).toBe(401)
  expect((await b.send('POST', '/api/auth/sign-in/email', { email, password: fresh })).body.user.name).toBe('bob Person')
  const expired = (await reset()).body.once
  await sql`update staff_links set expires_at = now() - interval '1 second' where staff_id = ${id} and used_at is null`.execute(world.db)
  const answers = []
  for (const token of [tokenIn(used.link), tokenIn(old.link), tokenIn(expired.link), 'x'.repeat(43), 'x']) for (const answer of [await b.send('GET', `/v1/invite/${token}`), await b.send('POST', '/v1/invite/accept', { token, password: fresh })])
    answers.push([answer.status, answer.body.message])
  expect(new Set(answers.map(a => JSON.stringify(a)))).toEqual(new Set([JSON.stringify([404, 'This link was used or has run out. An administrator can send you a new one.'])]))
})

test('tokens are kept as hashes: neither database, audit log nor stored answers hold a link', async () => {
  const { id } = await person(world, 'cas')
  const answer = await admin().post(`/v1/admin/staff/${id}/actions/password-reset`, {}, { 'idempotency-key': 'make-once-1' })
  const token = tokenIn(answer.body.once.link)
  const again = await admin().post(`/v1/admin/staff/${id}/actions/password-reset`, {}, { 'idempotency-key': 'make-once-1' })
  expect([again.status, again.body.id, again.body.once]).toEqual([200, answer.body.id, undefined])
  const { rows: tables } = await sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public'`.execute(world.db)
  for (const { name } of tables) {
    const { rows: [row] } = await sql<{ n: number }>`select count(*) as n from ${sql.table(name)} t where t::text like ${`%${token}%`}`.execute(world.owner)
    expect([name, row!.n]).toEqual([name, 0])
  }
})

test('guessing links is slowed down', async () => {
  const b = browser(world, '198.51.100.77')
  const statuses = []
  for (let i = 0; i < 62; i++) statuses.push((await b.send('GET', `/v1/invite/${'y'.repeat(40)}${i}`)).status)
  expect(statuses).toEqual([...Array(60).fill(404), 429, 429])
})

test('a role changes by PATCH with a fresh step-up and acts at once', async () => {
  const { email, id } = await person(world, 'dee', 'auditor')
  await sql`update staff set two_factor_enabled = true where id = ${id}`.execute(world.db)
  await sql`update staff_sessions set created_at = now() where staff_id = ${id}`.execute(world.db)
  const dee = browser(world)
  dee.cookies.set(...(await session(world.services, id)).split('=') as [string, string])
  expect((await dee.send('GET', '/v1/admin/audit-log')).status).toBe(200)
  const other = world.as('admin2')
  expect((await other.patch(`/v1/admin/staff/${id}`, { name: 'Dee Renamed' }, { 'if-match': '*' })).status).toBe(200)
  expect((await other.patch(`/v1/admin/staff/${id}`, { role: 'support' }, { 'if-match': '*' })).body.code).toBe('step_up_required')
  await stepUp(world, 'admin2')
  const changed = await other.patch(`/v1/admin/staff/${id}`, { role: 'support' }, { 'if-match': '*' })
  expect([changed.status, changed.body.role]).toEqual([200, 'support'])
  expect((await dee.send('GET', '/v1/admin/audit-log')).status).toBe(403)
  const { rows: [row] } = await sql<any>`select v.changes from audit_log a join audit_values v on v.audit_id = a.id where a.subject_id = ${id} order by seq desc limit 1`.execute(world.db)
  expect(row.changes).toEqual({ role: { before: 'auditor', after: 'support' } })
  expect(email).toBe('dee@people.test')
})

test('nobody deactivates, deletes or demotes themselves, nor the last administrator, not even two at once', async () => {
  await stepUp(world, 'admin')
  await stepUp(world, 'admin2')
  const me = world.staff.admin!.id, other = world.staff.admin2!.id
  for (const answer of [await admin().post(`/v1/admin/staff/${me}/actions/deactivation`, {}), await admin().patch(`/v1/admin/staff/${me}`, { role: 'support' }, { 'if-match': '*' }), await admin().delete(`/v1/admin/staff/${me}`)])
    expect(answer.status).toBe(422)
  const bulk = await admin().post('/v1/admin/staff/bulk/deactivation', { ids: [me, world.staff.marketing!.id] })
  expect(bulk.body).toMatchObject({ done: 1, skipped: 1 })
  expect((await world.as('marketing').get('/v1/admin/meta')).status).toBe(401)
  const both = await Promise.all([admin().patch(`/v1/admin/staff/${other}`, { role: 'support' }, { 'if-match': '*' }), world.as('admin2').patch(`/v1/admin/staff/${me}`, { role: 'support' }, { 'if-match': '*' })])
  expect(both.filter(a => a.status === 200)).toHaveLength(1)
  const { rows } = await sql<{ id: string }>`select id from staff where role = 'admin' and active and deleted_at is null`.execute(world.db)
  expect(rows).toHaveLength(1)
  await sql`update staff set role = 'admin' where id in (${me}, ${other})`.execute(world.db)
})

test('sessions end and second factors are reset by an administrator', async () => {
  const { email, id } = await person(world, 'fin')
  const live = await signedInAs(world, email)
  expect((await admin().post(`/v1/admin/staff/${id}/actions/session-end`, { input: { reason: 'Lost laptop' } })).status).toBe(200)
  expect((await live.send('GET', '/v1/admin/meta')).status).toBe(401)
  const again = await signedInAs(world, email)
  await stepUp(world, 'admin')
  expect((await admin().post(`/v1/admin/staff/${id}/actions/second-factor-reset`, {})).status).toBe(200)
  expect((await again.send('GET', '/v1/admin/meta')).status).toBe(401)
  expect((await sql`select 1 from staff_two_factors where staff_id = ${id}`.execute(world.db)).rows).toHaveLength(0)
  const { rows } = await sql<any>`select a.act, v.reason from audit_log a join audit_values v on v.audit_id = a.id where a.subject_id = ${id} and a.act in ('session-end', 'second-factor-reset') order by seq`.execute(world.db)
  expect(rows).toEqual([{ act: 'session-end', reason: 'Lost laptop' }, { act: 'second-factor-reset', reason: null }])
})

test('who may not manage staff can neither list nor change nor invite; auditors and compliance read', async () => {
  const { id } = await person(world, 'gia')
  for (const role of ['finance', 'success', 'support']) {
    expect((await world.as(role).get('/v1/admin/staff')).status).toBe(403)
    for (const action of ['invitation', 'password-reset', 'deactivation', 'second-factor-reset', 'session-end']) expect((await world.as(role).post(`/v1/admin/staff/${id}/actions/${action}`, {})).status).toBe(403)
  }
  for (const role of ['auditor', 'compliance']) {
    const list = await world.as(role).get('/v1/admin/staff?active=true')
    expect(list.status).toBe(200)
    expect(Object.keys(list.body[0]).sort()).toEqual(['active', 'createdAt', 'email', 'id', 'invitedAt', 'lastSeenAt', 'name', 'role', 'rowScope', 'twoFactorEnabled', 'version'])
    expect((await world.as(role).patch(`/v1/admin/staff/${id}`, { name: 'x' }, { 'if-match': '*' })).status).toBe(403)
    expect((await world.as(role).post(`/v1/admin/staff/${id}/actions/password-reset`, {})).status).toBe(403)
  }
})
