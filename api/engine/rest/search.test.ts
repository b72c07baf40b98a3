import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { roles } from '../../../resources/roles.ts'
import { statementsOf } from '../../../tests/support/statements.ts'
import { caller, createWorld, session, type World } from '../../../tests/support/world.ts'
import { newId } from '../ids.ts'
import { searchLimits, type Found } from './search.ts'

let world: World
let customer = ''
const find = async (role: string, q: string): Promise<Found[]> => {
  const answer = await world.as(role).get(`/v1/admin/search?q=${encodeURIComponent(q)}`)
  if (answer.status !== 200) throw new Error(`${role} ${q}: ${answer.text}`)
  return answer.body
}
const of = (found: Found[], resource: string) => found.filter(f => f.resource === resource).map(f => f.title)

beforeAll(async () => {
  world = await createWorld()
  customer = newId()
  await sql`insert into customers (id, name, email, domain, owner_id) values (${customer}, 'Quiverfield 100% R&D', 'pay@hidden-quiver.example', 'quiverfield.example', ${world.staff.success!.id})`.execute(world.db)
  await sql`insert into customers (id, name) select gen_random_uuid(), 'Old Quiverfield ' || i from generate_series(1, 30) i`.execute(world.db)
  await sql`insert into customers (id, name, deleted_at) values (${newId()}, 'Quiverfield removed', now())`.execute(world.db)
  await sql`insert into users (id, name, email, customer_id) values (${newId()}, 'Ida Quiverfield', 'ida@quiverfield.example', ${customer})`.execute(world.db)
  await sql`insert into tickets (id, subject, body, customer_id) values (${newId()}, 'Quiverfield cannot sign in', 'Body', ${customer})`.execute(world.db)
})
afterAll(() => world.close())

describe('the search over everything', () => {
  it('finds rows of every role’s resources and of no others', async () => {
    const expected: Record<string, string[]> = {
      admin: ['customers', 'tickets', 'users'], finance: ['customers', 'users'], success: ['customers', 'tickets', 'users'], support: ['customers', 'tickets', 'users'],
      marketing: ['customers'], compliance: ['customers', 'users'], auditor: ['customers', 'users'],
    }
    expect(Object.keys(expected).toSorted()).toEqual(Object.keys(roles).toSorted())
    for (const [role, names] of Object.entries(expected)) expect([role, [...new Set((await find(role, 'quiverfield')).map(f => f.resource))].toSorted()]).toEqual([role, names])
    expect((await caller(world.app, '').get('/v1/admin/search?q=quiverfield')).status).toBe(401)
  })

  it('answers resource, id, title and second line, what begins with the words first, and few of each', async () => {
    const found = await find('admin', 'quiverfield')
    expect(found[0]).toEqual({ resource: 'customers', id: customer, title: 'Quiverfield 100% R&D', subtitle: 'quiverfield.example' })
    expect(of(found, 'customers')).toHaveLength(searchLimits.each)
    expect(of(found, 'customers')).not.toContain('Quiverfield removed')
    expect(of(await find('admin', 'OLD quiverfield 17'), 'customers')).toEqual(['Old Quiverfield 17'])
    expect(of(await find('admin', 'Person'), 'staff')).toHaveLength(searchLimits.each)
  })

  it('never matches by a field one may not read, nor shows it', async () => {
    expect(of(await find('admin', 'hidden-quiver'), 'customers')).toEqual(['Quiverfield 100% R&D'])
    expect(await find('marketing', 'hidden-quiver')).toEqual([])
    expect((await find('marketing', 'quiverfield'))[0]).toEqual({ resource: 'customers', id: customer, title: 'Quiverfield 100% R&D', subtitle: null })
  })

  it('stays within a person’s own accounts', async () => {
    const id = newId()
    await sql`insert into staff (id, name, email, role, row_scope, two_factor_enabled) values (${id}, 'Scoped', 'scoped@example.test', 'success', 'own', true)`.execute(world.db)
    const me = caller(world.app, await session(world.services, id))
    expect((await me.get('/v1/admin/search?q=quiverfield')).body).toEqual([])
    await sql`update customers set owner_id = ${id} where id = ${customer}`.execute(world.db)
    expect([...new Set((await me.get('/v1/admin/search?q=quiverfield')).body.map((f: Found) => f.title))].toSorted()).toEqual(['Ida Quiverfield', 'Quiverfield 100% R&D', 'Quiverfield cannot sign in'])
  })

  it('takes signs as they are, short words as beginnings, and an id as the row itself', async () => {
    expect(of(await find('admin', '100% r&d'), 'customers')).toEqual(['Quiverfield 100% R&D'])
    expect(of(await find('admin', '100_ R'), 'customers')).toEqual([])
    expect(of(await find('admin', 'qu'), 'customers')).toEqual(['Quiverfield 100% R&D'])
    expect(of(await find('admin', 'ie'), 'customers')).toEqual([])
    expect(of(await find('admin', customer), 'customers')).toEqual(['Quiverfield 100% R&D'])
    expect(await find('admin', '   ')).toEqual([])
    for (const q of ['\'; drop table customers; --', '\\', '%', '_', '"', '😀', 'ﷺ']) expect(await find('admin', q)).toBeInstanceOf(Array)
  })

  it('finds saved views, one’s own and shared ones', async () => {
    await world.as('finance').post('/v1/admin/saved-views', { name: 'Zebra mine', resource: 'customers' })
    await world.as('finance').post('/v1/admin/saved-views', { name: 'Zebra for all', resource: 'customers', share: 'all' })
    expect(of(await find('finance', 'zebra'), 'saved-views').toSorted()).toEqual(['Zebra for all', 'Zebra mine'])
    expect(of(await find('support', 'zebra'), 'saved-views')).toEqual(['Zebra for all'])
  })

  it('refuses what is no search', async () => {
    for (const query of ['', '?', '?q=a&q=b', '?q=a&x=1', `?q=${'x'.repeat(501)}`, '?q=a%00b', '?_q=a']) expect([query, (await world.as('admin').get(`/v1/admin/search${query}`)).status]).toEqual([query, 400])
  })

  it('takes one statement', async () => {
    const { statements } = await statementsOf(world, () => world.as('admin').get('/v1/admin/search?q=quiverfield'))
    expect(statements.filter(s => s.text.includes('ilike'))).toHaveLength(1)
  })
})
