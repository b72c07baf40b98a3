import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWorld, type World } from '../../../tests/support/world.ts'
import { roles } from '../../../resources/roles.ts'
import { resources } from '../../../resources/index.ts'

let world: World
beforeAll(async () => { world = await createWorld() })
afterAll(() => world.close())

const of = async (role: string): Promise<any> => (await world.as(role).get('/v1/admin/openapi.json')).body
/** Every object of a tree. */
function* nodes(tree: unknown): Generator<Record<string, any>> {
  if (typeof tree !== 'object' || tree === null) return
  if (!Array.isArray(tree)) yield tree
  for (const child of Object.values(tree)) yield* nodes(child)
}

test('the description is sound OpenAPI 3.1 for every role', async () => {
  for (const role of Object.keys(roles)) {
    const api = await of(role)
    expect(api.openapi).toBe('3.1.0')
    expect(api.info).toMatchObject({ title: expect.any(String), version: expect.any(String) })
    const ids = new Set<string>()
    for (const [path, methods] of Object.entries<Record<string, any>>(api.paths)) {
      expect(path).toMatch(/^\//)
      for (const [method, operation] of Object.entries(methods)) {
        expect(['get', 'post', 'put', 'patch', 'delete']).toContain(method)
        expect([path, method, ids.has(operation.operationId)]).toEqual([path, method, false])
        ids.add(operation.operationId)
        expect(Object.keys(operation.responses).length).toBeGreaterThan(0)
        for (const answer of Object.values<any>(operation.responses)) expect(answer.description).toEqual(expect.any(String))
        if (operation.requestBody) expect(operation.requestBody.content['application/json'].schema).toBeDefined()
        const parameters = operation.parameters.map((p: any) => p.$ref ? api.components.parameters[p.$ref.split('/').at(-1)] : p)
        const keys = parameters.map((p: any) => `${p.in} ${p.name}`)
        expect([path, method, keys.length - new Set(keys).size]).toEqual([path, method, 0])
        for (const p of parameters) expect([path, p.name, p.schema !== undefined && ['query', 'path', 'header'].includes(p.in)]).toEqual([path, p.name, true])
        const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(m => m[1])
        expect(parameters.filter((p: any) => p.in === 'path').map((p: any) => [p.name, p.required])).toEqual(inPath.map(name => [name, true]))
      }
    }
    for (const node of nodes(api)) if (typeof node.$ref === 'string') {
      const [, area, kind, name] = node.$ref.split('/')
      expect([node.$ref, api[area!]?.[kind!]?.[name!] !== undefined]).toEqual([node.$ref, true])
    }
  }
})

test('every route there is stands in it, and nothing else: doors made by hand and the generated routes of every resource', async () => {
  const api = await of('admin')
  const told = new Set(Object.entries<object>(api.paths).flatMap(([path, methods]) => Object.keys(methods).map(m => `${m} ${path}`)))
  const pages = new Set(['get /assets/*', 'get /favicon.ico', 'get /*'])
  const routed = new Set<string>()
  for (const { method, path } of world.app.routes) {
    const route = `${method.toLowerCase()} ${path.replace(/:(\w+)/g, '{$1}')}`
    if (method === 'ALL' || pages.has(route)) continue
    if (!path.includes(':resource')) { routed.add(route); continue }
    for (const r of resources) for (const t of told) {
      const pattern = new RegExp(`^${route.replace('{resource}', r.name).replace('{action}', '[a-z-]+').replace(/[{}.]/g, '\\$&')}$`)
      if (pattern.test(t)) routed.add(t)
    }
  }
  expect([...routed].filter(r => !told.has(r))).toEqual([])
  expect([...told].filter(t => !routed.has(t))).toEqual([])
  for (const r of resources) expect(told).toContain(`get /v1/admin/${r.name}`)
  expect(told).toContain('post /v1/admin/staff/{id}/actions/deactivation')
  expect(told).toContain('post /v1/admin/customers/bulk/suspension')
})

test('what a role may not see is not in its description: no resource, field, filter or action of it', async () => {
  const api = await of('support')
  const text = JSON.stringify(api)
  for (const closed of ['mrr', 'mrrNative', 'mrr_gte', '/v1/admin/staff', '/v1/admin/audit-log', '/v1/admin/revenue/metrics', '/v1/admin/invoices']) expect([closed, text.includes(`"${closed}"`)]).toEqual([closed, false])
  expect(api.paths['/v1/admin/customers/{id}/actions/suspension']).toBeDefined()
  expect(api.paths['/v1/admin/customers/{id}/actions/tagging']).toBeUndefined()
  expect(Object.keys(api.paths['/v1/admin/customers/{id}'].patch.requestBody.content['application/json'].schema.properties)).toEqual(['name', 'email'])
})

test('rows that are answered fit the schema that is told', async () => {
  await world.as('admin').post('/v1/admin/customers', { name: 'Described' })
  const api = await of('admin')
  for (const name of ['customers', 'staff', 'audit-log', 'people']) {
    const { body } = await world.as('admin').get(`/v1/admin/${name}?_end=20`)
    expect(body.length).toBeGreaterThan(0)
    for (const row of body) for (const [key, value] of Object.entries(row)) {
      const schema = api.components.schemas[name].properties[key]
      expect([name, key, schema !== undefined]).toEqual([name, key, true])
      const types = schema.type === undefined ? undefined : [schema.type].flat()
      const type = value === null ? 'null' : Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value
      if (types) expect([name, key, types, types.includes(type)]).toEqual([name, key, types, true])
    }
  }
})
