import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { newId } from '../ids.ts'
import { runOperation } from '../../../jobs/system/run-operation.ts'
import { someCustomers } from '../../../tests/support/panel.ts'
import { statementsOf } from '../../../tests/support/statements.ts'
import { createWorld, type World } from '../../../tests/support/world.ts'

let world: World
const n = 1_200
beforeAll(async () => {
  world = await createWorld()
  await someCustomers(world, n)
  await sql`update customers set mrr_exact = mrr`.execute(world.db)
})
beforeEach(async () => {
  await sql`update customers set access = 'open', deleted_at = null where access <> 'open' or deleted_at is not null`.execute(world.db)
  await sql`update staff set role = 'success', active = true, row_scope = null where id = ${world.staff.success!.id}`.execute(world.db)
})
afterAll(() => world.close())

const root = '/v1/admin/customers'
const count = async (where: string): Promise<number> => (await sql<{ n: number }>`select count(*) as n from customers where ${sql.raw(where)}`.execute(world.db)).rows[0]!.n
const finish = (id: string) => runOperation(world.services, id)
const show = async (id: string) => (await world.as('admin').get(`/v1/admin/operations/${id}`)).body
const suspend = (role: string, filter: object, expected: number, more: object = {}) => world.as(role).post(`${root}/bulk/suspension`, { filter, expected, input: { reason: 'Unpaid' }, ...more })
const audited = async (act: string, requestId: string) => (await sql<{ n: number }>`select count(*) as n from audit_log where act = ${act} and resource = 'customers' and request_id = ${requestId}`.execute(world.db)).rows[0]!.n

describe('an act on all rows that match', () => {
  it('is done at once for up to 200 rows, and by a job in chunks above, each row with its outcome and its audit row', async () => {
    const small = await suspend('success', { name_like: 'Brightwater Analytics' }, await count(`name like 'Brightwater Analytics%'`))
    expect(small.status).toBe(200)
    expect(small.body).toMatchObject({ state: 'done', undoable: true, failed: 0 })
    expect((await world.as('success').delete(`/v1/admin/operations/${small.body.id}`)).body.state).toBe('undone')

    await sql`update customers set access = 'suspended' where external_id in ('org_1', 'org_2', 'org_3')`.execute(world.db)
    const large = await suspend('success', {}, n)
    expect(large.status).toBe(202)
    expect(large.body).toEqual({ id: expect.any(String), resource: 'customers', action: 'suspension', state: 'waiting', total: n, done: 0, skipped: 0, failed: 0, undoable: true, undoUntil: expect.any(String), createdBy: world.staff.success!.id, createdAt: expect.any(String) })
    expect(await count(`access = 'suspended'`)).toBe(3)
    await finish(large.body.id)
    expect(await show(large.body.id)).toMatchObject({ state: 'done', total: n, done: n - 3, skipped: 3, failed: 0, undoable: true })
    expect(await count(`access = 'suspended'`)).toBe(n)
    expect(await audited('suspension', large.headers.get('x-request-id')!)).toBe(n - 3)

    const results = await world.as('success').get(`/v1/admin/operations/${large.body.id}/results?outcome=skipped`)
    expect(results.headers.get('x-total-count')).toBe('3')
    expect(results.body).toEqual(Array(3).fill({ id: expect.any(String), outcome: 'skipped', reason: 'Already suspended' }))
    const seen: string[] = []
    let after = ''
    do {
      const page = await world.as('success').get(`/v1/admin/operations/${large.body.id}/results?${after ? `_after=${after}` : ''}`)
      seen.push(...page.body.map((r: any) => r.id))
      after = page.headers.get('x-next-cursor') ?? ''
    } while (after)
    expect(new Set(seen).size).toBe(n)
    expect(seen).toHaveLength(n)
    const csv = (await world.as('success').get(`/v1/admin/operations/${large.body.id}/results.csv`)).text.trimEnd().split('\r\n')
    expect(csv[0]).toBe('id,name,outcome,reason')
    expect(csv).toHaveLength(n + 1)
    expect(csv[1]).toMatch(/^[0-9a-f-]{36},\w+ \w+ \d+,(done|skipped),/)
    expect((await world.as('success').get(`/v1/admin/operations/${large.body.id}/outcome`)).body).toMatchObject({ reasons: [{ outcome: 'done', reason: null, n: n - 3 }, { outcome: 'skipped', reason: 'Already suspended', n: 3 }], input: { reason: 'Unpaid' }, selection: { filter: {}, expected: n } })

    // taken back by a job as well, exactly those that this act suspended
    const back = await world.as('success').delete(`/v1/admin/operations/${large.body.id}`)
    expect([back.status, back.body.state]).toEqual([202, 'running'])
    expect((await world.as('success').delete(`/v1/admin/operations/${large.body.id}`)).body.code).toBe('already_undone')
    await finish(large.body.id)
    expect(await show(large.body.id)).toMatchObject({ state: 'undone', takenBack: n - 3, undoable: false })
    expect(await count(`access = 'suspended'`)).toBe(3)
    expect((await world.as('success').delete(`/v1/admin/operations/${large.body.id}`)).body.code).toBe('already_undone')
    await sql`update customers set access = 'open' where access = 'suspended'`.execute(world.db)
  })

  it('is refused when the rows are not those the person saw: any number off below 100, more than 1 % above', async () => {
    const ask = (expected: number, filter: object = {}) => suspend('success', filter, expected)
    const scale = await count(`plan = 'Scale'`)
    for (const [filter, expected, found] of [[{}, n + 13, n], [{}, n - 13, n], [{}, 0, n], [{ name_like: 'Brightwater Analytics' }, 1, await count(`name like 'Brightwater Analytics%'`)], [{ name_like: 'Nobody' }, 1, 0]] as const)
      expect(await ask(expected, filter).then(a => [a.status, a.body.code, a.body.expected, a.body.found])).toEqual([409, 'selection_moved', expected, found])
    for (const [filter, expected] of [[{}, n + 12], [{}, n - 11], [{ plan: 'Scale' }, scale + 4]] as const) {
      const { status, body } = await ask(expected, filter)
      expect([status, body.total]).toEqual([202, (filter as any).plan ? scale : n])
      expect((await world.as('success').post(`/v1/admin/operations/${body.id}/cancel`)).body).toMatchObject({ state: 'cancelled', done: 0 })
    }
    expect(await count(`access = 'suspended'`)).toBe(0)
  })

  it('freezes its rows: what matches later is not touched, and rows taken out stay out', async () => {
    const { rows } = await sql<{ id: string }>`select id from customers where plan = 'Growth' order by id limit 2`.execute(world.db)
    const growth = await count(`plan = 'Growth'`)
    const { body } = await suspend('success', { plan: ['Growth'] }, growth - 2, { exclude: rows.map(r => r.id) })
    expect(body.total).toBe(growth - 2)
    await sql`update customers set plan = 'Growth' where external_id = 'org_2'`.execute(world.db)
    await finish(body.id)
    expect(await count(`access = 'suspended'`)).toBe(growth - 2)
    expect((await sql<{ access: string }>`select distinct access from customers where id = any(${rows.map(r => r.id)}::uuid[]) or external_id = 'org_2'`.execute(world.db)).rows).toEqual([{ access: 'open' }])
    await world.as('success').delete(`/v1/admin/operations/${body.id}`)
    await finish(body.id)
    await sql`update customers set plan = 'Scale' where external_id = 'org_2'`.execute(world.db)
  })

  it('speaks the grammar of lists, with text, typed values, search and nested conditions', async () => {
    const ask = async (filter: object) => (await world.as('success').post(`${root}/bulk/suspension/preview`, { filter })).body.total
    const list = async (query: string) => Number((await world.as('success').get(`${root}?${query}`)).headers.get('x-total-count'))
    for (const [filter, query] of [
      [{ status: 'active', mrr_gte: 100_000 }, 'status=active&mrr_gte=100000'], [{ status_in: ['active', 'trialing'], mrr_gte: '100000' }, 'status_in=active&status_in=trialing&mrr_gte=100000'], [{ q: 'Fjord' }, 'q=Fjord'],
      [{ _where: { or: [{ field: 'plan', op: 'eq', value: 'Scale' }, { field: 'seats', op: 'lt', value: 10 }] } }, `_where=${encodeURIComponent('{"or":[{"field":"plan","op":"eq","value":"Scale"},{"field":"seats","op":"lt","value":10}]}')}`],
      [{ _where: '{"field":"seats","op":"between","value":[3,9]}' }, 'seats_between=3&seats_between=9'], [{ tags: 'vip', ownerId_null: true }, 'tags=vip&ownerId_null=true'],
    ] as const) expect(await ask(filter), query).toBe(await list(query))
  })

  it('is refused with its status for what is malformed, unknown, unreadable or not granted', async () => {
    const post = (role: string, body: unknown, action = 'suspension') => world.as(role).post(`${root}/bulk/${action}`, body)
    const input = { reason: 'x' }
    for (const [role, body, status, code] of [
      ['success', { filter: {}, input }, 422, 'unprocessable'], ['success', { filter: {}, expected: 1.5, input }, 422, 'unprocessable'], ['success', { filter: {}, expected: '5', input }, 422, 'unprocessable'], ['success', { input }, 422, 'unprocessable'],
      ['success', { ids: [], input }, 422, 'unprocessable'], ['success', { ids: [newId()], filter: {}, expected: 1, input }, 422, 'unprocessable'], ['success', { filter: [], expected: 1, input }, 400, 'malformed'], ['success', { filter: {}, exclude: 'x', expected: 1, input }, 400, 'malformed'],
      ['success', { ids: 'all', input }, 400, 'malformed'], ['success', { filter: { nope: 1 }, expected: 1, input }, 400, 'field_not_filterable'], ['support', { filter: { mrr_gte: 1 }, expected: 1, input }, 400, 'field_not_filterable'], ['success', { filter: { mrr_like: 'x' }, expected: 1, input }, 400, 'malformed'],
      ['success', { filter: {}, expected: n, input, more: 1 }, 400, 'unwritable_field'], ['success', { filter: {}, expected: n }, 422, 'unprocessable'], ['success', { filter: {}, expected: n, input: { reason: 'x', to: 1 } }, 400, 'unwritable_field'],
      ['finance', { filter: {}, expected: n, input }, 403, 'forbidden'], ['auditor', { filter: {}, expected: n, input }, 403, 'forbidden'], ['marketing', { filter: {}, expected: n, input }, 403, 'forbidden'],
    ] as const) expect(await post(role, body).then(a => [a.status, a.body.code]), `${role} ${JSON.stringify(body)}`).toEqual([status, code])
    expect((await post('success', { filter: {}, expected: n, input: {} }, 'nothing')).status).toBe(404)
    expect((await world.as('admin').post('/v1/admin/nothing/bulk/suspension', {})).status).toBe(404)
    expect(await count(`access = 'suspended'`)).toBe(0)
  })

  it('keeps its answer with an Idempotency-Key: sent twice it is one operation, with another body 409', async () => {
    const key = { 'idempotency-key': newId() }, body = { filter: {}, expected: n, input: { reason: 'once' } }
    const [a, b] = [await world.as('success').post(`${root}/bulk/suspension`, body, key), await world.as('success').post(`${root}/bulk/suspension`, body, key)]
    expect([a.status, b.status, b.body.id]).toEqual([202, 202, a.body.id])
    expect((await world.as('success').post(`${root}/bulk/suspension`, { ...body, expected: n - 1 }, key)).body.code).toBe('idempotency_mismatch')
    const withdrawn = await world.as('success').delete(`/v1/admin/operations/${a.body.id}`)
    expect([withdrawn.status, withdrawn.body.state]).toEqual([200, 'undone'])
    await finish(a.body.id)
    expect(await count(`access = 'suspended'`)).toBe(0)
  })

  it('sends no id through the server\'s memory when it is made: a fixed number of statements however many rows', async () => {
    const { result, statements } = await statementsOf(world, () => suspend('success', {}, n))
    expect(result.status).toBe(202)
    expect(statements.length).toBeLessThanOrEqual(12)
    expect(Math.max(...statements.map(s => JSON.stringify(s.values).length))).toBeLessThan(2_000)
    await world.as('success').post(`/v1/admin/operations/${result.body.id}/cancel`)
  })
})

describe('a preview', () => {
  it('tells in numbers what would happen, as far as the person may see, and writes nothing', async () => {
    await sql`update customers set access = 'suspended' where external_id in ('org_10', 'org_20')`.execute(world.db)
    const before = (await sql<{ n: number }>`select (select count(*) from operations) + (select count(*) from audit_log) as n`.execute(world.db)).rows[0]!.n
    const sum = (await sql<{ n: number }>`select sum(mrr) as n from customers where access = 'open'`.execute(world.db)).rows[0]!.n
    const ask = (role: string, body: object) => world.as(role).post(`${root}/bulk/suspension/preview`, body)
    const { status, body } = await ask('success', { filter: {}, expected: n })
    expect(status).toBe(200)
    expect(body).toEqual({ total: n, ready: n - 2, skipped: [{ reason: 'Already suspended', n: 2 }], sums: { mrr: Number(sum) }, later: true })
    expect((await ask('support', { filter: {} })).body).toEqual({ total: n, ready: n - 2, skipped: [{ reason: 'Already suspended', n: 2 }], sums: {}, later: true })
    const { rows } = await sql<{ id: string }>`select id from customers where external_id in ('org_10', 'org_11')`.execute(world.db)
    expect((await ask('success', { ids: [...rows.map(r => r.id), newId()] })).body).toMatchObject({ total: 3, ready: 1, later: false, skipped: [{ reason: 'Already suspended', n: 1 }, { reason: 'not_found', n: 1 }] })
    for (const [role, given, wanted] of [['finance', { filter: {} }, 403], ['success', {}, 422], ['success', { filter: {}, expected: 3 }, 409], ['support', { filter: { mrr: 1 } }, 400], ['success', { filter: {}, input: { reason: 5 } }, 400], ['success', { filter: {}, x: 1 }, 400]] as const) expect((await ask(role, given)).status).toBe(wanted)
    expect((await sql<{ n: number }>`select (select count(*) from operations) + (select count(*) from audit_log) as n`.execute(world.db)).rows[0]!.n).toBe(before)
    await sql`update customers set access = 'open' where access = 'suspended'`.execute(world.db)
  })
})

describe('an operation', () => {
  it('is stopped by its person or an administrator, at the next chunk; what is done stays, can be taken back, and the rest can be done later', async () => {
    const { body: { id } } = await suspend('success', {}, n)
    const { stepOperation } = await import('./run-operation.ts')
    const { more } = await stepOperation(world.services, id)
    expect(await show(id)).toMatchObject({ state: 'running', done: 500 })
    expect((await world.as('support').post(`/v1/admin/operations/${id}/cancel`)).status).toBe(404)
    expect((await world.as('compliance').post(`/v1/admin/operations/${id}/cancel`)).status).toBe(403)
    expect(await world.as('success').post(`/v1/admin/operations/${id}/cancel`).then(a => [a.status, a.body.state, a.body.done, a.body.error])).toEqual([200, 'cancelled', 500, 'Stopped; 700 of 1200 rows were left as they are.'])
    expect(await stepOperation(world.services, id, more!)).toEqual({ more: null })
    expect(await count(`access = 'suspended'`)).toBe(500)
    expect((await world.as('success').post(`/v1/admin/operations/${id}/cancel`)).status).toBe(409)

    const again = await world.as('success').post(`/v1/admin/operations/${id}/retry`)
    expect([again.status, again.body.total]).toEqual([202, 700])
    await finish(again.body.id)
    expect(await count(`access = 'suspended'`)).toBe(n)
    for (const one of [again.body.id, id]) {
      expect((await world.as('admin').delete(`/v1/admin/operations/${one}`)).status).toBe(202)
      await finish(one)
    }
    expect(await count(`access = 'suspended'`)).toBe(0)
    expect((await world.as('success').post(`/v1/admin/operations/${id}/retry`)).status).toBe(409)
  })

  it('taken back while it runs goes backwards from the next chunk on', async () => {
    const { body: { id } } = await suspend('success', {}, n)
    const { stepOperation } = await import('./run-operation.ts')
    const { more } = await stepOperation(world.services, id)
    expect(await world.as('success').delete(`/v1/admin/operations/${id}`).then(a => [a.status, a.body.state, a.body.undoable])).toEqual([202, 'running', false])
    expect((await world.as('success').post(`/v1/admin/operations/${id}/cancel`)).status).toBe(409)
    let cursor = more
    while (cursor) cursor = (await stepOperation(world.services, id, cursor)).more
    expect(await show(id)).toMatchObject({ state: 'undone', done: 500, takenBack: 500 })
    expect(await count(`access = 'suspended'`)).toBe(0)
  })

  it('stops at the next chunk when the right is taken away, or the person: with a sentence, and what is done stays', async () => {
    const { stepOperation } = await import('./run-operation.ts')
    for (const [change, back, sentence] of [
      [sql`role = 'marketing'`, sql`role = 'success'`, 'Your role, marketing, cannot do this: suspend. 500 of 1,200 rows were looked at; the rest was left as it is.'],
      [sql`active = false`, sql`active = true`, 'Success Person is not active any more. 500 of 1,200 rows were looked at; the rest was left as it is.'],
    ] as const) {
      const { body: { id } } = await suspend('success', {}, n)
      const { more } = await stepOperation(world.services, id)
      await sql`update staff set ${change} where id = ${world.staff.success!.id}`.execute(world.db)
      expect(await stepOperation(world.services, id, more!)).toEqual({ more: null })
      expect(await show(id)).toMatchObject({ state: 'failed', done: 500, error: sentence, undoable: true })
      expect(await count(`access = 'suspended'`)).toBe(500)
      expect((await world.as('admin').get(`/v1/admin/operations/${id}/results?outcome=waiting`)).headers.get('x-total-count')).toBe('700')
      await sql`update staff set ${back} where id = ${world.staff.success!.id}`.execute(world.db)
      await world.as('success').delete(`/v1/admin/operations/${id}`)
      await finish(id)
      expect(await count(`access = 'suspended'`)).toBe(0)
    }
  })

  it('keeps within the accounts of a person who sees their own only, as they are at each chunk', async () => {
    const { stepOperation } = await import('./run-operation.ts')
    const { body: { id } } = await suspend('success', {}, n)
    const { more } = await stepOperation(world.services, id)
    await sql`update staff set row_scope = 'own' where id = ${world.staff.success!.id}`.execute(world.db)
    let cursor = more
    while (cursor) cursor = (await stepOperation(world.services, id, cursor)).more
    const op = await show(id)
    const foreign = (await world.as('admin').get(`/v1/admin/operations/${id}/results?outcome=failed`)).body
    expect(op.failed).toBeGreaterThan(100)
    expect(op.done + op.failed).toBe(n)
    expect(foreign[0]).toEqual({ id: expect.any(String), outcome: 'failed', reason: 'not_found' })
    await sql`update staff set row_scope = null where id = ${world.staff.success!.id}`.execute(world.db)
    await world.as('success').delete(`/v1/admin/operations/${id}`)
    await finish(id)
  })

  it('tells nothing to whom it does not belong, and refuses what it does not know', async () => {
    const { body: { id } } = await suspend('success', { name_like: 'Brightwater Analytics' }, await count(`name like 'Brightwater Analytics%'`))
    for (const path of ['', '/results', '/results.csv', '/outcome']) {
      for (const role of ['finance', 'support', 'marketing', 'auditor']) expect((await world.as(role).get(`/v1/admin/operations/${id}${path}`)).status, `${role} ${path}`).toBe(404)
      for (const role of ['success', 'admin', 'compliance']) expect((await world.as(role).get(`/v1/admin/operations/${id}${path}`)).status, `${role} ${path}`).toBe(200)
    }
    expect((await world.as('compliance').get(`/v1/admin/operations/${id}/outcome`)).body).not.toHaveProperty('input')
    for (const act of ['cancel', 'retry', 'approve', 'reject']) {
      expect((await world.as('support').post(`/v1/admin/operations/${id}/${act}`, act === 'reject' ? { reason: 'x' } : {})).status, act).toBe(404)
      expect((await world.as('success').post(`/v1/admin/operations/${id}/${act}`, { nope: 1 })).status, act).toBe(400)
      expect((await world.as('success').post(`/v1/admin/operations/${id}/${act}?x=1`)).status, act).toBe(400)
      expect((await world.as('success').post(`/v1/admin/operations/nothing/${act}`, act === 'reject' ? { reason: 'x' } : {})).status, act).toBe(404)
    }
    expect((await world.as('success').post(`/v1/admin/operations/${id}/retry`)).body.code).toBe('conflict')
    for (const query of ['outcome=fine', '_start=-1', '_end=300', '_after=x', 'x=1', '_start=10001&_end=10002']) expect((await world.as('success').get(`/v1/admin/operations/${id}/results?${query}`)).status, query).toBe(400)
    expect((await world.as('success').delete(`/v1/admin/operations/${id}?changed=over`)).status).toBe(400)
    expect((await world.as('compliance').delete(`/v1/admin/operations/${id}`)).status).toBe(403)
    await world.as('success').delete(`/v1/admin/operations/${id}`)
  })
})

describe('removing many', () => {
  it('takes 500 customers out of every list, and back exactly as they were, with what hangs on them: FT-15', async () => {
    const filter = { seats_lte: 500 }
    const all = async () => (await sql`select id, name, tags, owner_id, access, deleted_at from customers order by id`.execute(world.db)).rows
    const [one] = (await sql<{ id: string }>`select id from customers where seats = 7`.execute(world.db)).rows
    const { body: ticket } = await world.as('support').post('/v1/admin/tickets', { subject: 'Hangs on it', body: 'x', customerId: one!.id })
    const before = await all()
    expect((await world.as('success').post(`${root}/bulk/delete`, { filter, expected: 500 })).status).toBe(403)
    const { status, body } = await world.as('admin').post(`${root}/bulk/delete`, { filter, expected: 500 })
    expect([status, body.total]).toEqual([202, 500])
    await finish(body.id)
    expect((await world.as('admin').get(root)).headers.get('x-total-count')).toBe(String(n - 500))
    expect((await world.as('admin').get(`${root}/${one!.id}`)).status).toBe(404)
    expect((await world.as('admin').delete(`/v1/admin/operations/${body.id}`)).status).toBe(202)
    await finish(body.id)
    expect(await all()).toEqual(before)
    expect((await world.as('admin').get(`/v1/admin/tickets/${ticket.id}`)).body.customerId).toBe(one!.id)
    expect((await world.as('admin').get(`${root}/${one!.id}/history`)).body.map((e: any) => e.act).slice(0, 2)).toEqual(['restore', 'delete'])
  })

  it('names the rows that went on since, takes none back over them, and takes the others back when told to', async () => {
    const { body } = await world.as('admin').post(`${root}/bulk/delete`, { filter: { seats_lte: 300 }, expected: 300 })
    await finish(body.id)
    const edited = (await sql<{ id: string }>`select id from customers where seats in (3, 4) order by id`.execute(world.db)).rows.map(r => r.id)
    for (const id of edited) {
      expect((await world.as('admin').post(`${root}/${id}/restore`)).status).toBe(200)
      expect((await world.as('admin').patch(`${root}/${id}`, { name: 'Edited since' }, { 'if-match': '*' })).status).toBe(200)
    }
    const refused = await world.as('admin').delete(`/v1/admin/operations/${body.id}`)
    expect([refused.status, refused.body.code, refused.body.conflicts.toSorted(), refused.body.conflicting]).toEqual([409, 'undo_conflict', edited, 2])
    expect(await count('deleted_at is not null')).toBe(298)
    expect((await world.as('admin').delete(`/v1/admin/operations/${body.id}?changed=leave`)).status).toBe(202)
    await finish(body.id)
    expect(await show(body.id)).toMatchObject({ state: 'undone', takenBack: 298, error: '2 rows were changed since and were left as they are.' })
    expect(await count('deleted_at is not null')).toBe(0)
    expect(await count(`name = 'Edited since'`)).toBe(2)
  })

  it('is there for every resource that can be removed softly, for whom it is granted', async () => {
    const { body: meta } = await world.as('admin').get('/v1/admin/meta')
    for (const r of meta.resources) expect([r.name, Boolean(r.actions.delete)]).toEqual([r.name, r.can.delete !== false])
    const { body: mine } = await world.as('success').post('/v1/admin/notes', { customerId: (await world.as('success').get(root)).body[0].id, body: 'Mine' })
    const { body: theirs } = await world.as('support').post('/v1/admin/notes', { customerId: mine.customerId, body: 'Theirs' })
    const { body } = await world.as('success').post('/v1/admin/notes/bulk/delete', { ids: [mine.id, theirs.id] })
    expect(body).toMatchObject({ done: 1, failed: 1, results: [{ id: mine.id, outcome: 'done' }, { id: theirs.id, outcome: 'failed', reason: 'not_found' }] })
    expect((await world.as('success').delete(`/v1/admin/operations/${body.id}`)).status).toBe(200)
    expect((await world.as('success').get(`/v1/admin/notes/${mine.id}`)).status).toBe(200)
  })
})

describe('history', () => {
  it('offers to take back what this person may take back now, with the number of rows that go with it', async () => {
    const { body: [a, b] } = await world.as('admin').get(`${root}?_end=2`)
    const { body: op } = await world.as('success').post(`${root}/bulk/tagging`, { ids: [a.id, b.id], input: { tags: ['told'] } })
    const of = async (role: string, id: string) => (await world.as(role).get(`${root}/${id}/history`)).body.map((e: any) => [e.act, e.undo ?? null])
    expect((await of('success', a.id))[0]).toEqual(['tagging', { id: op.id, rows: 2 }])
    expect((await of('admin', a.id))[0]).toEqual(['tagging', { id: op.id, rows: 2 }])
    for (const role of ['finance', 'compliance', 'auditor']) expect((await of(role, a.id))[0]).toEqual(['tagging', null])
    const patched = await world.as('success').patch(`${root}/${a.id}`, { name: 'Told' }, { 'if-match': '*' })
    expect((await of('success', a.id))[0]).toEqual(['update', { id: patched.headers.get('x-operation-id'), rows: 1 }])
    await world.as('success').patch(`${root}/${a.id}`, { name: 'Told again' }, { 'if-match': '*' })
    expect((await of('success', a.id))[1]).toEqual(['update', null])
    await world.as('success').delete(`/v1/admin/operations/${op.id}`)
    expect((await of('success', b.id)).map((e: any) => e[1])).toEqual(Array((await of('success', b.id)).length).fill(null))
  })
})
