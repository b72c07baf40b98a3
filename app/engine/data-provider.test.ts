import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { CrudFilters } from '@refinedev/core'
import axios from 'axios'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ApiError } from './api-error.ts'
import { createDataProvider, toRefine } from './data-provider.ts'
import { createHttp } from './http.ts'

interface Seen { method: string; url: URL; headers: IncomingMessage['headers']; body: string }
interface Said { status?: number; headers?: Record<string, string>; body?: unknown }

const seen: Seen[] = []
let say: (request: Seen, nth: number) => Said | null = () => ({})
let server: Server
let root = ''

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => { body += chunk.toString() })
    request.on('end', () => {
      const one = { method: request.method!, url: new URL(request.url!, root), headers: request.headers, body }
      const said = say(one, seen.push(one))
      if (!said) return
      response.writeHead(said.status ?? 200, { 'content-type': 'application/json', 'x-total-count': '2', ...said.headers })
      response.end(JSON.stringify(said.body ?? []))
    })
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => { server.closeAllConnections(); server.close() })
beforeEach(() => { seen.length = 0; say = () => ({}) })

const make = (stepUp: () => Promise<boolean> = () => Promise.resolve(false), signedOut: () => void = () => {}) => createDataProvider(root, createHttp({ stepUp, signedOut }, axios.create()))
const list = (filters: CrudFilters, more: object = {}) => make().getList({ resource: 'customers', filters, ...more })

test('every operator of the grammar has its own suffix on the wire', async () => {
  await list([
    { field: 'a', operator: 'eq', value: 1 }, { field: 'a', operator: 'ne', value: 1 }, { field: 'a', operator: 'lt', value: 1 }, { field: 'a', operator: 'lte', value: 1 },
    { field: 'a', operator: 'gt', value: 1 }, { field: 'a', operator: 'gte', value: 1 }, { field: 'a', operator: 'contains', value: 'R&D' }, { field: 'a', operator: 'ncontains', value: 'x' },
    { field: 'a', operator: 'startswith', value: 'x' }, { field: 'a', operator: 'endswith', value: 'x' }, { field: 'a', operator: 'in', value: ['x,y', 'z'] },
    { field: 'a', operator: 'nin', value: ['x'] }, { field: 'a', operator: 'between', value: [1, 2] }, { field: 'a', operator: 'nnull', value: true }, { field: 'q', operator: 'eq', value: 'a+b@x.com' },
  ])
  const params = seen[0]!.url.searchParams
  expect([...new Set(params.keys())].toSorted()).toEqual([
    '_end', '_start', 'a', 'a_between', 'a_ends', 'a_gt', 'a_gte', 'a_in', 'a_like', 'a_lt', 'a_lte', 'a_ne', 'a_nin', 'a_nlike', 'a_null', 'a_starts', 'q',
  ])
  expect(params.getAll('a_in')).toEqual(['x,y', 'z'])
  expect(params.getAll('a_between')).toEqual(['1', '2'])
  expect([params.get('a_like'), params.get('q'), params.get('a_null')]).toEqual(['R&D', 'a+b@x.com', 'false'])
})

test('an operator outside the grammar throws and nothing is asked', async () => {
  await expect(list([{ field: 'a', operator: 'containss', value: 'x' }])).rejects.toThrow('containss')
  await expect(list([{ field: 'a', operator: 'ina', value: ['x'] }])).rejects.toThrow('ina')
  expect(seen).toHaveLength(0)
})

test('and, or, and a second condition on one key travel as one nested condition', async () => {
  await list([
    { field: 'status', operator: 'eq', value: 'active' }, { field: 'status', operator: 'eq', value: 'paused' },
    { operator: 'or', value: [{ field: 'mrr', operator: 'gte', value: 5 }, { field: 'ownerId', operator: 'null', value: true }] },
  ])
  expect(JSON.parse(seen[0]!.url.searchParams.get('_where')!)).toEqual({ and: [
    { or: [{ field: 'mrr', op: 'gte', value: 5 }, { field: 'ownerId', op: 'null', value: true }] }, { field: 'status', op: 'eq', value: 'paused' },
  ] })
})

test('leaves given to Refine arrive as the same leaves', async () => {
  await list(toRefine([{ field: 'a', op: 'null', value: 'false' }, { field: 'b', op: 'null', value: 'true' }, { field: 'c', op: 'starts', value: 'x' }], null))
  const params = seen[0]!.url.searchParams
  expect([params.get('a_null'), params.get('b_null'), params.get('c_starts')]).toEqual(['false', 'true', 'x'])
})

test('a page is asked by offset, a deep one by cursor, and the answer keeps total, exactness and cursor', async () => {
  say = () => ({ headers: { 'x-total-count': '0', 'x-total-exact': 'false', 'x-next-cursor': 'c2' }, body: [] })
  const answer = await list([], { pagination: { currentPage: 3, pageSize: 25 }, sorters: [{ field: 'mrr', order: 'desc' }, { field: 'name', order: 'asc' }] })
  expect(answer).toEqual({ data: [], total: 0, exact: false, next: 'c2' })
  await list([], { pagination: { currentPage: 500, pageSize: 25 }, meta: { after: 'c1' } })
  expect(seen.map(s => ['_start', '_end', '_sort', '_order', '_after'].map(k => s.url.searchParams.get(k)))).toEqual([['50', '75', 'mrr,name', 'desc,asc', null], ['0', '25', null, null, 'c1']])
})

test('a list without its total is an error instead of one page', async () => {
  const bare = createServer((_request, response) => { response.setHeader('content-type', 'application/json'); response.end('[]') })
  await new Promise<void>(resolve => { bare.listen(0, '127.0.0.1', resolve) })
  const at = `http://127.0.0.1:${(bare.address() as AddressInfo).port}`
  await expect(createDataProvider(at, createHttp({ stepUp: () => Promise.resolve(false), signedOut: () => {} }, axios.create())).getList({ resource: 'customers' })).rejects.toThrow('x-total-count')
  bare.closeAllConnections()
  bare.close()
})

test('a cancelled list ends its request', async () => {
  say = () => null
  const control = new AbortController()
  const asked = list([], { meta: { signal: control.signal } })
  await expect.poll(() => seen.length).toBe(1)
  control.abort()
  await expect(asked).rejects.toSatisfy(axios.isCancel)
})

test('an error keeps its field errors, code, request id and body', async () => {
  say = () => ({ status: 422, body: { message: 'The name is taken.', code: 'invalid', errors: { name: ['Another customer is already called Acme.'] }, requestId: 'req_1' } })
  const error = await make().create({ resource: 'customers', variables: { name: 'Acme' } }).then(() => null, (e: unknown) => e)
  expect(error).toBeInstanceOf(ApiError)
  expect(error).toMatchObject({ statusCode: 422, code: 'invalid', message: 'The name is taken.', requestId: 'req_1', errors: { name: ['Another customer is already called Acme.'] } })
  say = () => ({ status: 412, headers: { 'x-request-id': 'req_2' }, body: { message: 'Changed since.', code: 'stale', current: { id: '1', version: 3 } } })
  const stale = await make().update({ resource: 'customers', id: 'a/b?c', variables: {}, meta: { headers: { 'If-Match': '"v2"' } } }).then(() => null, (e: unknown) => e)
  expect(stale).toMatchObject({ statusCode: 412, requestId: 'req_2', body: { current: { version: 3 } } })
  expect([seen[1]!.method, seen[1]!.url.pathname, seen[1]!.headers['if-match']]).toEqual(['PATCH', '/customers/a%2Fb%3Fc', '"v2"'])
})

test('no answer at all is an error with words', async () => {
  const nowhere = createDataProvider('http://127.0.0.1:1', createHttp({ stepUp: () => Promise.resolve(false), signedOut: () => {} }, axios.create()))
  await expect(nowhere.getOne({ resource: 'customers', id: '1' })).rejects.toMatchObject({ statusCode: 0, code: 'unreachable', message: 'The server cannot be reached.' })
})

const refusal = { status: 403, body: { code: 'step_up_required', message: 'A fresh code is needed.' } }

test('a call that needs a code asks once and repeats the same request once', async () => {
  let asked = 0
  let elevated = false
  say = () => (elevated ? { body: { id: 'op' } } : refusal)
  const stepUp = async (): Promise<boolean> => { asked++; await expect.poll(() => seen.length, { timeout: 20_000 }).toBe(2); elevated = true; return true }
  const provider = make(stepUp)
  const call = { url: `${root}/payments/1/actions/refund`, method: 'post' as const, payload: { input: { amount: 5 } }, headers: { 'Idempotency-Key': 'k1' } }
  const [answer] = await Promise.all([provider.custom!(call), provider.custom!(call)])
  expect(answer.data).toEqual({ id: 'op' })
  expect(asked).toBe(1)
  expect(seen.map(s => [s.method, s.body, s.headers['idempotency-key']])).toEqual(Array.from({ length: 4 }, () => ['POST', '{"input":{"amount":5}}', 'k1']))
})

test('a code that does not help, or no code, ends in the refusal and not in a loop', async () => {
  say = () => refusal
  await expect(make(() => Promise.resolve(true)).deleteOne({ resource: 'customers', id: '1' })).rejects.toMatchObject({ statusCode: 403, code: 'step_up_required' })
  expect(seen).toHaveLength(2)
  await expect(make().deleteOne({ resource: 'customers', id: '1' })).rejects.toMatchObject({ code: 'step_up_cancelled' })
  expect(seen).toHaveLength(3)
})

test('only a 401 leaves for the sign-in page', async () => {
  let left = 0
  const provider = make(undefined, () => { left++ })
  for (const status of [400, 403, 404, 409, 412, 428, 500]) {
    say = () => ({ status, body: { message: 'no', code: 'x' } })
    await expect(provider.getOne({ resource: 'customers', id: '1' })).rejects.toBeInstanceOf(ApiError)
  }
  expect(left).toBe(0)
  say = () => ({ status: 401, body: {} })
  await expect(provider.getOne({ resource: 'customers', id: '1' })).rejects.toMatchObject({ statusCode: 401 })
  expect(left).toBe(1)
})
