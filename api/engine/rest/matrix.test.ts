import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import type { Field } from '../../../resources/engine/fields.ts'
import { resources } from '../../../resources/index.ts'
import { oneOfEach, type Rows } from '../../../tests/support/one-of-each.ts'
import { createWorld, session, caller, stepUp, type Answer, type World } from '../../../tests/support/world.ts'
import { newId } from '../ids.ts'

/**
 * Who may do what, written down a second time from the specification and not from resources/roles.ts: letters are read, create, update, delete;
 * `own` = rows of one's own only. Whatever has no line here is a resource that nobody thought about.
 */
const roleNames = ['admin', 'finance', 'success', 'support', 'marketing', 'compliance', 'auditor'] as const
const billing = { admin: 'R', finance: 'R', auditor: 'R' }
const table: Record<string, Partial<Record<(typeof roleNames)[number], string>>> = {
  customers: { admin: 'RCUD', finance: 'RU', success: 'RU', support: 'RU', marketing: 'R', compliance: 'R', auditor: 'R' },
  users: { admin: 'RCUD', finance: 'R', success: 'RU', support: 'RU', compliance: 'R', auditor: 'R' },
  tickets: { admin: 'RCUD', success: 'R', support: 'RCUD' },
  replies: { admin: 'RC', success: 'R', support: 'RC' },
  notes: { admin: 'RCUD', finance: 'RC own', success: 'RC own', support: 'RC own', compliance: 'R', auditor: 'R' },
  subscriptions: { admin: 'R', finance: 'R', success: 'R', auditor: 'R' },
  invoices: billing, payments: billing, refunds: billing, 'credit-notes': billing, disputes: billing, 'mrr-movements': billing, 'billing-accounts': billing, 'stripe-events': billing, 'object-versions': billing,
  products: billing, prices: billing,
  'fx-rates': { admin: 'RCU', finance: 'RCU', auditor: 'R' },
  staff: { admin: 'RCUD', compliance: 'R', auditor: 'R' },
  people: { admin: 'R', finance: 'R', success: 'R', support: 'R', marketing: 'R', compliance: 'R', auditor: 'R' },
  'audit-log': { admin: 'R', compliance: 'R', auditor: 'R' },
  operations: { admin: 'R', finance: 'R own', success: 'R own', support: 'R own', marketing: 'R own', compliance: 'R', auditor: 'R own' },
  impersonations: { admin: 'R', support: 'R own', compliance: 'R', auditor: 'R' },
  'write-keys': { admin: 'RCUD' },
  'saved-views': { admin: 'RCUD', finance: 'RC own', success: 'RC own', support: 'RC own', marketing: 'RC own', compliance: 'RC own', auditor: 'RC own' },
  'ingest-rejects': { admin: 'R' },
  'promo-codes': { admin: 'RCUD', finance: 'R', marketing: 'RCUD', auditor: 'R' },
}
/** Fields a reader of the resource may still not see. */
const hidden: Record<string, Partial<Record<string, string[]>>> = {
  customers: {
    success: [], support: ['mrr', 'mrrNative', 'currency'], compliance: ['mrr', 'mrrNative', 'currency'],
    marketing: ['plans', 'mrr', 'mrrNative', 'currency', 'ownerId', 'access', 'email', 'impersonationAllowed', 'domain', 'externalId', 'seats', 'renewsAt', 'cancelsAt', 'lastSeenAt', 'updatedAt'],
  },
  subscriptions: { success: ['mrr', 'currency', 'discounts', 'items', 'stripeId'] },
}
/** Which fields may be changed by those who may not change all. */
const changes: Record<string, Record<string, string[]>> = { customers: { finance: ['tags'], success: ['name', 'ownerId', 'tags'], support: ['name', 'email'] } }
const bodies: Record<string, { create: (ids: Rows) => Record<string, unknown>; update: Record<string, unknown> }> = {
  customers: { create: () => ({ name: 'Made here' }), update: { tags: ['changed'] } },
  users: { create: ids => ({ name: 'Made here', customerId: ids.customers![0] }), update: { name: 'Changed' } },
  tickets: { create: ids => ({ subject: 'Made here', body: 'Text', customerId: ids.customers![0] }), update: { priority: 'high' } },
  replies: { create: ids => ({ ticketId: ids.tickets![0], body: 'Text' }), update: { body: 'x' } },
  notes: { create: ids => ({ customerId: ids.customers![0], body: 'Text' }), update: { body: 'Changed' } },
  'fx-rates': { create: () => ({ date: `20${10 + Math.floor(Math.random() * 80)}-01-0${1 + Math.floor(Math.random() * 9)}`, from: 'jpy', to: 'usd', rate: '0.0064', source: 'Test' }), update: { source: 'Changed' } },
  staff: { create: () => ({ name: 'Made here', email: `${newId()}@example.test`, role: 'auditor' }), update: { name: 'Changed' } },
  'saved-views': { create: () => ({ name: 'Made here', resource: 'customers', filters: { status: 'active' } }), update: { name: 'Changed' } },
  'promo-codes': { create: () => ({ code: `M-${newId()}`, percentOff: 10 }), update: { campaign: 'Changed' } },
  'write-keys': { create: () => ({ name: 'Made here' }), update: { name: 'Changed' } },
}

let world: World
let ids: Rows
beforeAll(async () => {
  world = await createWorld()
  ids = await oneOfEach(world)
  for (const role of roleNames) await stepUp(world, role)
  // a row each in the log of what was done
  for (const role of ['admin', 'finance', 'success', 'support'] as const) await world.as(role).post('/v1/admin/notes', { customerId: ids.customers![0], body: 'Hello' })
  await world.as('success').post(`/v1/admin/customers/${ids.customers![0]}/actions/tagging`, { input: { tags: ['made'] } })
})
afterAll(() => world.close())

const letters = (resource: string, role: string) => table[resource]?.[role as 'admin'] ?? ''
const readers = (resource: string) => roleNames.filter(role => letters(resource, role).includes('R'))
const at = (r: ResourceDefinition, rest = '') => `/v1/admin/${r.name}${rest}`
/** A row that belongs to none of the roles' people. */
const someId = async (r: ResourceDefinition): Promise<string> => ids[r.name]?.[['notes', 'operations', 'saved-views'].includes(r.name) ? 2 : 0] ?? (await world.as('admin').get(at(r))).body[0].id

describe('the matrix', () => {
  it('has a line for every resource', () => {
    expect(Object.keys(table).toSorted()).toEqual(resources.map(r => r.name).toSorted())
  })

  describe.each(resources.map(r => [r.name, r] as const))('%s', (name, r) => {
    it.each(roleNames)('for %s: reads what is granted, nothing else', async role => {
      const me = world.as(role), may = letters(name, role).includes('R')
      const id = await someId(r)
      const own = letters(name, role).includes('own') && ['operations', 'impersonations'].includes(name)
      for (const path of ['', '/summary', '/export.csv']) expect((await me.get(at(r, path))).status, path).toBe(may ? 200 : 403)
      expect((await me.get(at(r, `/${id}`))).status).toBe(!may ? 403 : own ? 404 : 200)
      expect((await me.get(at(r, `/${id}/history`))).status).toBe(!may ? 403 : own ? 404 : 200)
      const { body: meta } = await me.get('/v1/admin/meta')
      expect(meta.resources.some((x: any) => x.name === name)).toBe(may)
    })

    it.each(roleNames)('for %s: shows no field beyond the grant, in no answer', async role => {
      if (!letters(name, role).includes('R')) return
      const me = world.as(role)
      const readable = Object.keys(r.fields).filter(f => !hidden[name]?.[role]?.includes(f))
      const light = readable.filter(f => !r.fields[f]!.heavy)
      const system = (row: object) => Object.keys(row).filter(k => k !== 'id' && k !== 'version').toSorted()
      const { body: list } = await me.get(at(r))
      for (const row of list) expect(system(row)).toEqual(light.toSorted())
      if (list.length) expect(system((await me.get(at(r, `/${list[0].id}`))).body)).toEqual(readable.toSorted())
      const { text } = await me.get(at(r, '/export.csv'))
      expect(text.split('\r\n')[0]!.split(',').filter(h => h !== 'id' && h !== 'version').toSorted()).toEqual(readable.toSorted())
      const { body: meta } = await me.get('/v1/admin/meta')
      const shown = meta.resources.find((x: any) => x.name === name)
      expect(Object.keys(shown.fields).toSorted()).toEqual(readable.toSorted())
      for (const part of [shown.list.columns, shown.list.sums, shown.list.filters, ...shown.show.sections.map((s: any) => s.fields), ...shown.form.sections.map((s: any) => s.fields)]) for (const f of part) expect(readable).toContain(f)
    })

    it.each(roleNames)('for %s: creates, changes, deletes and restores what is granted, nothing else', async role => {
      const me = world.as(role), can = letters(name, role), body = bodies[name]
      const created = await me.post(at(r), body?.create(ids) ?? {})
      expect(created.status, created.text).toBe(can.includes('C') ? 201 : 403)
      const others = await someId(r)
      const update = changes[name]?.[role] ? Object.fromEntries([[changes[name][role]![0]!, changes[name][role]![0] === 'tags' ? [role] : `Changed by ${role}`]]) : body?.update ?? { anything: 1 }
      const patch = async (id: string) => (await me.patch(at(r, `/${id}`), update, { 'if-match': '*' })).status
      const own = can.includes('own') && ['notes', 'saved-views'].includes(name)
      if (name === 'staff' && role === 'admin') { expect(await patch(created.body.id)).toBe(200); return }
      expect(await patch(others)).toBe(can.includes('U') ? 200 : 403)
      const remove = async (id: string) => (await me.delete(at(r, `/${id}`))).status
      // DELETE of an operation takes its act back: undo.test.ts
      if (name === 'operations') return
      expect(await remove(others)).toBe(can.includes('D') ? 200 : 403)
      if (can.includes('D')) {
        expect((await me.get(at(r, `/${others}`))).status).toBe(404)
        expect((await me.patch(at(r, `/${others}`), update, { 'if-match': '*' })).status).toBe(404)
        expect((await me.post(at(r, `/${others}/restore`))).status).toBe(200)
        expect((await me.get(at(r, `/${others}`))).status).toBe(200)
      }
      if (own) {
        expect(await patch(created.body.id)).toBe(200)
        expect(await remove(created.body.id)).toBe(200)
        expect((await me.post(at(r, `/${created.body.id}/restore`))).status).toBe(200)
      }
    })
  })

  it('names the only fields a role may change of a customer', async () => {
    for (const [role, fields] of Object.entries(changes.customers!)) {
      for (const [name, value] of Object.entries({ name: 'N', email: 'n@example.test', domain: 'n.example', ownerId: null, tags: ['t'], externalId: 'x' })) {
        const { status } = await world.as(role).patch(`/v1/admin/customers/${ids.customers![1]}`, { [name]: value }, { 'if-match': '*' })
        expect(status, `${role} ${name}`).toBe(fields.includes(name) ? 200 : 400)
      }
    }
  })

  it('gives actions to whom they are granted', async () => {
    const granted: Record<string, string[]> = { tagging: ['admin', 'finance', 'success'], untagging: ['admin', 'finance', 'success'], suspension: ['admin', 'success', 'support'], reactivation: ['admin', 'success', 'support'] }
    for (const [action, who] of Object.entries(granted)) for (const role of roleNames) {
      const input = action.endsWith('tagging') ? { tags: ['x'] } : { reason: 'Test' }
      const { status } = await world.as(role).post(`/v1/admin/customers/${ids.customers![1]}/actions/${action}`, { input })
      expect(status, `${role} ${action}`).toBe(who.includes(role) ? 200 : 403)
    }
  })

  it('narrows every resource that hangs on a customer to the accounts a person owns', async () => {
    const id = newId()
    await sql`insert into staff (id, name, email, role, row_scope, two_factor_enabled) values (${id}, 'Scoped', 'scoped@example.test', 'admin', 'own', true)`.execute(world.db)
    await sql`update customers set owner_id = ${id} where id = ${ids.customers![1]}`.execute(world.db)
    const me = caller(world.app, await session(world.services, id))
    const scoped = resources.filter(r => r.scope)
    expect(scoped.length).toBeGreaterThanOrEqual(14)
    const { body: tickets } = await world.as('admin').get('/v1/admin/tickets')
    const customerOf = (r: ResourceDefinition, row: any) => r.name === 'customers' ? row.id : r.name === 'replies' ? tickets.find((t: any) => t.id === row.ticketId).customerId : row.customerId
    for (const r of scoped) {
      const all = (await world.as('admin').get(at(r))).body, mine = (await me.get(at(r)))
      expect(mine.status, r.name).toBe(200)
      expect(mine.body.map((x: any) => x.id).toSorted(), r.name).toEqual(all.filter((x: any) => customerOf(r, x) === ids.customers![1]).map((x: any) => x.id).toSorted())
      expect(mine.body.length, r.name).toBeGreaterThan(0)
      expect(Number(mine.headers.get('x-total-count'))).toBe(mine.body.length)
      const foreign = all.find((x: any) => !mine.body.some((m: any) => m.id === x.id))
      expect((await me.get(at(r, `/${foreign.id}`))).status, r.name).toBe(404)
      expect((await me.get(at(r, '/export.csv'))).text.trim().split('\r\n').length - 1, r.name).toBe(mine.body.length)
      const sortable = Object.keys(r.fields).find(f => r.fields[f]!.sort)
      if (sortable) expect((await me.get(at(r, `?_sort=${sortable}`))).status, r.name).toBe(200)
    }
    expect((await me.post('/v1/admin/notes', { customerId: ids.customers![0], body: 'x' })).status).toBe(422)
    expect((await me.patch(`/v1/admin/customers/${ids.customers![1]}`, { ownerId: world.staff.success!.id }, { 'if-match': '*' })).status).toBe(403)
  })
})

/* What each operator means, said again in another language. */
const ordered = ['int', 'decimal', 'money', 'date', 'instant', 'score']
const operatorsFor = (field: Field): string[] => field.type === 'json' ? [] : ['text', 'email'].includes(field.type) ? ['eq', 'ne', 'like', 'nlike', 'starts', 'ends', 'in', 'nin', 'null']
  : ordered.includes(field.type) ? ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in', 'nin', 'between', 'null'] : ['eq', 'ne', 'in', 'nin', 'null']
const every = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'like', 'nlike', 'starts', 'ends', 'in', 'nin', 'between', 'null']
const comparable = (v: any, field: Field): any => v === null || v === undefined ? null : field.type === 'instant' ? Date.parse(v) : field.type === 'decimal' ? Number(v) : v

function matches(value: any, field: Field, op: string, given: any[]): boolean {
  if (field.type === 'tags') {
    const has = (t: any) => (value as string[]).includes(t)
    return op === 'eq' ? has(given[0]) : op === 'ne' ? !has(given[0]) : op === 'in' ? given.some(has) : op === 'nin' ? !given.some(has) : (value.length === 0) === (given[0] === 'true')
  }
  const v = comparable(value, field), g = op === 'null' ? given : given.map(x => comparable(x, field))
  const low = String(v).toLowerCase(), text = String(g[0]).toLowerCase()
  switch (op) {
    case 'eq': return v === g[0]
    case 'ne': return v !== g[0]
    case 'lt': return v !== null && v < g[0]
    case 'lte': return v !== null && v <= g[0]
    case 'gt': return v !== null && v > g[0]
    case 'gte': return v !== null && v >= g[0]
    case 'like': return v !== null && low.includes(text)
    case 'nlike': return v === null || !low.includes(text)
    case 'starts': return v !== null && low.startsWith(text)
    case 'ends': return v !== null && low.endsWith(text)
    case 'in': return g.includes(v)
    case 'nin': return !g.includes(v)
    case 'between': return v !== null && v >= g[0] && v <= g[1]
    default: return (v === null) === (g[0] === 'true')
  }
}

/** The log of this very test grows; its first entries are enough. */
const early = (r: ResourceDefinition, but = ''): string => r.name !== 'audit-log' ? '' : but === 'seq' ? `&at_lte=${encodeURIComponent(moment)}` : '&seq_lte=60'
let moment = ''

const allRows = async (r: ResourceDefinition): Promise<any[]> => {
  if (r.name === 'audit-log') moment = (await world.as('admin').get('/v1/admin/audit-log?seq=60')).body[0].at
  const { body } = await world.as('admin').get(at(r, `?${early(r)}`))
  return Promise.all(body.map(async (row: any) => (await world.as('admin').get(at(r, `/${row.id}`))).body))
}

describe('lists', () => {
  describe.each(resources.map(r => [r.name, r] as const))('of %s', (_name, r) => {
    it('are filtered by every operator of every field, to exactly the rows that match', async () => {
      const rows = (await allRows(r)).toSorted((a, b) => a.id < b.id ? -1 : 1)
      expect(rows.length).toBeGreaterThan(0)
      expect(rows.length).toBeLessThan(200)
      for (const [name, field] of Object.entries(r.fields)) {
        if (field.filter === false || field.type === 'json') {
          expect((await world.as('admin').get(at(r, `?${name}=x`))).body.code, name).toBe('field_not_filterable')
          continue
        }
        const flat = rows.flatMap(row => field.type === 'tags' ? row[name] : row[name] === null ? [] : [row[name]])
        const known = [...new Set(flat)].sort((a, b) => comparable(a, field) < comparable(b, field) ? -1 : 1)
        const sample = known[Math.floor(known.length / 2)] ?? ({ text: 'none', email: 'n@example.test', relation: newId(), tags: 'none', date: '2026-01-01', instant: '2026-01-01T00:00:00Z', boolean: true, enum: (field as any).options?.[0]?.value } as any)[field.type] ?? 1
        for (const op of every) {
          const allowed = operatorsFor(field).includes(op)
          const part = typeof sample === 'string' && ['like', 'nlike', 'ends'].includes(op) ? sample.slice(2) : typeof sample === 'string' && op === 'starts' ? sample.slice(0, 5).toUpperCase() : sample
          const given = op === 'null' ? ['true'] : op === 'between' ? [known[0] ?? sample, sample] : ['in', 'nin'].includes(op) ? [sample, known[0] ?? sample] : [part]
          const query = given.map(v => `${op === 'eq' ? name : `${name}_${op}`}=${encodeURIComponent(String(v))}`).join('&')
          const answer = await world.as('admin').get(at(r, `?${query}&_sort=id&_order=asc${early(r, name)}`))
          if (!allowed) { expect(answer.status, query).toBe(400); continue }
          expect(answer.status, `${query} ${answer.text}`).toBe(200)
          const expected = rows.filter(row => matches(row[name], field, op, given)).map(row => row.id)
          expect(answer.body.map((x: any) => x.id), query).toEqual(expected)
          expect(answer.headers.get('x-total-count'), query).toBe(String(expected.length))
          const nested = await world.as('admin').get(at(r, `?_sort=id&_order=asc${early(r)}&_where=${encodeURIComponent(JSON.stringify({ and: [{ field: name, op, value: given.length > 1 || ['in', 'nin'].includes(op) ? given : given[0] }] }))}`))
          expect(nested.body.map((x: any) => x.id), `_where ${query}`).toEqual(expected)
        }
      }
    })

    it('are sorted by every declared field both ways, missing values last, and paged by cursor in that order', async () => {
      const rows = await allRows(r)
      const order = new Intl.Collator('und')
      for (const [name, field] of Object.entries(r.fields)) {
        if (!field.sort) { expect((await world.as('admin').get(at(r, `?_sort=${name}`))).body.code, name).toBe('field_not_filterable'); continue }
        for (const direction of ['asc', 'desc'] as const) {
          const way = direction === 'asc' ? 1 : -1
          const expected = rows.toSorted((a, b) => {
            const x = comparable(a[name], field), y = comparable(b[name], field)
            const ids = (a.id < b.id ? -1 : 1) * way
            if (x === null || y === null) return x === y ? ids : x === null ? 1 : -1
            const c = typeof x === 'string' && ['text', 'email'].includes(field.type) ? order.compare(x, y) : x < y ? -1 : x > y ? 1 : 0
            return c ? c * way : ids
          }).map(row => row.id)
          const query = `_sort=${name}&_order=${direction}`
          expect((await world.as('admin').get(at(r, `?${query}${early(r)}`))).body.map((x: any) => x.id), query).toEqual(expected)
          const paged: string[] = []
          for (let cursor = ''; ;) {
            const answer: Answer = await world.as('admin').get(at(r, `?${query}${early(r)}&_start=0&_end=2${cursor && `&_after=${cursor}`}`))
            expect(answer.status, answer.text).toBe(200)
            paged.push(...answer.body.map((x: any) => x.id))
            cursor = answer.headers.get('x-next-cursor') ?? ''
            if (!cursor) break
          }
          expect(paged, `paged ${query}`).toEqual(expected)
        }
      }
    })

    it('have scope tabs whose counts are the sizes of their lists, for every reader', async () => {
      for (const role of readers(r.name)) {
        const { body } = await world.as(role).get(at(r, '/summary'))
        const { body: meta } = await world.as(role).get('/v1/admin/meta')
        const views = meta.resources.find((x: any) => x.name === r.name).list.views
        expect(Object.keys(body.views), role).toEqual(['all', ...Object.keys(views)])
        if (role === 'admin') expect(Object.keys(views)).toEqual(Object.keys(r.list.views ?? {}))
        for (const [name, view] of Object.entries<any>(views)) {
          const query = new URLSearchParams(Object.entries(view.filter).flatMap(([k, v]) => (Array.isArray(v) ? v : [v]).map(x => [k, String(x)])))
          const list = await world.as(role).get(at(r, `?${query}`))
          expect(list.status, `${role} ${name}`).toBe(200)
          expect(list.headers.get('x-total-count'), `${role} ${name}`).toBe(String(body.views[name]))
        }
      }
    })

    it('are files too, row by row as the list', async () => {
      const { body } = await world.as('admin').get(at(r, '?_sort=id&_order=asc'))
      const { text } = await world.as('admin').get(at(r, '/export.csv?_sort=id&_order=asc'))
      const lines = parseCsv(text)
      const { body: again } = await world.as('admin').get(at(r, '?_sort=id&_order=asc'))
      expect(r.name === 'audit-log' || lines.length - 1 === again.length).toBe(true)
      expect(lines.slice(1, body.length + 1).map(l => l[0])).toEqual(body.map((x: any) => x.id))
      for (const line of lines) expect(line).toHaveLength(lines[0]!.length)
    })
  })

  it('answer a hidden field exactly as one that does not exist: AZ-07 in filters, AZ-08 in sorts', async () => {
    for (const [name, byRole] of Object.entries(hidden)) for (const [role, fields] of Object.entries(byRole)) for (const field of fields ?? []) {
      const me = world.as(role), same = (a: Answer) => ({ status: a.status, code: a.body.code, message: String(a.body.message).replaceAll(field, 'f').replaceAll('nowhere', 'f') })
      const ops = ['', '_gte', '_lte', '_ne', '_in', '_null', '_like', '_between']
      for (const op of ops) expect(same(await me.get(`/v1/admin/${name}?${field}${op}=1`)), `${role} ${field}${op}`).toMatchObject({ status: 400, code: 'field_not_filterable' })
      expect(same(await me.get(`/v1/admin/${name}?${field}_gte=1`))).toEqual(same(await me.get(`/v1/admin/${name}?nowhere_gte=1`)))
      const where = (f: string) => `/v1/admin/${name}?_where=${encodeURIComponent(JSON.stringify({ or: [{ and: [{ field: f, op: 'eq', value: 1 }] }] }))}`
      expect(same(await me.get(where(field)))).toEqual(same(await me.get(where('nowhere'))))
      expect(same(await me.get(where(field)))).toMatchObject({ status: 400, code: 'field_not_filterable' })
      for (const sort of [field, `id,${field}`]) for (const order of ['asc', 'desc']) {
        const full = sort.includes(',') ? `asc,${order}` : order
        expect(same(await me.get(`/v1/admin/${name}?_sort=${sort}&_order=${full}`)), `${role} sort ${field}`).toMatchObject({ status: 400, code: 'field_not_filterable' })
      }
      expect((await me.get(`/v1/admin/${name}/export.csv?${field}_null=false`)).status).toBe(400)
      expect((await me.get(`/v1/admin/${name}/summary?${field}_null=false`)).status).toBe(400)
    }
    for (const order of ['(select 1)', 'ASC;', 'asc nulls first', '']) expect((await world.as('admin').get(`/v1/admin/customers?_sort=name&_order=${encodeURIComponent(order)}`)).status, order).toBe(400)
    for (const sort of ['name, mrr desc', 'name;', 'name)', '']) expect((await world.as('admin').get(`/v1/admin/customers?_sort=${encodeURIComponent(sort)}&_order=asc`)).status, sort).toBe(400)
  })

  it('do not look through a relation at what may not be read', async () => {
    expect((await world.as('admin').get('/v1/admin/invoices?customer.status=active')).status).toBe(200)
    expect((await world.as('admin').get('/v1/admin/tickets?customer.mrr=10')).body.code).toBe('field_not_filterable')
    expect((await world.as('success').get('/v1/admin/tickets?customer.plan=x')).status).toBe(200)
    expect((await world.as('success').get('/v1/admin/subscriptions?customer.email=x')).body.code).toBe('field_not_filterable')
    expect((await world.as('finance').get('/v1/admin/mrr-movements?customer.status_in=lead&customer.status_in=active')).status).toBe(200)
  })

  it('find nothing by the value of a hidden field: AZ-10', async () => {
    const secret = `zq${newId().slice(-8)}`
    await sql`update customers set email = ${`${secret}@example.test`} where id = ${ids.customers![0]}`.execute(world.db)
    expect((await world.as('support').get(`/v1/admin/customers?q=${secret}`)).body).toHaveLength(1)
    expect((await world.as('marketing').get(`/v1/admin/customers?q=${secret}`)).body).toHaveLength(0)
    expect((await world.as('marketing').get(`/v1/admin/customers/export.csv?q=${secret}`)).text.trim().split('\r\n')).toHaveLength(1)
  })

  it('refuse parameters they do not know: AZ-12', async () => {
    for (const r of resources) for (const key of ['where[password][startsWith]', 'filters', 'populate', 'include', 'select', 'expand', '$where', '__proto__', 'constructor', '_limit', 'mrr[gte]'])
      expect((await world.as('admin').get(at(r, `?${encodeURIComponent(key)}=a`))).body.code, `${r.name} ${key}`).toMatch(/unknown_parameter|field_not_filterable/)
    expect((await world.as('admin').get('/v1/admin/customers?fields=*')).body.code).toBe('unknown_parameter')
    expect((await world.as('admin').get(`/v1/admin/customers/${ids.customers![0]}?include=users`)).body.code).toBe('unknown_parameter')
  })

  it('are bounded: IE-07', async () => {
    for (const query of ['_end=10000000', '_start=-1', '_start=10&_end=5', '_start=1000000000&_end=1000000010', '_start=NaN', '_end=1e3', '_start=0&_start=1', `_after=${'x'.repeat(50)}`,
      `status_in=${Array(201).fill('active').join('&status_in=')}`, `name_like=${'a'.repeat(501)}`, `q=${'a'.repeat(501)}`, `_where=${encodeURIComponent(JSON.stringify({ and: [{ and: [{ and: [{ and: [] }] }] }] }))}`,
      `_where=${encodeURIComponent(JSON.stringify({ or: Array(51).fill({ field: 'name', op: 'eq', value: 'a' }) }))}`, `id=${Array(201).fill(newId()).join('&id=')}`])
      expect((await world.as('admin').get(`/v1/admin/customers?${query}`)).status, query.slice(0, 60)).toBe(400)
    expect((await world.as('admin').get(`/v1/admin/customers?name_like=${encodeURIComponent('%a%b%c%_%'.repeat(40))}`)).status).toBe(200)
  })

  it('answer any value of any field with rows or a worded 400, never an error of ours: IN-10', async () => {
    const nasty = fc.oneof(fc.string({ maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 20 }), fc.double().map(String), fc.bigInt().map(String),
      fc.constantFrom('\u0000', '\ud800', 'NaN', 'Infinity', '-0', '1e400', '9'.repeat(400), '{"a":1}', '[]', 'null', 'true', "' or 1=1 --", '$me', '$now', '$now+9999d', '$now-9999h', '2026-02-30', '0000-00-00', '2026-01-01T99:00:00Z', '../..', '%', '_', '\\', "\\'"))
    const targets = resources.flatMap(r => Object.keys(r.fields).map(f => [r, f] as const))
    await fc.assert(fc.asyncProperty(fc.constantFrom(...targets), fc.constantFrom('', ...every.slice(1).map(o => `_${o}`)), fc.array(nasty, { minLength: 1, maxLength: 3 }), async ([r, name], op, values) => {
      const query = values.map(v => `${name}${op}=${encodeURIComponent(v.toWellFormed())}`).join('&')
      const answer = await world.as('admin').get(at(r, `?${query}`))
      expect([200, 400], `${r.name}?${query} ${answer.text}`).toContain(answer.status)
      if (answer.status === 400) expect(answer.body).toMatchObject({ message: expect.any(String), code: expect.any(String), requestId: expect.any(String) })
    }), { numRuns: 1_500 })
  })
})

describe('writes', () => {
  const own = (name: string) => resources.find(r => r.name === name)!
  const writable = ['customers', 'users', 'tickets', 'notes', 'fx-rates', 'write-keys']

  it.each(writable)('of %s are made against the version that was seen: CC-01', async name => {
    const r = own(name), admin = world.as('admin'), id = ids[name]![1]!
    const seen = await admin.get(at(r, `/${id}`))
    const tag = seen.headers.get('etag')!
    expect(tag).toBe(`"v${seen.body.version}"`)
    const { update } = bodies[name]!
    expect((await admin.patch(at(r, `/${id}`), update)).status).toBe(428)
    const key = Object.keys(update)[0]!
    const value = Array.isArray(update[key]) ? ['by A'] : key === 'priority' ? 'urgent' : 'by A'
    const first = await admin.patch(at(r, `/${id}`), { [key]: value }, { 'if-match': tag })
    expect(first.status, first.text).toBe(200)
    expect(first.body.version).toBe(seen.body.version + 1)
    const second = await world.as('admin2').patch(at(r, `/${id}`), { [key]: Array.isArray(value) ? ['by B'] : key === 'priority' ? 'low' : 'by B' }, { 'if-match': tag })
    expect(second.status).toBe(412)
    expect(second.body.current[key]).toEqual(value)
    expect((await admin.get(at(r, `/${id}`))).body[key]).toEqual(value)
    const { body: history } = await admin.get(at(r, `/${id}/history`))
    expect(history[0]).toMatchObject({ act: 'update', actor: { name: 'Admin Person' }, changes: { [key]: { after: value } } })
  })

  it.each(writable.filter(n => own(n).softDelete))('of %s do not bring back what was deleted: CC-02', async name => {
    const r = own(name), admin = world.as('admin')
    const { body: row } = await admin.post(at(r), bodies[name]!.create(ids))
    expect((await admin.delete(at(r, `/${row.id}`), { 'if-match': '"v9"' })).status).toBe(412)
    expect((await admin.delete(at(r, `/${row.id}`), { 'if-match': `"v${row.version}"` })).status).toBe(200)
    expect((await admin.patch(at(r, `/${row.id}`), bodies[name]!.update, { 'if-match': `"v${row.version}"` })).status).toBe(404)
    expect((await admin.get(at(r))).body.some((x: any) => x.id === row.id)).toBe(false)
    expect((await admin.get(at(r, '/export.csv'))).text).not.toContain(row.id)
    expect((await admin.delete(at(r, `/${row.id}`))).status).toBe(404)
    expect((await admin.post(at(r, `/${row.id}/restore`))).status).toBe(200)
    expect((await admin.get(at(r, `/${row.id}/history`))).body.map((e: any) => e.act)).toEqual(['restore', 'delete', 'create'])
  })

  it('take no key that is not a field this person may write, and then write nothing: AZ-13', async () => {
    const id = ids.customers![0]!, admin = world.as('admin')
    const before = (await admin.get(`/v1/admin/customers/${id}`)).body
    for (const more of [{ mrr: 0 }, { createdAt: '2020-01-01T00:00:00Z' }, { deletedAt: null }, { version: 999 }, { role: 'admin' }, { tenantId: 'x' }, { id: newId() }, { status: 'active' }, { access: 'suspended' }]) {
      const answer = await world.as('success').patch(`/v1/admin/customers/${id}`, { name: 'x', ...more }, { 'if-match': '*' })
      expect(answer.status, JSON.stringify(more)).toBe(400)
      expect(Object.keys(answer.body.errors)).toEqual(Object.keys(more))
    }
    for (const body of ['{"__proto__":{"name":"x"}}', '{"constructor":{"a":1}}', '[1]', 'null', '"x"', '{"name":', `{"name":${'['.repeat(10_000)}${']'.repeat(10_000)}}`])
      expect((await admin.patch(`/v1/admin/customers/${id}`, body, { 'if-match': '*' })).status, body.slice(0, 40)).toBe(400)
    expect((await admin.get(`/v1/admin/customers/${id}`)).body).toEqual(before)
  })

  it('on many rows at once name each one, and what may not be touched looks as if it were not there: AZ-03, AZ-26', async () => {
    const id = newId()
    await sql`insert into staff (id, name, email, role, row_scope) values (${id}, 'Csm', 'csm@example.test', 'success', 'own')`.execute(world.db)
    await sql`update customers set owner_id = ${id} where id = ${ids.customers![0]}`.execute(world.db)
    const me = caller(world.app, await session(world.services, id))
    const mine = ids.customers![0]!, theirs = ids.customers![1]!, nobody = newId()
    const before = (await world.as('admin').get(`/v1/admin/customers/${theirs}`)).body
    const { body, status } = await me.post('/v1/admin/customers/bulk/tagging', { ids: [mine, theirs, nobody, mine], input: { tags: ['bulk'] } })
    expect(status).toBe(200)
    expect(body).toMatchObject({ total: 3, done: 1, failed: 2 })
    expect(body.results).toEqual([{ id: mine, outcome: 'done' }, { id: theirs, outcome: 'failed', reason: 'not_found' }, { id: nobody, outcome: 'failed', reason: 'not_found' }])
    expect((await world.as('admin').get(`/v1/admin/customers/${theirs}`)).body).toEqual(before)
    expect((await me.post('/v1/admin/customers/bulk/tagging', { ids: Array.from({ length: 10_001 }, newId), input: { tags: ['x'] } })).status).toBe(422)
    expect((await me.post('/v1/admin/customers/bulk/tagging', { ids: [[mine]], input: { tags: ['x'] } })).status).toBe(400)
  })

  it('do not tell whether a hidden record exists: AZ-27', async () => {
    const id = newId()
    await sql`insert into staff (id, name, email, role, row_scope) values (${id}, 'Narrow', 'narrow@example.test', 'support', 'own')`.execute(world.db)
    const me = caller(world.app, await session(world.services, id))
    const same = async (a: string, b: string, call: (id: string) => Promise<Answer>) => {
      const strip = ({ status, body }: Answer, given: string) => ({ status, body: JSON.parse(JSON.stringify({ ...body, requestId: '' }).replaceAll(given, 'ID')) })
      expect(strip(await call(a), a)).toEqual(strip(await call(b), b))
    }
    const foreign = ids.customers![1]!, none = newId()
    await same(foreign, none, x => me.get(`/v1/admin/customers/${x}`))
    await same(foreign, none, x => me.patch(`/v1/admin/customers/${x}`, { name: 'x' }, { 'if-match': '*' }))
    await same(foreign, none, x => me.post('/v1/admin/tickets', { subject: 'x', body: 'x', customerId: x }))
    await same(foreign, none, x => me.post('/v1/admin/notes', { body: 'x', customerId: x }))
    await same(foreign, none, x => me.get(`/v1/admin/customers/${x}/timeline`))
    await same(foreign, none, x => me.get(`/v1/admin/tickets?customerId=${x}`))
  })

  it('keep the history of a row, cut to the fields of who reads it', async () => {
    const { body: row } = await world.as('admin').post('/v1/admin/customers', { name: 'Told', email: 'told@example.test', ownerId: world.staff.success!.id, tags: ['a'] })
    await world.as('success').patch(`/v1/admin/customers/${row.id}`, { name: 'Told again', ownerId: null }, { 'if-match': '"v1"' })
    expect(Object.keys((await world.as('auditor').get(`/v1/admin/customers/${row.id}/history`)).body[0].changes).toSorted()).toEqual(['name', 'ownerId'])
    const marketing = (await world.as('marketing').get(`/v1/admin/customers/${row.id}/history`)).body
    expect(marketing.map((e: any) => Object.keys(e.changes).toSorted())).toEqual([['name'], ['name', 'tags']])
    expect(JSON.stringify(marketing)).not.toMatch(/told@example|ownerId/)
  })

  it('read values strictly: each wrong type is 400 with its field, each broken rule 422', async () => {
    const admin = world.as('admin'), post = (name: string, body: object) => admin.post(`/v1/admin/${name}`, { ...bodies[name]!.create(ids), ...body })
    for (const [name, body, status] of [
      ['customers', { name: 5 }, 400], ['customers', { name: '' }, 422], ['customers', { name: 'x'.repeat(201) }, 422], ['customers', { name: 'a\u0000b' }, 400], ['customers', { tags: 'x' }, 400], ['customers', { tags: ['a,b'] }, 422], ['customers', { email: 'no address' }, 422],
      ['customers', { ownerId: 'x' }, 400], ['customers', { ownerId: newId() }, 422], ['tickets', { status: 'gone' }, 422], ['tickets', { priority: 1 }, 400], ['tickets', { dueAt: 'soon' }, 400], ['tickets', { dueAt: '2026-02-30T00:00:00Z' }, 400],
      ['notes', { pinned: 'yes' }, 400], ['notes', { body: '' }, 422], ['fx-rates', { rate: 1.1 }, 400], ['fx-rates', { rate: '0' }, 422], ['fx-rates', { rate: '-1' }, 422], ['fx-rates', { from: 'EUR' }, 422], ['fx-rates', { from: 'usd' }, 422], ['fx-rates', { date: '2026-13-01' }, 400],
    ] as const) {
      const answer = await post(name, body)
      expect(answer.status, `${name} ${JSON.stringify(body)} ${answer.text}`).toBe(status)
      expect(Object.keys(answer.body.errors)).toEqual([Object.keys(body)[0] === 'from' && (body as any).from === 'usd' ? 'to' : Object.keys(body)[0]])
    }
    const rate = bodies['fx-rates']!.create(ids)
    expect((await admin.post('/v1/admin/fx-rates', rate)).status).toBe(201)
    const again = await admin.post('/v1/admin/fx-rates', rate)
    expect(again.status).toBe(422)
    expect(again.body.message).toBe('Another exchange rate already has this in force from, from, to.')
  })

  it('give markup back as the text it is, never as a page: IN-03', async () => {
    const nasty = ['<script>window.__xss=1</script>', '<img src=x onerror=alert(1)>', 'javascript:alert(1)', '</script><svg onload=alert(1)>', '{{7*7}}${7*7}', '"><b>']
    for (const text of nasty) {
      const { body } = await world.as('admin').post('/v1/admin/customers', { name: text, tags: ['<i>'] })
      const ticket = (await world.as('admin').post('/v1/admin/tickets', { subject: text, body: text, customerId: body.id })).body
      for (const path of [`customers/${body.id}`, `customers?id=${body.id}`, `customers/${body.id}/history`, `customers/${body.id}/timeline`, `tickets/${ticket.id}`]) {
        const answer = await world.as('admin').get(`/v1/admin/${path}`)
        expect(answer.headers.get('content-type'), path).toContain('application/json')
        expect(answer.headers.get('x-content-type-options'), path).toBe('nosniff')
        expect(answer.headers.get('content-security-policy'), path).toContain("default-src 'none'")
        expect(JSON.stringify(answer.body), path).toContain(JSON.stringify(text).slice(1, -1))
      }
      expect((await world.as('admin').get(`/v1/admin/customers?${encodeURIComponent(text)}=1`)).headers.get('content-type')).toContain('application/json')
    }
    expect((await world.as('admin').get('/v1/admin/customers/export.csv')).headers.get('content-disposition')).toContain('attachment')
  })

  it('make cells of a file harmless and bring them back: IN-07', async () => {
    const names = ['=1+1', '+49 30 1', '-5.00', '@SUM(A1)', '\tTab', '＝1+1', 'a "quoted", comma', "'apostrophe", 'line']
    for (const name of names) expect((await world.as('admin').post('/v1/admin/tickets', { subject: 'csv', body: name })).status).toBe(201)
    const { text } = await world.as('support').get('/v1/admin/tickets/export.csv?subject=csv&_sort=number&_order=asc')
    const lines = parseCsv(text), column = lines[0]!.indexOf('body'), number = lines[0]!.indexOf('number')
    const cells = lines.slice(1).map(l => l[column]!)
    expect(cells).toEqual(names.map(n => /^[=+@\t\r-]/.test(n) ? `'${n}` : n))
    expect(lines.slice(1).every(l => /^\d+$/.test(l[number]!))).toBe(true)
    const money = (await world.as('admin').get('/v1/admin/mrr-movements/export.csv')).text
    expect(money).toMatch(/,10,/)
  })
})

/** RFC 4180, strictly. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = [], cell = '', quoted = false
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    if (quoted) { if (c === '"' && text[i + 1] === '"') { cell += '"'; i++ } else if (c === '"') quoted = false; else cell += c; continue }
    if (c === '"') quoted = true
    else if (c === ',') { row.push(cell); cell = '' }
    else if (c === '\r' && text[i + 1] === '\n') { row.push(cell); rows.push(row); row = []; cell = ''; i++ }
    else cell += c
  }
  expect(quoted || cell !== '' || row.length > 0).toBe(false)
  return rows
}
