import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { statementsOf } from '../../tests/support/statements.ts'
import { caller, createWorld, session, type World } from '../../tests/support/world.ts'
import { newId } from '../engine/ids.ts'

let world: World
beforeAll(async () => {
  world = await createWorld({ env: { BOOK_TIME_ZONE: 'Pacific/Auckland' } })
  for (const [name, ago, owner] of [['Today', 0, null], ['Also today', 0, world.staff.success!.id], ['Ten days ago', 10, null], ['Long ago', 400, null]] as const)
    await sql`insert into customers (id, name, owner_id, created_at) values (${newId()}, ${name}, ${owner}, now() - ${ago} * interval '1 day')`.execute(world.db)
  await sql`insert into customers (id, name, deleted_at) values (${newId()}, 'Deleted', now())`.execute(world.db)
  const { rows: [customer] } = await sql<{ id: string }>`select id from customers where name = 'Also today'`.execute(world.db)
  for (const [name, hours, of] of [['Now', 1, customer!.id], ['Yesterday', 40, null], ['This month', 20 * 24, null], ['Gone', 90 * 24, null]] as const)
    await sql`insert into users (id, name, customer_id, last_seen_at) values (${newId()}, ${name}, ${of}, now() - ${hours} * interval '1 hour')`.execute(world.db)
})
afterAll(() => world.close())

test('customers added are counted by day of the book, thirty days of them, and agree with the list', async () => {
  const { status, body } = await world.as('admin').get('/v1/admin/home/customer-growth')
  expect([status, body.days.length, body.days[0].day, body.added, body.total]).toEqual([200, 30, body.from, 3, 4])
  expect(body.days.reduce((sum: number, d: { added: number }) => sum + d.added, 0)).toBe(3)
  expect(body.days.at(-1)).toMatchObject({ day: new Intl.DateTimeFormat('en-CA', { timeZone: 'Pacific/Auckland' }).format(new Date()), added: 2 })
  expect((await world.as('admin').get('/v1/admin/customers?_end=1')).headers.get('x-total-count')).toBe('4')
})

test('active users are counted within a day, a week and a month', async () => {
  expect((await world.as('admin').get('/v1/admin/home/active-users')).body).toEqual({ day: 1, week: 2, month: 3, total: 4 })
})

test('each figure is for those who may read what it counts, over the rows they may see', async () => {
  const status = async (name: string) => Promise.all(['admin', 'finance', 'success', 'support', 'marketing', 'compliance', 'auditor'].map(async role => (await world.as(role).get(`/v1/admin/home/${name}`)).status))
  expect(await status('customer-growth')).toEqual([200, 200, 200, 200, 200, 200, 200])
  expect(await status('active-users')).toEqual([200, 200, 200, 200, 403, 200, 200])
  await sql`update staff set row_scope = 'own' where id = ${world.staff.success!.id}`.execute(world.db)
  const scoped = caller(world.app, await session(world.services, world.staff.success!.id))
  expect([(await scoped.get('/v1/admin/home/customer-growth')).body.total, (await scoped.get('/v1/admin/home/active-users')).body]).toEqual([1, { day: 1, week: 1, month: 1, total: 1 }])
  expect((await caller(world.app, '').get('/v1/admin/home/active-users')).status).toBe(401)
  expect((await world.as('admin').get('/v1/admin/home/active-users?role=x')).status).toBe(400)
})

test('a figure takes at most two statements beside the session', async () => {
  for (const name of ['customer-growth', 'active-users']) {
    const { statements } = await statementsOf(world, () => world.as('admin').get(`/v1/admin/home/${name}`))
    expect(statements.length, name).toBeLessThanOrEqual(3)
  }
})
