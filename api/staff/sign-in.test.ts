import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actsOn, browser, codeNow, demoSecret, forgetStep, password, person, signedInAs, wrongCode } from '../../tests/support/sign-in.ts'
import { createWorld, publicUrl, session, type World } from '../../tests/support/world.ts'

let world: World
beforeAll(async () => { world = await createWorld() })
afterAll(() => world.close())

const meta = '/v1/admin/meta'
const signIn = '/api/auth/sign-in/email'

test('email and password open a session, recorded with its address', async () => {
  const { email, id } = await person(world, 'ada')
  const b = browser(world, '203.0.113.7')
  const answer = await b.send('POST', signIn, { email: ` ${email.toUpperCase()} `, password, rememberMe: true })
  expect(answer.status).toBe(200)
  expect(answer.body).toEqual({ redirect: false, user: { id, name: 'ada Person', email } })
  const cookie = answer.headers.getSetCookie().find(c => c.startsWith('quarterdeck.session_token='))!
  expect(cookie).toMatch(/HttpOnly/i)
  expect(cookie).toMatch(/SameSite=Lax/i)
  expect((await b.send('GET', meta)).status).toBe(200)
  expect((await b.send('GET', '/api/auth/get-session')).body.user).toMatchObject({ id, email, role: 'support' })
  const { rows: [row] } = await sql<any>`select actor_id, ip, request_id from audit_log where act = 'sign-in' and subject_id = ${id}`.execute(world.db)
  expect(row).toEqual({ actor_id: id, ip: '203.0.113.7', request_id: answer.headers.get('x-request-id') })
})

test('a wrong password, an unknown, a deactivated and a never invited person get the same answer', async () => {
  const { email, id } = await person(world, 'bea')
  const gone = await person(world, 'gone')
  await sql`update staff set active = false where id = ${gone.id}`.execute(world.db)
  const answers = []
  for (const body of [{ email, password: 'not the password' }, { email: 'nobody@people.test', password }, { email: gone.email, password }, { email: world.staff.support!.email, password }, { email: 'no address', password }, { email, password: 'x'.repeat(900) }]) {
    const answer = await browser(world, '203.0.113.8').send('POST', signIn, body)
    answers.push({ status: answer.status, body: { ...answer.body, requestId: '' }, cookies: answer.headers.getSetCookie() })
  }
  for (const answer of answers) expect(answer).toEqual({ status: 401, body: { message: 'That email and password do not match.', code: 'unauthenticated', requestId: '' }, cookies: [] })
  expect(await actsOn(world, id)).toEqual(['create', 'sign-in-failure', 'sign-in-failure'])
  expect((await sql`select 1 from staff_sessions where staff_id in (${id}, ${gone.id})`.execute(world.db)).rows).toHaveLength(0)
})

test('after twenty wrong sign-ins of an account from an address come 429 and Retry-After; others and living sessions go on', async () => {
  const { email, id } = await person(world, 'cleo')
  const live = await signedInAs(world, email, '198.51.100.1')
  const attacker = browser(world, '198.51.100.1')
  // too long to be a password, so refused without the work of hashing; counted alike
  const wrong = await Promise.all(Array.from({ length: 25 }, (_, i) => attacker.send('POST', signIn, { email, password: i % 5 ? 'x'.repeat(200) : 'wrong password' })))
  expect(wrong.filter(a => a.status === 401)).toHaveLength(20)
  const limited = wrong.filter(a => a.status === 429)
  expect(limited).toHaveLength(5)
  for (const a of limited) {
    expect(Number(a.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(Number(a.headers.get('retry-after'))).toBeLessThanOrEqual(900)
    expect(a.body).toMatchObject({ code: 'rate_limited', message: expect.stringContaining('Wait') })
  }
  expect((await attacker.send('POST', signIn, { email, password })).status).toBe(429)
  expect((await live.send('GET', meta)).status).toBe(200)
  await signedInAs(world, email, '198.51.100.2')
  const other = await person(world, 'dora')
  await signedInAs(world, other.email, '198.51.100.1')
  expect((await actsOn(world, id)).filter(a => a === 'sign-in-lock')).toHaveLength(1)
})

test('a forged X-Forwarded-For gives nobody a new count', async () => {
  const { email } = await person(world, 'eve')
  const tooLong = 'x'.repeat(200)
  for (let i = 0; i < 20; i++) await browser(world, '198.51.100.9').send('POST', signIn, { email, password: tooLong }, { 'x-forwarded-for': `10.0.0.${i}`, 'x-real-ip': `10.0.0.${i}`, 'x-quarterdeck-address': `10.0.0.${i}` })
  expect((await browser(world, '198.51.100.9').send('POST', signIn, { email, password }, { 'x-forwarded-for': '10.0.1.1' })).status).toBe(429)
  expect((await sql`select 1 from audit_log where ip like '10.%'`.execute(world.db)).rows).toHaveLength(0)
})

test('right sign-ins are never limited: each gives back the point it took', async () => {
  const { email, id } = await person(world, 'fay')
  const points = async () => (await sql<{ n: number }>`select coalesce(sum(points), 0) as n from rate_limits`.execute(world.db)).rows[0]!.n
  const before = await points()
  for (let i = 0; i < 4; i++) await Promise.all([1, 2, 3].map(() => signedInAs(world, email, '198.51.100.20')))
  expect(await points()).toBe(before)
  const { rows: [row] } = await sql<{ n: number }>`select count(*) as n from staff_sessions where staff_id = ${id}`.execute(world.db)
  expect(row!.n).toBe(12)
})

test('sign-in gives a session of its own: the cookie the browser brought is never valid', async () => {
  const { email } = await person(world, 'gus')
  const b = browser(world)
  const chosen = 'chosen-by-the-attacker.bm90IGEgc2lnbmF0dXJl'
  b.cookies.set('quarterdeck.session_token', chosen)
  await b.send('POST', signIn, { email, password })
  expect(b.cookies.get('quarterdeck.session_token')).not.toBe(chosen)
  const replay = browser(world)
  replay.cookies.set('quarterdeck.session_token', chosen)
  expect((await replay.send('GET', meta)).status).toBe(401)
  // a genuine session brought along ends, so that nobody shares it
  const first = b.cookies.get('quarterdeck.session_token')!
  await b.send('POST', signIn, { email, password })
  replay.cookies.set('quarterdeck.session_token', first)
  expect((await replay.send('GET', meta)).status).toBe(401)
  expect((await b.send('GET', meta)).status).toBe(200)
})

test('sign-out ends the session on the server: the replayed cookie is worth nothing', async () => {
  const { email, id } = await person(world, 'hal')
  const b = await signedInAs(world, email)
  const kept = b.cookies.get('quarterdeck.session_token')!
  const out = await b.send('POST', '/api/auth/sign-out', {})
  expect(out.body).toEqual({ success: true })
  expect(b.cookies.size).toBe(0)
  const replay = browser(world)
  replay.cookies.set('quarterdeck.session_token', kept)
  expect((await replay.send('GET', meta)).status).toBe(401)
  expect((await replay.send('GET', '/api/auth/get-session')).body).toBeNull()
  expect((await replay.send('POST', '/api/auth/sign-out')).status).toBe(200)
  expect(await actsOn(world, id)).toEqual(['create', 'sign-in', 'sign-out'])
})

test('a changed password ends all other sessions and all links at once, and renews this session', async () => {
  const { email, id } = await person(world, 'ida')
  const here = await signedInAs(world, email), elsewhere = await signedInAs(world, email)
  const admin = world.as('admin')
  const { body: made } = await admin.post(`/v1/admin/staff/${id}/actions/password-reset`, {})
  const old = here.cookies.get('quarterdeck.session_token')!
  for (const [body, status] of [[{ currentPassword: 'not mine at all', newPassword: 'another pass phrase' }, 422], [{ currentPassword: password, newPassword: 'short' }, 422], [{ currentPassword: password, newPassword: email }, 422], [{ currentPassword: password }, 400]] as const)
    expect((await here.send('POST', '/api/auth/change-password', body)).status).toBe(status)
  expect((await elsewhere.send('GET', meta)).status).toBe(200)
  expect((await here.send('POST', '/api/auth/change-password', { currentPassword: password, newPassword: 'another pass phrase' })).status).toBe(200)
  expect((await elsewhere.send('GET', meta)).status).toBe(401)
  expect((await here.send('GET', meta)).status).toBe(200)
  const replay = browser(world)
  replay.cookies.set('quarterdeck.session_token', old)
  expect((await replay.send('GET', meta)).status).toBe(401)
  expect((await browser(world).send('GET', `/v1/invite/${made.once.link.split('/').at(-1)}`)).status).toBe(404)
  expect((await browser(world).send('POST', signIn, { email, password })).status).toBe(401)
  expect((await browser(world).send('POST', signIn, { email, password: 'another pass phrase' })).status).toBe(200)
  expect(await actsOn(world, id)).toContain('password-change')
})

test('of better-auth only what the panel needs is there; nobody signs up, renames or promotes themselves', async () => {
  const { email, id } = await person(world, 'jo')
  const b = await signedInAs(world, email)
  for (const [path, body] of [
    ['sign-up/email', { email: 'new@people.test', password, name: 'New' }], ['update-user', { name: 'Root', role: 'admin' }], ['delete-user', { password }], ['change-email', { newEmail: 'x@people.test' }],
    ['forget-password', { email }], ['request-password-reset', { email }], ['reset-password', { newPassword: password, token: 'x' }], ['sign-in/social', { provider: 'github' }], ['link-social', {}],
    ['revoke-sessions', {}], ['list-sessions', {}], ['two-factor/disable', { password }], ['two-factor/send-otp', {}], ['two-factor/get-totp-uri', { password }], ['two-factor/generate-backup-codes', { password }], ['set-password', { newPassword: password }],
  ] as const) expect([path, (await b.send('POST', `/api/auth/${path}`, body)).status]).toEqual([path, 404])
  for (const path of ['ok', 'error', 'list-sessions', 'list-accounts', 'verify-email?token=x', 'reset-password/x', 'sign-in/email', 'callback/github', '']) expect([path, (await b.send('GET', `/api/auth/${path}`)).status]).toEqual([path, 404])
  for (const [method, path] of [['PATCH', '/api/users/me'], ['PATCH', '/v1/admin/users/me'], ['PATCH', `/v1/admin/people/${id}`], ['PATCH', `/v1/admin/staff/${id}`]] as const)
    expect([400, 403, 404]).toContain((await b.send(method, path, { role: 'admin' }, { 'if-match': '*' })).status)
  expect((await b.send('POST', signIn, { email, password, role: 'admin' })).status).toBe(400)
  expect((await sql`select role, name from staff where id = ${id}`.execute(world.db)).rows).toEqual([{ role: 'support', name: 'jo Person' }])
})

test('a session cannot be had by a token without our signature, nor after eight idle or twenty-four hours', async () => {
  const { id } = await person(world, 'kim')
  const cookie = await session(world.services, id)
  const at = async (value: string) => (await world.app.request(meta, { headers: { cookie: value } })).status
  expect(await at(cookie)).toBe(200)
  const token = decodeURIComponent(cookie.split('=')[1]!).split('.')[0]!
  for (const forged of [token, `${token}.`, `${token}.${Buffer.from('x'.repeat(32)).toString('base64')}`]) expect(await at(`quarterdeck.session_token=${encodeURIComponent(forged)}`)).toBe(401)
  await sql`update staff_sessions set seen_at = now() - interval '8 hours 1 minute' where staff_id = ${id}`.execute(world.db)
  expect(await at(cookie)).toBe(401)
  await sql`update staff_sessions set seen_at = now(), created_at = now() - interval '24 hours 1 minute' where staff_id = ${id}`.execute(world.db)
  expect(await at(cookie)).toBe(401)
})

test('the second factor opens the session, each code once: one after the other, at once, and at step-up', async () => {
  const { email, id } = await person(world, 'lou')
  await sql`update staff set two_factor_enabled = true where id = ${id}`.execute(world.db)
  const challenge = async () => {
    const b = browser(world)
    const answer = await b.send('POST', signIn, { email, password })
    expect(answer.body).toEqual({ twoFactorRedirect: true, twoFactorMethods: ['totp'] })
    expect(b.cookies.has('quarterdeck.session_token')).toBe(false)
    expect((await b.send('GET', meta)).status).toBe(401)
    return b
  }
  const first = await challenge()
  expect((await first.send('POST', '/api/auth/two-factor/verify-totp', { code: wrongCode() })).status).toBe(401)
  const code = codeNow()
  const done = await first.send('POST', '/api/auth/two-factor/verify-totp', { code, trustDevice: true })
  expect(done.status).toBe(200)
  expect(done.body).toEqual({ redirect: false, user: { id, name: 'lou Person', email } })
  expect([...first.cookies.keys()].sort()).toEqual(['quarterdeck.session_token'])
  expect((await first.send('GET', meta)).status).toBe(200)

  expect((await (await challenge()).send('POST', '/api/auth/two-factor/verify-totp', { code })).status).toBe(401)
  expect((await first.send('POST', '/v1/admin/step-up', { code })).status).toBe(422)

  await forgetStep(world)
  const b = await challenge(), c = await challenge()
  const both = await Promise.all([b, c, b, c].map(x => x.send('POST', '/api/auth/two-factor/verify-totp', { code: codeNow() })))
  expect(both.map(a => a.status).sort()).toEqual([200, 401, 401, 401])
  const acts = await actsOn(world, id)
  expect(acts.filter(a => a === 'sign-in')).toHaveLength(2)
  expect(acts.filter(a => a === 'sign-in-failure').length).toBeGreaterThanOrEqual(4)
  expect((await browser(world).send('POST', '/api/auth/two-factor/verify-totp', { code: codeNow(demoSecret, 1) })).status).toBe(401)
})

test('a deactivated person is out at once, with every cookie, and a half-finished sign-in of theirs ends nowhere', async () => {
  const { email, id } = await person(world, 'mia')
  const b = await signedInAs(world, email)
  await sql`update staff set two_factor_enabled = true where id = ${id}`.execute(world.db)
  const half = browser(world)
  await half.send('POST', signIn, { email, password })
  expect((await world.as('admin').post(`/v1/admin/staff/${id}/actions/deactivation`, {})).status).toBe(200)
  expect((await b.send('GET', meta)).status).toBe(401)
  expect((await half.send('POST', '/api/auth/two-factor/verify-totp', { code: codeNow() })).status).toBe(401)
  await world.as('admin').post(`/v1/admin/staff/${id}/actions/activation`, {})
  expect((await b.send('GET', meta)).status).toBe(401)
})

test('cross-site requests, forms and bodies that are no JSON change nothing', async () => {
  const { email } = await person(world, 'nia')
  const b = await signedInAs(world, email)
  const post = async (headers: Record<string, string>, body: string, path = '/api/auth/sign-out') => (await world.app.request(path, {
    method: 'POST', body, headers: { cookie: `quarterdeck.session_token=${b.cookies.get('quarterdeck.session_token')}`, ...headers },
  })).status
  const foreign: Record<string, string>[] = [{}, { origin: 'https://evil.test' }, { origin: 'null' }, { origin: 'https://evil.test', 'sec-fetch-site': 'same-origin' }, { 'sec-fetch-site': 'same-site' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'none' }, { origin: `${publicUrl}.evil.test` }, { origin: 'http://other.127.0.0.1:3000', 'sec-fetch-site': 'same-site' }]
  for (const headers of foreign)
    for (const path of ['/api/auth/sign-out', '/api/auth/sign-in/email', '/v1/admin/step-up', '/v1/admin/customers', '/v1/invite/accept'])
      expect([path, headers, await post({ ...headers, 'content-type': 'application/json' }, '{}', path)]).toEqual([path, headers, 403])
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/octet-stream'])
    for (const path of ['/api/auth/sign-out', '/api/auth/sign-in/email', '/v1/admin/step-up', '/v1/admin/customers', '/v1/invite/accept'])
      expect([path, type, await post({ origin: publicUrl, 'content-type': type }, '{"a":1}', path)]).toEqual([path, type, 415])
  expect((await b.send('GET', meta)).status).toBe(200)
  expect(await post({ 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' }, '{}')).toBe(200)
  expect((await b.send('GET', meta)).status).toBe(401)
})
