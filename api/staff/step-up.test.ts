import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { actsOn, browser, codeNow, forgetStep, password, person, signedInAs, wrongCode } from '../../tests/support/sign-in.ts'
import { createWorld, session, type World } from '../../tests/support/world.ts'
import { createApp } from '../app.ts'

let world: World
beforeAll(async () => { world = await createWorld() })
afterAll(() => world.close())

/** An act that asks for a step-up. */
const act = (id: string) => `/v1/admin/staff/${id}/actions/second-factor-reset`

test('a fresh code elevates this session for ten minutes, and no other session of the person', async () => {
  const { email, id } = await person(world, 'ann', 'admin')
  const target = await person(world, 'ann-target')
  await sql`update staff set two_factor_enabled = true where id = ${id}`.execute(world.db)
  const a = browser(world), b = browser(world)
  for (const [x, cookie] of [[a, await session(world.services, id)], [b, await session(world.services, id)]] as const) x.cookies.set(...cookie.split('=') as [string, string])
  const refused = await a.send('POST', act(target.id), {})
  expect([refused.status, refused.body.code]).toEqual([403, 'step_up_required'])
  const answer = await a.send('POST', '/v1/admin/step-up', { code: codeNow() })
  expect(answer.status).toBe(200)
  expect(Date.parse(answer.body.until) - Date.now()).toBeGreaterThan(590_000)
  expect(Date.parse(answer.body.until) - Date.now()).toBeLessThanOrEqual(600_000)
  expect((await a.send('GET', '/v1/admin/meta')).body.me.stepUpUntil).toBe(answer.body.until)
  expect((await a.send('POST', act(target.id), {})).status).toBe(200)
  expect((await b.send('POST', act(target.id), {})).body.code).toBe('step_up_required')
  await sql`update elevations set at = now() - interval '10 minutes 1 second'`.execute(world.db)
  expect((await a.send('POST', act(target.id), {})).body.code).toBe('step_up_required')
  expect(await actsOn(world, id)).toEqual(['create', 'step-up'])
  expect(email).toBeTruthy()
})

test('one code passes once: again, in parallel, in another session', async () => {
  const { id, email } = await person(world, 'ben')
  const a = await signedInAs(world, email), b = await signedInAs(world, email)
  const code = codeNow()
  const answers = await Promise.all([a, b, a, b].map(x => x.send('POST', '/v1/admin/step-up', { code })))
  expect(answers.map(x => x.status).sort()).toEqual([200, 422, 422, 422])
  expect((await a.send('POST', '/v1/admin/step-up', { code })).status).toBe(422)
  expect((await actsOn(world, id)).filter(x => x === 'step-up')).toHaveLength(1)
})

test('five wrong codes lock confirming in that session for a quarter of an hour; the session goes on, another is free', async () => {
  const { id, email } = await person(world, 'cal')
  const a = await signedInAs(world, email)
  const answers = []
  for (let i = 0; i < 20; i++) answers.push(await a.send('POST', '/v1/admin/step-up', { code: wrongCode() }))
  expect(answers.map(x => x.status)).toEqual([422, 422, 422, 422, ...Array(16).fill(429)])
  expect(answers[4]!.body.message).toMatch(/locked in this session for 15 minutes/)
  expect(Number(answers[19]!.headers.get('retry-after'))).toBeGreaterThan(890)
  expect((await a.send('POST', '/v1/admin/step-up', { code: codeNow() })).status).toBe(429)
  const meta = await a.send('GET', '/v1/admin/meta')
  expect([meta.status, meta.body.me.stepUpUntil]).toEqual([200, null])
  expect((await (await signedInAs(world, email)).send('POST', '/v1/admin/step-up', { code: codeNow() })).status).toBe(200)
  const acts = await actsOn(world, id)
  expect(acts.filter(x => x === 'step-up-failure')).toHaveLength(4)
  expect(acts.filter(x => x === 'step-up-lock')).toHaveLength(1)
  await sql`update elevations set locked_until = now() - interval '1 second' where locked_until is not null`.execute(world.db)
  await forgetStep(world)
  expect((await a.send('POST', '/v1/admin/step-up', { code: codeNow() })).status).toBe(200)
})

test('wrong codes sent at once count one by one, and new sessions do not make guessing free', async () => {
  const { email } = await person(world, 'dan')
  const a = await signedInAs(world, email)
  const answers = await Promise.all(Array.from({ length: 8 }, () => a.send('POST', '/v1/admin/step-up', { code: wrongCode() })))
  expect(answers.filter(x => x.status === 422)).toHaveLength(4)
  let tried = 5
  for (let s = 0; s < 5; s++) {
    const b = browser(world)
    b.cookies.set(...(await session(world.services, (await sql<{ id: string }>`select id from staff where email = ${email}`.execute(world.db)).rows[0]!.id)).split('=') as [string, string])
    for (let i = 0; i < 4; i++) if ((await b.send('POST', '/v1/admin/step-up', { code: wrongCode() })).status === 422) tried++
  }
  expect(tried).toBe(20)
})

test('without an authenticator step-up says what to do; malformed codes and bodies are told', async () => {
  const answer = await world.as('support').post('/v1/admin/step-up', { code: '123456' })
  expect([answer.status, answer.body.code]).toEqual([403, 'second_factor_required'])
  const { email } = await person(world, 'eli')
  const a = await signedInAs(world, email)
  for (const [body, status] of [[{}, 400], [{ code: 123456 }, 400], [{ code: '12345' }, 422], [{ code: codeNow(), until: 'always' }, 400], [[], 400], ['{', 400]] as const) expect([body, (await a.send('POST', '/v1/admin/step-up', body)).status]).toEqual([body, status])
  expect((await a.send('POST', '/v1/admin/step-up', { code: ` ${codeNow().slice(0, 3)} ${codeNow().slice(3)}` })).status).toBe(200)
})

test('an elevation dies with its session', async () => {
  const { email } = await person(world, 'fox')
  const a = await signedInAs(world, email)
  await a.send('POST', '/v1/admin/step-up', { code: codeNow() })
  await a.send('POST', '/api/auth/sign-out', {})
  const b = await signedInAs(world, email)
  expect((await b.send('GET', '/v1/admin/meta')).body.me.stepUpUntil).toBeNull()
})

test('a finance person without a second factor can do nothing but set one up, and then signs in with it', async () => {
  const { email, id } = await person(world, 'gil', 'finance')
  await sql`delete from staff_two_factors where staff_id = ${id}`.execute(world.db)
  const a = await signedInAs(world, email), other = await signedInAs(world, email)
  const meta = await a.send('GET', '/v1/admin/meta')
  expect([meta.status, meta.body.me.mustEnrol]).toEqual([200, true])
  const closed = await a.send('GET', '/v1/admin/customers')
  expect([closed.status, closed.body.code]).toEqual([403, 'second_factor_required'])
  expect((await a.send('POST', '/v1/admin/step-up', { code: '123456' })).body.code).toBe('second_factor_required')
  expect((await a.send('GET', '/v1/admin/second-factor')).body).toEqual({ enabled: false, required: true, backupCodes: 0 })
  expect((await a.send('POST', '/v1/admin/second-factor/verify', { code: '123456' })).status).toBe(422)

  const { body: enrolment } = await a.send('POST', '/v1/admin/second-factor/enrol', {})
  const secret = new URL(enrolment.uri).searchParams.get('secret')!
  expect(enrolment.backupCodes).toHaveLength(10)
  expect((await a.send('POST', '/v1/admin/second-factor/verify', { code: wrongCode(secret) })).status).toBe(422)
  const before = a.cookies.get('quarterdeck.session_token')!
  const code = codeNow(secret)
  expect((await a.send('POST', '/v1/admin/second-factor/verify', { code })).body).toEqual({ enabled: true })
  expect((await a.send('GET', '/v1/admin/customers')).status).toBe(200)
  expect((await a.send('GET', '/v1/admin/meta')).body.me.mustEnrol).toBe(false)
  expect((await other.send('GET', '/v1/admin/meta')).status).toBe(401)
  const replay = browser(world)
  replay.cookies.set('quarterdeck.session_token', before)
  expect((await replay.send('GET', '/v1/admin/meta')).status).toBe(401)
  expect((await a.send('POST', '/v1/admin/step-up', { code })).status).toBe(422)
  expect((await sql<{ secret: string; backup_codes: string }>`select secret, backup_codes from staff_two_factors where staff_id = ${id}`.execute(world.db)).rows[0]).not.toMatchObject({ secret: expect.stringContaining(secret) })

  await forgetStep(world)
  const b = browser(world)
  expect((await b.send('POST', '/api/auth/sign-in/email', { email, password })).body.twoFactorRedirect).toBe(true)
  expect((await b.send('POST', '/api/auth/two-factor/verify-totp', { code: codeNow(secret) })).status).toBe(200)

  const [backup] = enrolment.backupCodes
  const c = browser(world), d = browser(world)
  for (const x of [c, d]) await x.send('POST', '/api/auth/sign-in/email', { email, password })
  const used = await Promise.all([c, d].map(x => x.send('POST', '/api/auth/two-factor/verify-backup-code', { code: backup })))
  expect(used.map(x => x.status).sort()).toEqual([200, 401])
  expect((await b.send('GET', '/v1/admin/second-factor')).body).toEqual({ enabled: true, required: true, backupCodes: 9 })
  expect((await b.send('POST', '/v1/admin/second-factor/enrol', { password })).body.code).toBe('step_up_required')
})

test('an older session says the password before it sets up a second factor, by the paths of better-auth as well', async () => {
  const { email, id } = await person(world, 'hew', 'success')
  await sql`delete from staff_two_factors where staff_id = ${id}`.execute(world.db)
  const a = await signedInAs(world, email)
  await sql`update staff_sessions set created_at = now() - interval '1 hour' where staff_id = ${id}`.execute(world.db)
  expect((await a.send('POST', '/v1/admin/second-factor/enrol', {})).status).toBe(422)
  expect((await a.send('POST', '/v1/admin/second-factor/enrol', { password: 'not the password' })).status).toBe(422)
  const { body } = await a.send('POST', '/api/auth/two-factor/enable', { password })
  const secret = new URL(body.totpURI).searchParams.get('secret')!
  expect((await a.send('POST', '/api/auth/two-factor/verify-totp', { code: codeNow(secret) })).status).toBe(200)
  expect((await a.send('GET', '/v1/admin/second-factor')).body).toEqual({ enabled: true, required: false, backupCodes: 10 })
  expect(await actsOn(world, id)).toContain('second-factor-enrolment')
})

test('in the demo nobody has to set up a second factor', async () => {
  const demo = await createWorld({ config: { demo: true } })
  try {
    const { email } = await person(demo, 'ivy', 'admin')
    const a = await signedInAs(demo, email)
    expect((await a.send('GET', '/v1/admin/meta')).body.me.mustEnrol).toBe(false)
    expect((await a.send('GET', '/v1/admin/customers')).status).toBe(200)
    expect((await a.send('POST', '/v1/admin/step-up', { code: codeNow() })).status).toBe(200)
  } finally { await demo.close() }
})

test('a new master key signs everybody out and locks nobody out: authenticators of the old one go on', async () => {
  const { email, id } = await person(world, 'jan')
  const before = await signedInAs(world, email)
  const config = { ...world.services.config, masterKeys: [{ id: 'k2', key: randomBytes(32) }, ...world.services.config.masterKeys] }
  const rotated = { ...world, app: createApp({ ...world.services, config }) }
  const replay = browser(rotated)
  for (const [name, value] of before.cookies) replay.cookies.set(name, value)
  expect((await replay.send('GET', '/v1/admin/meta')).status).toBe(401)
  await sql`update staff set two_factor_enabled = true where id = ${id}`.execute(world.db)
  const b = browser(rotated)
  expect((await b.send('POST', '/api/auth/sign-in/email', { email, password })).body.twoFactorRedirect).toBe(true)
  expect((await b.send('POST', '/api/auth/two-factor/verify-totp', { code: codeNow() })).status).toBe(200)
  expect((await b.send('POST', '/v1/admin/step-up', { code: codeNow(undefined, 1) })).status).toBe(200)
})
