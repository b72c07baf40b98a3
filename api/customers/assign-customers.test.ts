import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type World } from '../../tests/support/world.ts'
import { newId } from '../engine/ids.ts'

let world: World
const ids = [newId(), newId(), newId()]
beforeAll(async () => {
  world = await createWorld()
  for (const [i, id] of ids.entries()) await sql`insert into customers (id, name, owner_id) values (${id}, ${`Customer ${i}`}, ${i === 0 ? world.staff.admin!.id : i === 1 ? world.staff.support!.id : null})`.execute(world.db)
})
afterAll(() => world.close())

const owners = async () => Object.fromEntries((await sql<{ id: string; owner_id: string | null }>`select id, owner_id from customers`.execute(world.db)).rows.map(r => [r.id, r.owner_id]))

test('owners are given to many at once, those who had it are left out, and each is taken back to whose it was', async () => {
  const before = await owners(), to = world.staff.support!.id
  const { status, body } = await world.as('success').post('/v1/admin/customers/bulk/assignment', { ids, input: { ownerId: to } })
  expect([status, body.done, body.skipped]).toEqual([200, 2, 1])
  expect(await owners()).toEqual(Object.fromEntries(ids.map(id => [id, to])))
  expect((await world.as('success').delete(`/v1/admin/operations/${body.id}`)).status).toBe(200)
  expect(await owners()).toEqual(before)
})

test('an owner must be an active colleague, nobody is one too, and roles without the act are refused', async () => {
  const give = (role: string, ownerId: unknown) => world.as(role).post(`/v1/admin/customers/${ids[0]}/actions/assignment`, { input: { ownerId } })
  expect([(await give('success', newId())).status, (await give('success', 'x')).status, (await give('admin', null)).body.done]).toEqual([422, 400, 1])
  for (const role of ['finance', 'support', 'marketing', 'compliance', 'auditor']) expect([role, (await give(role, world.staff.admin!.id)).status]).toEqual([role, 403])
})
