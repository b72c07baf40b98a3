import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { domains } from '../../domains.ts'
import { resources } from '../../../resources/index.ts'
import { f } from '../../../resources/engine/fields.ts'
import { runOperation } from '../../../jobs/system/run-operation.ts'
import { someCustomers } from '../../../tests/support/panel.ts'
import { createWorld, session, caller, stepUp, type World } from '../../../tests/support/world.ts'
import { createRegistry, type ActionVerb } from '../registry.ts'
import { newId } from '../ids.ts'
import { expireApprovals } from './sweep.ts'

/** Each note the verb writes: what left, for whom. */
const left: { ids: string[]; input: Record<string, unknown> }[] = []
const send: ActionVerb = async (_ctx, trx, { ids, input }) => {
  await sql`select 1`.execute(trx)
  left.push({ ids, input })
  return ids.map(id => ({ id, outcome: 'done', inverse: {}, changes: {} }))
}
const make: ActionVerb = async (_ctx, trx, { input }) => {
  const ids = Array.from({ length: input.count as number }, newId)
  for (const id of ids) await sql`insert into customers (id, name) values (${id}, 'Made in bulk')`.execute(trx)
  return ids.map(id => ({ id, outcome: 'done', changes: {} }))
}

/** Customers with acts of every kind that the product's own definitions do not have yet. */
const withActs = resources.map(r => r.name !== 'customers' ? r : {
  ...r,
  actions: {
    ...r.actions,
    credit: { label: 'Give credit', on: ['row', 'bulk'] as const, form: { amount: f.int({ label: 'Amount', min: 1 }) }, reason: 'required' as const, stepUp: true, approval: { needed: 1, above: { rows: 100, input: { amount: 50_000 } } } },
    letter: { label: 'Send a letter', on: ['row', 'bulk'] as const, delaySeconds: 60 },
    slow: { label: 'Take long', on: ['row', 'bulk'] as const, job: true, when: { access: 'open' }, idempotency: 'required' as const },
    generation: { label: 'Make some', on: ['collection'] as const, form: { count: f.int({ label: 'How many', min: 1, max: 500 }) } },
    twofold: { label: 'Needs two', on: ['row'] as const, approval: { needed: 2 }, delaySeconds: 30 },
  },
})
const acts = { credit: send, letter: send, slow: send, generation: make, twofold: send }

let world: World
let ids: string[]
beforeAll(async () => {
  world = await createWorld()
  const registry = createRegistry(withActs, [...domains, { resources: { customers: { ...domains.find(d => d.resources?.customers)!.resources!.customers, actions: { ...domains.find(d => d.resources?.customers)!.resources!.customers!.actions, ...acts } } } }])
  Object.assign(world.services, { registry })
  await someCustomers(world, 150)
  ids = (await sql<{ id: string }>`select id from customers order by id`.execute(world.db)).rows.map(r => r.id)
  for (const role of ['admin', 'admin2']) await stepUp(world, role)
})
afterAll(() => world.close())

const root = '/v1/admin/customers'
const ops = '/v1/admin/operations'
const credit = (amount: number, role = 'admin') => world.as(role).post(`${root}/${ids[0]}/actions/credit`, { input: { amount, reason: 'Outage' } })
const finish = (id: string) => runOperation(world.services, id)
const audits = async (id: string) => (await sql<{ act: string; name: string }>`select act, actor_name as name from audit_log where subject_id = ${id} order by seq`.execute(world.db)).rows.map(r => `${r.act} ${r.name}`)

describe('an act above its limit', () => {
  it('waits for another person, and runs with exactly what was shown; below the limit it runs at once', async () => {
    left.length = 0
    expect((await credit(50_000)).status).toBe(200)
    expect(left).toHaveLength(1)
    const asked = await credit(50_001)
    expect(asked.status).toBe(202)
    expect(asked.body).toMatchObject({ state: 'waiting', total: 1, done: 0, undoable: true, approval: { needed: 1, approvedBy: [] } })
    const { id } = asked.body
    await finish(id)
    expect(left).toHaveLength(1)

    expect(await world.as('admin').post(`${ops}/${id}/approve`).then(a => [a.status, a.body.message])).toEqual([403, 'You asked for this yourself; somebody else has to decide.'])
    expect((await world.as('support').post(`${ops}/${id}/approve`)).status).toBe(404)
    expect((await world.as('compliance').post(`${ops}/${id}/approve`)).status).toBe(403)
    await sql`delete from elevations`.execute(world.db)
    expect((await world.as('admin2').post(`${ops}/${id}/approve`)).body.code).toBe('step_up_required')
    for (const role of ['admin', 'admin2']) await stepUp(world, role)
    expect((await world.as('admin2').get(`${ops}/${id}/outcome`)).body).toMatchObject({ input: { amount: 50_001, reason: 'Outage' }, selection: { ids: [ids[0]] } })
    expect((await world.as('admin2').get(`${ops}?asks_null=false`)).body.map((o: any) => o.id)).toEqual([id])
    const approved = await world.as('admin2').post(`${ops}/${id}/approve`)
    expect([approved.status, approved.body.approval]).toEqual([202, { needed: 1, approvedBy: [world.staff.admin2!.id] }])
    expect((await world.as('admin2').post(`${ops}/${id}/approve`)).status).toBe(409)
    await finish(id)
    expect(left.at(-1)).toEqual({ ids: [ids[0]], input: { amount: 50_001, reason: 'Outage' } })
    expect((await world.as('admin').get(`${ops}/${id}`)).body).toMatchObject({ state: 'done', done: 1, asks: null, approval: { needed: 1, approvedBy: [world.staff.admin2!.id] } })
    expect(await audits(id)).toEqual(['credit Admin Person', 'approve Admin2 Person', 'credit Admin Person'])
  })

  it('is bound to its parameters: what is not what was asked for is not approved, and not run', async () => {
    const { body: { id } } = await credit(70_000)
    await sql`update operations set input = jsonb_set(input, '{amount}', '900000') where id = ${id}`.execute(world.db)
    expect((await world.as('admin2').post(`${ops}/${id}/approve`)).body).toMatchObject({ code: 'conflict', message: expect.stringContaining('not what stands here now') })
    await sql`update operations set input = jsonb_set(input, '{amount}', '70000') where id = ${id}`.execute(world.db)
    await sql`insert into operation_results (operation_id, subject_id, outcome) values (${id}, ${ids[1]}, 'waiting')`.execute(world.db)
    expect((await world.as('admin2').post(`${ops}/${id}/approve`)).status).toBe(409)
    await sql`delete from operation_results where operation_id = ${id} and subject_id = ${ids[1]}`.execute(world.db)
    expect((await world.as('admin2').post(`${ops}/${id}/approve`)).status).toBe(202)
    left.length = 0
    await sql`update operations set input = jsonb_set(input, '{amount}', '900000') where id = ${id}`.execute(world.db)
    await finish(id)
    expect(left).toEqual([])
    expect((await world.as('admin').get(`${ops}/${id}`)).body).toMatchObject({ state: 'failed', error: 'What was approved is not what stands here now. Nothing was done.' })
  })

  it('is rejected with a reason that its person reads, called back by its person, or ends when nobody decides in time', async () => {
    const [rejected, called, late] = await Promise.all([credit(60_000), credit(60_001), credit(60_002)]).then(all => all.map(a => a.body.id))
    for (const [body, status] of [[{}, 422], [{ reason: ' ' }, 422], [{ reason: 5 }, 400], [{ reason: 'x', more: 1 }, 400]] as const) expect((await world.as('admin2').post(`${ops}/${rejected}/reject`, body)).status).toBe(status)
    expect((await world.as('admin').post(`${ops}/${rejected}/reject`, { reason: 'x' })).status).toBe(403)
    expect((await world.as('admin2').post(`${ops}/${rejected}/reject`, { reason: 'Too much' })).body).toMatchObject({ state: 'cancelled', error: 'Admin2 Person did not approve it: Too much' })
    expect((await world.as('admin2').post(`${ops}/${rejected}/approve`)).status).toBe(409)
    expect((await world.as('admin').delete(`${ops}/${called}`)).body.state).toBe('undone')
    expect((await world.as('admin2').post(`${ops}/${called}/approve`)).status).toBe(409)
    await sql`update operations set approve_until = now() - interval '1 minute' where id = ${late}`.execute(world.db)
    expect((await world.as('admin2').post(`${ops}/${late}/approve`)).body.message).toContain('in time')
    await expireApprovals(world.services)
    expect((await world.as('admin').get(`${ops}/${late}`)).body).toMatchObject({ state: 'cancelled', error: 'Nobody approved it in time.', asks: null })
    left.length = 0
    for (const id of [rejected, called, late]) await finish(id)
    expect(left).toEqual([])
    expect(await audits(late)).toEqual(['credit Admin Person', 'expire Sweep'])
  })

  it('counts rows too, and needs its code when it is asked for', async () => {
    const body = { filter: {}, expected: 150, input: { amount: 5, reason: 'All' } }
    expect((await world.as('admin').post(`${root}/bulk/credit/preview`, body)).body).toMatchObject({ total: 150, later: true, approval: { needed: 1 } })
    expect((await world.as('admin').post(`${root}/bulk/credit/preview`, { ids: ids.slice(0, 100), input: body.input })).body).not.toHaveProperty('approval')
    await sql`delete from elevations`.execute(world.db)
    expect((await world.as('admin').post(`${root}/bulk/credit`, body)).body.code).toBe('step_up_required')
    for (const role of ['admin', 'admin2']) await stepUp(world, role)
    const { body: op } = await world.as('admin').post(`${root}/bulk/credit`, body)
    expect(op).toMatchObject({ state: 'waiting', total: 150, approval: { needed: 1, approvedBy: [] } })
    expect((await world.as('admin2').post(`${ops}/${op.id}/approve`)).status).toBe(202)
    await finish(op.id)
    expect((await world.as('admin').get(`${ops}/${op.id}`)).body).toMatchObject({ state: 'done', done: 150 })
  })

  it('may need several people, who are different, and then still waits its seconds', async () => {
    const third = newId()
    await sql`insert into staff (id, name, email, role, two_factor_enabled) values (${third}, 'Third Person', 'third@example.test', 'admin', true)`.execute(world.db)
    const cookie = await session(world.services, third)
    await sql`insert into elevations (session_id, at) select id, now() from staff_sessions where staff_id = ${third}`.execute(world.db)
    const { body: { id } } = await world.as('admin').post(`${root}/${ids[2]}/actions/twofold`, {})
    expect((await world.as('admin2').post(`${ops}/${id}/approve`)).body).toMatchObject({ state: 'waiting', approval: { needed: 2, approvedBy: [world.staff.admin2!.id] } })
    expect((await world.as('admin2').post(`${ops}/${id}/approve`)).status).toBe(409)
    const { body } = await caller(world.app, cookie).post(`${ops}/${id}/approve`)
    expect(body.approval.approvedBy).toEqual([world.staff.admin2!.id, third])
    left.length = 0
    await finish(id)
    expect(left).toEqual([])
    await sql`update operations set runs_at = now() where id = ${id}`.execute(world.db)
    await finish(id)
    expect(left).toHaveLength(1)
  })

  it('is seen by those who may do the same, whose own list has no others: the inbox', async () => {
    const refund = { label: 'Refund', on: ['row'] as const, approval: { needed: 1 }, form: { amount: f.int({ label: 'Amount' }) } }
    const { registry } = world.services
    Object.assign(world.services, { registry: createRegistry(registry.resources.map(r => r.name === 'payments' ? { ...r, actions: { refund } } : r), [...domains, { resources: { payments: { actions: { refund: send } } } }]) })
    const people: Record<string, ReturnType<typeof caller> & { id: string }> = {}
    for (const [key, role] of [['asker', 'finance'], ['other', 'finance'], ['helper', 'support']] as const) {
      const id = newId()
      await sql`insert into staff (id, name, email, role, two_factor_enabled) values (${id}, ${key}, ${`${key}@example.test`}, ${role}, true)`.execute(world.db)
      people[key] = { ...caller(world.app, await session(world.services, id)), id }
      await sql`insert into elevations (session_id, at) select id, now() from staff_sessions where staff_id = ${id}`.execute(world.db)
    }
    await sql`insert into payments (id, stripe_account_id, stripe_id, version_at, created_at, amount, currency, status) values (${ids[0]}, 'acct_1', 'pi_1', now(), now(), 100, 'usd', 'succeeded')`.execute(world.db)
    const { status, body: { id } } = await people.asker!.post(`/v1/admin/payments/${ids[0]}/actions/refund`, { input: { amount: 5 } })
    expect(status).toBe(202)
    const inbox = async (key: string) => (await people[key]!.get(`${ops}?asks_null=false&createdBy_ne=$me`)).body.map((o: any) => o.id)
    expect(await inbox('other')).toEqual([id])
    expect(await inbox('asker')).toEqual([])
    expect(await inbox('helper')).toEqual([])
    expect((await people.helper!.get(`${ops}/${id}`)).status).toBe(404)
    expect((await people.other!.post(`${ops}/${id}/cancel`)).status).toBe(403)
    expect((await people.other!.delete(`${ops}/${id}`)).status).toBe(403)
    expect((await people.other!.post(`${ops}/${id}/approve`)).status).toBe(202)
    expect((await people.other!.get(`${ops}/${id}`)).status).toBe(404)
    Object.assign(world.services, { registry })
  })
})

describe('an act with an effect outside', () => {
  it('leaves after its seconds and can be called back until then', async () => {
    left.length = 0
    const [kept, called] = await Promise.all([1, 2].map(i => world.as('admin').post(`${root}/${ids[i]}/actions/letter`, {})))
    expect(kept!.status).toBe(202)
    expect(kept!.body).toMatchObject({ state: 'waiting', undoable: true, runsAt: expect.any(String) })
    expect(Date.parse(kept!.body.runsAt) - Date.parse(kept!.body.createdAt)).toBe(60_000)
    expect(kept!.body.undoUntil).toBe(kept!.body.runsAt)
    for (const { body } of [kept!, called!]) await finish(body.id)
    expect(left).toEqual([])
    expect(await world.as('admin').delete(`${ops}/${called!.body.id}`).then(a => [a.status, a.body.state])).toEqual([200, 'undone'])
    await sql`update operations set runs_at = now() - interval '1 second' where id in (${kept!.body.id}, ${called!.body.id})`.execute(world.db)
    for (const { body } of [kept!, called!]) await finish(body.id)
    expect(left.map(l => l.ids)).toEqual([[ids[1]]])
    expect((await world.as('admin').get(`${ops}/${kept!.body.id}`)).body).toMatchObject({ state: 'done', undoable: false })
    expect((await world.as('admin').delete(`${ops}/${kept!.body.id}`)).body.code).toBe('undo_conflict')
  })
})

describe('an act that is a job', () => {
  it('answers 202 for a single row, needs its key where declared, and is not begun where there is nothing to do', async () => {
    const path = `${root}/${ids[5]}/actions/slow`
    expect((await world.as('admin').post(path, {})).status).toBe(400)
    left.length = 0
    const { status, body } = await world.as('admin').post(path, {}, { 'idempotency-key': newId() })
    expect([status, body.state, body.total]).toEqual([202, 'waiting', 1])
    await finish(body.id)
    expect(left).toHaveLength(1)
    expect((await world.as('admin').post(`${root}/${newId()}/actions/slow`, {}, { 'idempotency-key': newId() })).status).toBe(404)
    await sql`update customers set access = 'suspended' where id = ${ids[6]}`.execute(world.db)
    expect(await world.as('admin').post(`${root}/${ids[6]}/actions/slow`, {}, { 'idempotency-key': newId() }).then(a => [a.status, a.body.skipped])).toEqual([200, 1])
  })
})

describe('an act on the resource as a whole', () => {
  it('makes rows and names them', async () => {
    const { status, body } = await world.as('admin').post(`${root}/actions/generation`, { input: { count: 3 } })
    expect(status).toBe(200)
    expect(body).toMatchObject({ total: 3, done: 3 })
    expect(body.results).toHaveLength(3)
    expect((await world.as('admin').get(`${root}?name=Made in bulk`)).body.map((c: any) => c.id).toSorted()).toEqual(body.results.map((r: any) => r.id).toSorted())
    expect((await world.as('admin').post(`${root}/actions/generation`, { input: { count: 0 } })).status).toBe(422)
    expect((await world.as('admin').post(`${root}/actions/letter`, {})).status).toBe(404)
    expect((await world.as('success').post(`${root}/actions/generation`, { input: { count: 3 } })).status).toBe(403)
    expect((await world.as('admin').get('/v1/admin/openapi.json')).body.paths['/v1/admin/customers/actions/generation']).toBeDefined()
  })
})
