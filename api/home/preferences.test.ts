import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { preferenceLimits } from '../../resources/engine/preferences.ts'
import { roles } from '../../resources/roles.ts'
import { caller, createWorld, type World } from '../../tests/support/world.ts'

let world: World
beforeAll(async () => { world = await createWorld() })
afterAll(() => world.close())

const at = (key = '') => `/v1/admin/preferences${key && `/${key}`}`
const display = { zone: 'Europe/Paris', density: 'compact', landing: '/customers?status=active' }

test('people of every role keep their own settings, and see nobody else’s', async () => {
  for (const role of Object.keys(roles)) {
    const me = world.as(role)
    expect([role, (await me.get(at('display'))).body]).toEqual([role, { key: 'display', value: null }])
    const put = await me.put(at('display'), { value: { ...display, landing: `/${role}` } })
    expect([role, put.status, put.body.value.landing]).toEqual([role, 200, `/${role}`])
    expect([role, (await me.get(at())).body]).toEqual([role, { display: { ...display, landing: `/${role}` } }])
    expect([role, (await me.get('/v1/admin/meta')).body.me.display.landing]).toEqual([role, `/${role}`])
  }
  expect((await world.as('admin2').get(at())).body).toEqual({})
  expect((await world.as('admin2').get('/v1/admin/meta')).body.me.display).toEqual({ zone: null, density: 'default', landing: '/' })
  const nobody = caller(world.app, '')
  expect([(await nobody.get(at())).status, (await nobody.put(at('display'), { value: display })).status]).toEqual([401, 401])
})

test('null forgets a setting, and another value replaces it', async () => {
  const me = world.as('finance2')
  await me.put(at('home'), { value: { widgets: [{ name: 'revenue' }] } })
  await me.put(at('home'), { value: { widgets: [{ name: 'revenue', wide: true }, { name: 'tickets' }] } })
  expect((await me.get(at('home'))).body.value).toEqual({ widgets: [{ name: 'revenue', wide: true }, { name: 'tickets' }] })
  await me.put(at('home'), { value: null })
  expect((await me.get(at())).body).toEqual({})
})

test('names that are not declared, and resources one may not read, hold nothing', async () => {
  const support = world.as('support')
  for (const key of ['nope', 'columns', 'columns.', 'columns.nothing', 'columns.invoices', 'columns.Customers', 'constructor', '__proto__', 'toString', 'display.customers', 'home.x', 'columns.customers.x']) {
    expect([key, (await support.get(at(encodeURIComponent(key)))).status, (await support.put(at(encodeURIComponent(key)), { value: {} })).status]).toEqual([key, 404, 404])
  }
  for (const key of ['columns.customers', 'mapping.tickets', 'list.users']) expect([key, (await support.put(at(key), { value: { order: ['name'] } })).status]).toEqual([key, 200])
})

test('a wrong value is refused in words and changes nothing', async () => {
  const me = world.as('success')
  await me.put(at('display'), { value: display })
  const wrong: [string, unknown, number][] = [
    ['display', { zone: 'Mars/Olympus' }, 422], ['display', { zone: 5 }, 422], ['display', { density: 'huge' }, 422], ['display', { more: 1 }, 422], ['display', [], 422], ['display', 'x', 422],
    ['display', { landing: '//evil.test' }, 422], ['display', { landing: 'https://evil.test' }, 422], ['display', { landing: '/\\evil.test' }, 422], ['display', { landing: '/x#y' }, 422], ['display', { landing: 'javascript:1' }, 422],
    ['home', { widgets: [{ name: 'a' }, { name: 'a' }] }, 422], ['home', { widgets: Array.from({ length: 25 }, (_, i) => ({ name: `w${i}` })) }, 422], ['home', { widgets: [{ name: 'A b' }] }, 422], ['home', { widgets: [{ name: 'a', x: 1 }] }, 422], ['home', {}, 422],
    ['columns.customers', [], 422], ['columns.customers', { a: 'x'.repeat(preferenceLimits.bytes) }, 413], ['columns.customers', { a: 'b\u0000c' }, 400],
  ]
  for (const [key, value, status] of wrong) {
    const answer = await me.put(at(key), { value })
    expect([key, JSON.stringify(value).slice(0, 80), answer.status, answer.body.message?.length > 5]).toEqual([key, JSON.stringify(value).slice(0, 80), status, true])
  }
  expect([(await me.put(at('display'), {})).status, (await me.put(at('display'), { value: display, more: 1 })).status, (await me.put(at('display'), [])).status]).toEqual([400, 400, 400])
  expect((await me.get(at())).body).toEqual({ display })
})

test('the number of settings is bounded, and those there are can still be changed', async () => {
  const id = world.staff.auditor!.id
  await sql`insert into staff_preferences (staff_id, key, value) select ${id}, 'columns.x' || i, '{}' from generate_series(1, ${preferenceLimits.keys}) i on conflict do nothing`.execute(world.db)
  const me = world.as('auditor')
  expect((await me.put(at('columns.customers'), { value: {} })).status).toBe(422)
  expect((await me.put(at('display'), { value: display })).status).toBe(200)
})
