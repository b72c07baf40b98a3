import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resources } from '../../resources/index.ts'
import { roles } from '../../resources/roles.ts'
import { createWorld, type World } from '../../tests/support/world.ts'
import { viewLimits } from './saved-views.ts'

let world: World
beforeAll(async () => { world = await createWorld() })
afterAll(() => world.close())

const at = (rest = '') => `/v1/admin/saved-views${rest}`
const save = (role: string, body: Record<string, unknown>) => world.as(role).post(at(), { name: 'A view', resource: 'customers', ...body })
const names = async (role: string) => (await world.as(role).get(at('?_sort=name&_order=asc'))).body.map((v: any) => v.name)

describe('saved views', () => {
  it('keep a list as it was left, and give it back the same', async () => {
    const filters = { status_in: ['active', 'past_due'], mrr_gte: 10_000, q: 'R&D', ownerId: '$me', createdAt: '$month-1', _where: { or: [{ field: 'name', op: 'like', value: 'a+b@x.com' }, { and: [{ field: 'tags', op: 'in', value: ['vip'] }, { field: 'renewsAt', op: 'lt', value: '$now+7d' }] }] } }
    const body = { filters, sort: [{ field: 'mrr', order: 'desc' }, { field: 'name', order: 'asc' }], columns: ['name', 'mrr', 'email'], widths: { name: 320 }, density: 'compact' }
    const made = await save('success', { name: 'Big ones', ...body })
    expect([made.status, made.text]).toEqual([201, expect.any(String)])
    expect(made.body).toMatchObject({ name: 'Big ones', resource: 'customers', share: 'me', role: 'success', defaultFor: null, ownerId: world.staff.success!.id, ...body })
    expect((await world.as('success').get(at(`/${made.body.id}`))).body).toEqual(made.body)
    const query = new URLSearchParams(Object.entries(filters).flatMap(([k, v]) => (Array.isArray(v) ? v : [typeof v === 'object' ? JSON.stringify(v) : v]).map(x => [k, String(x)])))
    expect((await world.as('success').get(`/v1/admin/customers?${query}`)).status).toBe(200)
  })

  it('without anything said are the whole list', async () => {
    const made = await save('support', { name: 'Plain' })
    expect(made.body).toMatchObject({ filters: {}, sort: [], columns: null, density: null })
    const emptied = await world.as('support').patch(at(`/${made.body.id}`), { filters: null, sort: null }, { 'if-match': '*' })
    expect([emptied.status, emptied.body.filters, emptied.body.sort]).toEqual([200, {}, []])
  })

  it('are seen by their owner, their role or everybody, as they are shared; administrators see all', async () => {
    for (const share of ['me', 'role', 'all']) await save('finance', { name: `finance ${share}`, share })
    const seen = (all: string[]) => all.filter(n => n.startsWith('finance'))
    expect(seen(await names('finance'))).toEqual(['finance all', 'finance me', 'finance role'])
    expect(seen(await names('finance2'))).toEqual(['finance all', 'finance role'])
    for (const role of ['success', 'support', 'marketing', 'compliance', 'auditor']) expect([role, seen(await names(role))]).toEqual([role, ['finance all']])
    expect(seen(await names('admin'))).toEqual(['finance all', 'finance me', 'finance role'])
    const { body } = await world.as('finance').get(at('?name=finance%20me'))
    for (const path of [`/${body[0].id}`, `/${body[0].id}/history`]) expect((await world.as('finance2').get(at(path))).status).toBe(404)
    expect((await world.as('finance2').get(at('/summary'))).body.total).toBe((await names('finance2')).length)
    expect((await world.as('finance2').get(at('/export.csv'))).text).not.toContain('finance me')
  })

  it('are changed and removed by their owner and by administrators alone; their owner cannot be another', async () => {
    const { body: view } = await save('finance', { name: 'Shared', share: 'all' })
    for (const role of ['finance2', 'success', 'auditor']) {
      expect([role, (await world.as(role).patch(at(`/${view.id}`), { name: 'Mine now' }, { 'if-match': '*' })).status]).toEqual([role, 403])
      expect([role, (await world.as(role).delete(at(`/${view.id}`))).status]).toEqual([role, 403])
    }
    expect((await world.as('finance').patch(at(`/${view.id}`), { ownerId: world.staff.success!.id }, { 'if-match': '*' })).status).toBe(400)
    for (const body of [{ defaultFor: 'finance' }, { role: 'support' }]) expect((await world.as('finance').patch(at(`/${view.id}`), body, { 'if-match': '*' })).status).toBe(400)
    expect((await world.as('finance').patch(at(`/${view.id}`), { resource: 'users' }, { 'if-match': '*' })).status).toBe(400)
    expect((await world.as('admin').patch(at(`/${view.id}`), { name: 'By the admin' }, { 'if-match': '*' })).body.ownerId).toBe(world.staff.finance!.id)
    expect((await world.as('finance').delete(at(`/${view.id}`))).status).toBe(200)
    expect((await world.as('success').get(at(`/${view.id}`))).status).toBe(404)
    expect((await world.as('finance').post(at(`/${view.id}/restore`))).body.name).toBe('By the admin')
  })

  it('say what is wrong with them, at the part it is in, and keep nothing', async () => {
    const before = await names('support')
    const deep = (n: number): unknown => n ? { and: [deep(n - 1)] } : { field: 'name', op: 'eq', value: 'x' }
    const leaf = { field: 'name', op: 'eq', value: 'x' }
    const wrong: [Record<string, unknown>, number, string][] = [
      [{ resource: 'nothing' }, 422, 'resource'], [{ resource: 'invoices' }, 422, 'resource'], [{ resource: 'constructor' }, 422, 'resource'],
      [{ filters: { nowhere: 1 } }, 400, 'filters'], [{ filters: { mrr_gte: 1 } }, 400, 'filters'], [{ filters: { __proto__x: 1 } }, 400, 'filters'], [{ filters: { status_like: 'a' } }, 400, 'filters'], [{ filters: { name_over: 'a' } }, 400, 'filters'],
      [{ filters: { createdAt_gte: 'soon' } }, 400, 'filters'], [{ filters: { createdAt: '$fortnight' } }, 400, 'filters'], [{ filters: { name: { like: 'x' } } }, 400, 'filters'], [{ filters: { name: null } }, 400, 'filters'], [{ filters: { q: 5 } }, 400, 'filters'],
      [{ filters: { name_in: Array.from({ length: 201 }, () => 'x') } }, 400, 'filters'], [{ filters: { _where: deep(4) } }, 400, 'filters'], [{ filters: { _where: { or: Array.from({ length: 51 }, () => leaf) } } }, 400, 'filters'], [{ filters: { _sort: 'name' } }, 400, 'filters'], [{ filters: { _where: 'x' } }, 400, 'filters'],
      [{ filters: { _where: { or: Array.from({ length: 40 }, () => leaf) }, ...Object.fromEntries(['name', 'name_ne', 'name_like', 'name_nlike', 'name_starts', 'name_ends', 'email', 'email_ne', 'email_like', 'domain', 'domain_ne'].map(k => [k, 'x'])) } }, 422, 'filters'],
      [{ filters: [] }, 422, 'filters'], [{ filters: { name_in: Array.from({ length: 100 }, () => 'x'.repeat(200)) } }, 422, 'filters'], [{ filters: 'status=active' }, 400, 'filters'],
      [{ sort: [{ field: 'mrr', order: 'desc' }] }, 400, 'sort'], [{ sort: [{ field: 'plan', order: 'asc' }] }, 400, 'sort'], [{ sort: [{ field: 'name', order: 'up' }] }, 422, 'sort'], [{ sort: {} }, 422, 'sort'], [{ sort: Array.from({ length: 6 }, () => ({ field: 'name', order: 'asc' })) }, 422, 'sort'], [{ sort: [{ field: 'name', order: 'asc', x: 1 }] }, 422, 'sort'],
      [{ columns: ['mrr'] }, 422, 'columns'], [{ columns: ['name', 'name'] }, 422, 'columns'], [{ columns: [] }, 422, 'columns'], [{ columns: [5] }, 422, 'columns'], [{ columns: { a: 1 } }, 422, 'columns'], [{ widths: { name: 5 } }, 422, 'widths'], [{ widths: { mrr: 100 } }, 422, 'widths'], [{ widths: [100] }, 422, 'widths'],
      [{ density: 'huge' }, 422, 'density'], [{ share: 'world' }, 422, 'share'], [{ name: '' }, 422, 'name'], [{ name: 'x'.repeat(81) }, 422, 'name'],
    ]
    for (const [body, status, field] of wrong) {
      const answer = await save('support', body)
      expect([JSON.stringify(body).slice(0, 90), answer.status, Object.keys(answer.body.errors ?? {})]).toEqual([JSON.stringify(body).slice(0, 90), status, [field]])
      expect(answer.body.errors[field][0].length).toBeGreaterThan(10)
    }
    expect((await save('support', { filters: { q: 'x\u0000' } })).status).toBe(400)
    expect(await names('support')).toEqual(before)
    const { body: view } = await save('support', { name: 'Stays' })
    expect((await world.as('support').patch(at(`/${view.id}`), { filters: { mrr_gte: 1 } }, { 'if-match': '*' })).status).toBe(400)
    expect((await world.as('support').get(at(`/${view.id}`))).body).toEqual(view)
  })

  it('AZ-25: show a reader nothing of a field they may not read, and the list refuses it: no oracle, and never more than the view', async () => {
    const { body: view } = await save('admin', { name: 'Above ten thousand', share: 'all', filters: { status: 'active', mrr_gte: 1_000_000 }, sort: [{ field: 'name', order: 'asc' }], columns: ['name', 'status'] })
    for (const role of ['support', 'marketing', 'compliance']) {
      const { body, text } = await world.as(role).get(at(`/${view.id}`))
      expect([role, Object.keys(body).filter(k => ['filters', 'sort', 'columns', 'widths'].includes(k))]).toEqual([role, ['columns', 'widths']])
      const listed = (await world.as(role).get(at('?name_like=Above'))).body[0]
      expect([role, 'filters' in listed, 'sort' in listed]).toEqual([role, false, false])
      const file = (await world.as(role).get(at('/export.csv'))).text
      expect([role, text.includes('mrr'), text.includes('1000000'), file.includes('1000000'), file.includes('mrr_gte')]).toEqual([role, false, false, false, false])
      expect((await world.as(role).get('/v1/admin/customers?status=active&mrr_gte=1000000')).body.code).toBe('field_not_filterable')
    }
    for (const role of ['finance', 'success', 'auditor', 'admin2']) expect([role, (await world.as(role).get(at(`/${view.id}`))).body.filters]).toEqual([role, { status: 'active', mrr_gte: 1_000_000 }])
    // hidden columns take the columns away, not the view
    const { body: wide } = await save('admin', { name: 'With amounts', share: 'all', filters: { status: 'active' }, columns: ['name', 'mrr'], widths: { mrr: 90 } })
    const narrow = (await world.as('support').get(at(`/${wide.id}`))).body
    expect([narrow.filters, 'columns' in narrow, 'widths' in narrow]).toEqual([{ status: 'active' }, false, false])
    // nested, sorted by, and through a relation
    const nested = await save('admin', { share: 'all', filters: { _where: { or: [{ field: 'status', op: 'eq', value: 'active' }, { and: [{ field: 'mrr', op: 'gt', value: 5 }] }] } } })
    const sorted = await save('admin', { share: 'all', sort: [{ field: 'mrr', order: 'desc' }] })
    for (const { body } of [nested, sorted]) expect('filters' in (await world.as('support').get(at(`/${body.id}`))).body).toBe(false)
    const through = await save('admin', { resource: 'tickets', share: 'all', filters: { 'customer.status': 'active' } })
    expect((await world.as('support').get(at(`/${through.body.id}`))).body.filters).toEqual({ 'customer.status': 'active' })
    expect('filters' in (await world.as('finance').get(at(`/${through.body.id}`))).body).toBe(false)
  })

  it('follow a change of their filters: what was readable before may not be afterwards, also when it is taken back', async () => {
    const { body: view } = await save('finance', { name: 'Moves', share: 'all', filters: { status: 'active' } })
    const seen = async () => (await world.as('support').get(at(`/${view.id}`))).body.filters
    expect(await seen()).toEqual({ status: 'active' })
    const changed = await world.as('finance').patch(at(`/${view.id}`), { filters: { mrr_gte: 5 } }, { 'if-match': '*' })
    expect(await seen()).toBe(undefined)
    const back = await world.as('finance').delete(`/v1/admin/operations/${changed.headers.get('x-operation-id')}`)
    expect([back.status, await seen()]).toEqual([200, { status: 'active' }])
  })

  it('on a field that is gone are shown to nobody in its place', async () => {
    const { body: view } = await save('admin', { name: 'Old', share: 'all', filters: { status: 'active' } })
    await sql`update saved_views set filters = '{"colour": "red"}', filter_names = '{colour}' where id = ${view.id}`.execute(world.db)
    for (const role of ['admin', 'finance', 'support']) expect([role, 'filters' in (await world.as(role).get(at(`/${view.id}`))).body]).toEqual([role, false])
    expect((await world.as('admin').patch(at(`/${view.id}`), { name: 'Old still' }, { 'if-match': '*' })).status).toBe(200)
    expect((await world.as('admin').patch(at(`/${view.id}`), { filters: { status: 'active' } }, { 'if-match': '*' })).body.filters).toEqual({ status: 'active' })
    await sql`update saved_views set resource = 'gone' where id = ${view.id}`.execute(world.db)
    expect('filters' in (await world.as('admin').get(at(`/${view.id}`))).body).toBe(false)
  })

  it('open first for a role when an administrator says so, and only where that role may read all of it', async () => {
    const { body: view } = await save('admin', { name: 'First', share: 'all', filters: { status: 'active' } })
    const first = (body: Record<string, unknown>, id = view.id) => world.as('admin').patch(at(`/${id}`), body, { 'if-match': '*' })
    expect((await first({ defaultFor: 'support' })).body.defaultFor).toBe('support')
    expect((await first({ filters: { mrr_gte: 5 } })).body.errors).toEqual({ defaultFor: [expect.stringContaining('Support may not read')] })
    expect((await first({ share: 'me' })).body.errors).toEqual({ defaultFor: [expect.stringContaining('Share the view')] })
    expect((await first({ share: 'role', role: 'support' })).status).toBe(200)
    expect((await first({ role: 'finance' })).status).toBe(422)
    const { body: other } = await save('admin', { name: 'Second', share: 'all' })
    const taken = await first({ defaultFor: 'support' }, other.id)
    expect([taken.status, taken.body.message]).toEqual([422, expect.stringContaining('already')])
    expect((await first({ defaultFor: 'finance' }, other.id)).status).toBe(200)
    const amounts = await world.as('admin').post(at(), { name: 'Amounts', resource: 'invoices', share: 'all', defaultFor: 'support' })
    expect(amounts.body.errors).toEqual({ defaultFor: [expect.stringContaining('Support may not read')] })
  })

  it('are bounded in number for each person', async () => {
    await sql`insert into saved_views (id, resource, name, role, owner_id) select gen_random_uuid(), 'customers', 'v' || i, 'auditor', ${world.staff.auditor!.id} from generate_series(1, ${viewLimits.each}) i`.execute(world.db)
    expect((await save('auditor', {})).body.errors).toEqual({ name: [expect.stringContaining(`${viewLimits.each}`)] })
  })

  it('never tell a person of a field they may not filter by, whatever the view is made of (every role, every list)', async () => {
    await sql`delete from saved_views`.execute(world.db)
    const readable = resources.filter(r => r.name !== 'saved-views')
    const filters = fc.constantFrom(...readable).chain(r => {
      const fields = Object.entries(r.fields).filter(([, f]) => f.filter !== false && f.type !== 'json').map(([name]) => name)
      return fc.record({ r: fc.constant(r), fields: fc.uniqueArray(fc.constantFrom(...fields), { minLength: 1, maxLength: 3 }) })
    })
    let hidden = 0, shown = 0
    await fc.assert(fc.asyncProperty(filters, async ({ r, fields }) => {
      const made = await world.as('admin').post(at(), { name: 'Any', resource: r.name, share: 'all', filters: Object.fromEntries(fields.map(name => [`${name}_null`, true])) })
      if (made.status !== 201) throw new Error(`${r.name} ${fields.join()} ${made.text}`)
      for (const role of Object.keys(roles)) {
        const view = (await world.as(role).get(at(`/${made.body.id}`))).body
        const list = await world.as(role).get(`/v1/admin/${r.name}?${fields.map(name => `${name}_null=true`).join('&')}`)
        if ('filters' in view !== (list.status === 200)) throw new Error(`${role}: ${r.name} ${fields.join()} is ${'filters' in view ? 'shown' : 'hidden'}, the list says ${list.status}`)
        if (list.status === 200) shown++; else hidden++
      }
    }), { numRuns: 60 })
    expect(Math.min(hidden, shown)).toBeGreaterThan(40)
  })
})
