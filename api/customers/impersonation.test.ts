import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWorld, session, caller, stepUp, type Answer, type World } from '../../tests/support/world.ts'
import { newId } from '../engine/ids.ts'
import { createWriteKey } from '../usage/write-key.ts'

let world: World, key: string
const reason = 'Ticket 4711: the invoice page stays empty'
let acme: string, shut: string, nameless: string, jane: string, boss: string, me: string, gone: string
beforeAll(async () => {
  world = await createWorld({ env: { IMPERSONATION_URL: 'https://app.example.test/impersonate?token={token}' } })
  key = (await createWriteKey(world.db, 'Production API')).key
  const customer = async (name: string, externalId: string | null, allowed = true) => {
    const id = newId()
    await sql`insert into customers (id, name, external_id, impersonation_allowed) values (${id}, ${name}, ${externalId}, ${allowed})`.execute(world.db)
    return id
  }
  acme = await customer('Acme', 'org_1'); shut = await customer('Shut', 'org_2', false); nameless = await customer('Nameless', null)
  const user = async (name: string, email: string, customerId: string | null, status = 'active') => {
    const id = newId()
    await sql`insert into users (id, name, email, customer_id, external_id, status) values (${id}, ${name}, ${email}, ${customerId}, ${`usr_${name}`}, ${status})`.execute(world.db)
    return id
  }
  jane = await user('Jane', 'jane@acme.test', acme); boss = await user('Boss', world.staff.admin2!.email.toUpperCase(), acme); me = await user('Me', world.staff.support!.email, acme); gone = await user('Gone', 'gone@acme.test', acme, 'removed')
  for (const role of ['admin', 'support']) await stepUp(world, role)
})
afterAll(() => world.close())

const start = (role: string, resource: 'customers' | 'users', id: string, input: Record<string, unknown> = { reason }) => world.as(role).post(`/v1/admin/${resource}/${id}/actions/impersonation`, { input })
const product = (path: string, body?: unknown, withKey = key): Promise<Answer> => {
  const nobody = caller(world.app, ''), headers = { authorization: `Bearer ${withKey}` }
  return body === undefined ? nobody.get(`/v1/impersonations/${path}`, headers) : nobody.post(`/v1/impersonations/${path}`, body, headers)
}
const tokenIn = (answer: Answer): string => new URL(answer.body.once.link).searchParams.get('token')!
const claimsOf = (token: string): Record<string, any> => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())
const begin = async (role = 'support', input?: Record<string, unknown>) => {
  const token = tokenIn(await start(role, 'users', jane, input))
  const { jti } = claimsOf(token)
  expect((await product(`${jti}/redeem`, { token })).status).toBe(200)
  return jti as string
}
const end = async (id: string) => { expect((await product(`${id}/end`, {})).status).toBe(200) }
const entries = async (id: string) => (await sql<{ act: string; actor_name: string; on_behalf_of: string; reason: string }>`select a.act, a.actor_name, a.on_behalf_of, v.reason from audit_log a left join audit_values v on v.audit_id = a.id
  where a.resource = 'impersonations' and a.subject_id = ${id} order by a.seq`.execute(world.db)).rows

describe('IM-01: an impersonation', () => {
  it('needs a reason of ten characters, and a fresh code', async () => {
    for (const [input, status] of [[{}, 422], [{ reason: '' }, 422], [{ reason: '   too short ' }, 422], [{ reason: 12 }, 400], [{ reason, mode: 'root' }, 422], [{ reason, minutes: 999 }, 400]] as const) expect([input, (await start('support', 'users', jane, input)).status]).toEqual([input, status])
    const cold = caller(world.app, await session(world.services, world.staff.support!.id))
    const refused = await cold.post(`/v1/admin/users/${jane}/actions/impersonation`, { input: { reason } })
    expect([refused.status, refused.body.code]).toEqual([403, 'step_up_required'])
  })

  it('is for those whose role has it, and for rows they may see', async () => {
    for (const role of ['finance', 'success', 'marketing', 'compliance', 'auditor']) {
      await stepUp(world, role)
      expect([role, (await start(role, 'customers', acme)).status, (await start(role, 'users', jane)).status]).toEqual([role, 403, 403])
    }
    expect((await start('support', 'users', newId())).status).toBe(404)
  })

  it('is never of oneself, of an administrator, of a customer who refuses it, of somebody removed or unknown to the product', async () => {
    for (const [resource, id, status, says] of [['users', me, 403, /yourself|themselves/], ['users', boss, 403, /administrator/], ['customers', shut, 403, /does not allow/], ['users', gone, 422, /removed/], ['customers', nameless, 422, /external id/]] as const) {
      const answer = await start('support', resource, id)
      expect([id, answer.status, answer.body.message]).toEqual([id, status, expect.stringMatching(says)])
    }
    await sql`update users set customer_id = ${shut} where id = ${jane}`.execute(world.db)
    expect((await start('support', 'users', jane)).status).toBe(403)
    await sql`update users set customer_id = ${acme} where id = ${jane}`.execute(world.db)
    expect((await sql`select 1 from impersonations`.execute(world.db)).rows).toEqual([])
  })

  it('does not lead into another, and is free again once ended', async () => {
    const id = await begin()
    const nested = await start('support', 'customers', acme)
    expect([nested.status, nested.body.message]).toEqual([409, expect.stringMatching(/already/)])
    expect((await world.as('support').post(`/v1/admin/impersonations/${id}/actions/ending`, {})).body.done).toBe(1)
    expect((await start('support', 'customers', acme)).status).toBe(200)
  })

  it('of two asked for at once, one link works', async () => {
    const answers = await Promise.all([start('support', 'users', jane), start('support', 'customers', acme)])
    const redeemed = await Promise.all(answers.map(tokenIn).map(token => product(`${claimsOf(token).jti}/redeem`, { token })))
    expect(redeemed.map(r => r.status).toSorted()).toEqual([200, 409])
    await end(redeemed.find(r => r.status === 200)!.body.id)
  })

  it('says what to set where the product has no address', async () => {
    const bare = await createWorld()
    try {
      const id = newId()
      await sql`insert into customers (id, name, external_id) values (${id}, 'Acme', 'org_1')`.execute(bare.db)
      await stepUp(bare, 'support')
      const answer = await bare.as('support').post(`/v1/admin/customers/${id}/actions/impersonation`, { input: { reason } })
      expect([answer.status, answer.body.message]).toEqual([422, expect.stringMatching(/IMPERSONATION_URL/)])
    } finally { await bare.close() }
  })
})

describe('the hand-over link', () => {
  it('is a token that the published key verifies, with ids and times and nobody’s name', async () => {
    const answer = await start('support', 'users', jane)
    expect(answer.body).toMatchObject({ state: 'done', done: 1, undoable: false, once: { opens: 'Jane, Acme' } })
    const token = tokenIn(answer), [head, body, signature] = token.split('.')
    const { keys } = (await caller(world.app, '').get('/v1/impersonations/keys')).body
    const { kid, alg } = JSON.parse(Buffer.from(head!, 'base64url').toString())
    expect(alg).toBe('EdDSA')
    const published = keys.find((k: any) => k.kid === kid)
    expect(Object.keys(published).toSorted()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x'])
    expect(verify(null, Buffer.from(`${head}.${body}`), createPublicKey({ key: published, format: 'jwk' }), Buffer.from(signature!, 'base64url'))).toBe(true)
    const claims = claimsOf(token)
    expect(claims).toMatchObject({ iss: world.services.config.publicUrl, aud: 'https://app.example.test', sub: 'usr_Jane', org: 'org_1', mode: 'read-only', act: { sub: world.staff.support!.id } })
    expect(claims.exp - claims.iat).toBe(120)
    expect(JSON.stringify(claims)).not.toMatch(/"Jane"|Acme|jane@|support@|Support Person/)
  })

  it('works once, and tells the product who comes as whom', async () => {
    const token = tokenIn(await start('support', 'users', jane)), { jti } = claimsOf(token)
    const first = await product(`${jti}/redeem`, { token })
    expect(first.body).toMatchObject({ id: jti, state: 'active', mode: 'read-only', staff: { name: 'Support Person' }, customer: { externalId: 'org_1', name: 'Acme' }, user: { externalId: 'usr_Jane', name: 'Jane', email: 'jane@acme.test' } })
    expect(Date.parse(first.body.until) - Date.parse(first.body.begunAt)).toBe(30 * 60_000)
    const again = await Promise.all([1, 2, 3].map(() => product(`${jti}/redeem`, { token })))
    expect(again.map(a => [a.status, a.body.code])).toEqual(Array(3).fill([409, 'conflict']))
    await end(jti)
  })

  it('is refused when forged, altered, signed by another key, for another visit, too old, revoked or asked about without a key', async () => {
    const token = tokenIn(await start('support', 'users', jane)), { jti } = claimsOf(token), [head, , signature] = token.split('.')
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = claimsOf(token), body = part({ ...claims, sub: 'usr_Boss' })
    const other = generateKeyPairSync('ed25519').privateKey
    const forged = [
      `${head}.${body}.${signature}`, `${head}.${body}.${sign(null, Buffer.from(`${head}.${body}`), other).toString('base64url')}`, `${part({ alg: 'none', kid: 'k1' })}.${part(claims)}.`,
      `${part({ alg: 'HS256', kid: 'k1' })}.${part(claims)}.${signature}`, `${part({ alg: 'EdDSA', kid: 'k9' })}.${part(claims)}.${signature}`, '', 'a.b', 'a.b.c', `${token}.x`, '{}',
    ]
    for (const bad of forged) expect([bad.slice(0, 40), (await product(`${jti}/redeem`, { token: bad })).status]).toEqual([bad.slice(0, 40), 422])
    expect((await product(`${newId()}/redeem`, { token })).status).toBe(422)
    expect((await product(`${jti}/redeem`, { token }, 'qdw_wrong')).status).toBe(401)
    expect((await product(jti, undefined, '')).status).toBe(401)
    expect((await product(newId())).status).toBe(404)
    await sql`update impersonations set handover_until = now() - interval '1 second' where id = ${jti}`.execute(world.db)
    expect((await product(`${jti}/redeem`, { token })).status).toBe(409)
    const fresh = tokenIn(await start('support', 'users', jane)), { jti: second } = claimsOf(fresh)
    await world.as('support').post(`/v1/admin/impersonations/${second}/actions/ending`, {})
    expect((await product(`${second}/redeem`, { token: fresh })).status).toBe(409)
  })

  it('is told once: an idempotent repetition and the operation do not tell it again', async () => {
    const send = () => world.as('support').post(`/v1/admin/users/${jane}/actions/impersonation`, { input: { reason } }, { 'idempotency-key': 'visit-1' })
    const first = await send(), again = await send()
    expect([first.body.once.link.length > 100, again.status, again.body.id, again.body.once]).toEqual([true, 200, first.body.id, undefined])
    const token = tokenIn(first)
    for (const { name } of (await sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public'`.execute(world.db)).rows)
      for (const row of (await sql<{ t: string }>`select t::text as t from ${sql.table(name)} t`.execute(world.db)).rows) expect([name, row.t.includes(token)]).toEqual([name, false])
  })
})

describe('IM-02: while it lasts', () => {
  it('looking is allowed, and money, addresses, passwords, second factors, keys, exports, erasure and roles are not, in either mode', async () => {
    for (const mode of ['read-only', 'full']) {
      const id = await begin('support', { reason, mode })
      const may = async (kind: string) => (await product(`${id}/acts`, { kind, what: 'Invoice 12' })).status
      expect([mode, await may('view'), await may('change')]).toEqual([mode, 200, mode === 'full' ? 200 : 403])
      for (const kind of ['money', 'email', 'password', 'second-factor', 'api-keys', 'export', 'erasure', 'roles', 'impersonation']) expect([mode, kind, await may(kind)]).toEqual([mode, kind, 403])
      expect(await may('dance')).toBe(422)
      await end(id)
      expect([mode, await may('view')]).toEqual([mode, 403])
    }
  })

  it('every step stands in the audit log under both names', async () => {
    const id = await begin()
    await product(`${id}/acts`, { kind: 'view', what: 'Invoices' })
    await product(`${id}/acts`, { kind: 'money', what: 'Refund 12' })
    await end(id)
    const rows = await entries(id)
    expect(rows.map(r => r.act)).toEqual(['create', 'redemption', 'view', 'money-refusal', 'ending'])
    expect(rows.every(r => r.actor_name === 'Support Person' && r.on_behalf_of === jane)).toBe(true)
    expect([rows[0]!.reason, rows[2]!.reason]).toEqual([reason, 'Invoices'])
    const history = await world.as('compliance').get(`/v1/admin/impersonations/${id}/history`)
    expect(history.body[0]).toMatchObject({ act: 'ending', actor: { name: 'Support Person' }, onBehalfOf: { id: jane, name: 'Jane' } })
    expect((await world.as('admin').get(`/v1/admin/users/${jane}/history`)).body[0]).toMatchObject({ act: 'impersonation', reason })
  })

  it('ends after half an hour, when the customer says no, and when the colleague leaves', async () => {
    const id = await begin(), state = async () => (await product(id)).body.state as string
    expect(await state()).toBe('active')
    await sql`update customers set impersonation_allowed = false where id = ${acme}`.execute(world.db)
    expect([await state(), (await product(`${id}/acts`, { kind: 'view' })).status]).toEqual(['ended', 403])
    await sql`update customers set impersonation_allowed = true where id = ${acme}`.execute(world.db)
    await sql`update staff set active = false where id = ${world.staff.support!.id}`.execute(world.db)
    expect(await state()).toBe('ended')
    await sql`update staff set active = true where id = ${world.staff.support!.id}`.execute(world.db)
    await sql`update impersonations set expires_at = now() - interval '1 second' where id = ${id}`.execute(world.db)
    expect([await state(), (await product(`${id}/acts`, { kind: 'view' })).status]).toEqual(['ended', 403])
  })

  it('others see it as their role may: administrators, compliance and auditors all, support its own, nobody else any; administrators end it', async () => {
    await stepUp(world, 'admin')
    const id = await begin('admin')
    const seen = async (role: string) => (await world.as(role).get(`/v1/admin/impersonations/${id}`)).status
    expect(await Promise.all(['admin', 'admin2', 'compliance', 'auditor', 'support', 'finance', 'success', 'marketing'].map(seen))).toEqual([200, 200, 200, 200, 404, 403, 403, 403])
    const ending = (role: string) => world.as(role).post(`/v1/admin/impersonations/${id}/actions/ending`, {})
    expect([(await ending('compliance')).status, (await ending('support')).status, (await ending('admin2')).body.done, (await product(id)).body.state]).toEqual([403, 404, 1, 'ended'])
    expect((await ending('admin2')).body).toMatchObject({ done: 0, skipped: 1 })
  })
})
