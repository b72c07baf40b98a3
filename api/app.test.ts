import { connect } from 'node:net'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browser, password, person, signedInAs } from '../tests/support/sign-in.ts'
import { caller, createWorld, publicUrl, session, type World } from '../tests/support/world.ts'
import { createApp } from './app.ts'
import { createLog } from './engine/log.ts'
import { listen } from './engine/serve.ts'

let world: World, dist: string
beforeAll(async () => {
  dist = await mkdtemp(path.join(tmpdir(), 'quarterdeck-dist-'))
  await mkdir(path.join(dist, 'assets'))
  for (const [file, text] of [['index.html', '<html data-theme="system"><script nonce="__NONCE__"></script></html>'], ['sign-in.html', '<html data-theme="system"></html>'], ['assets/a-1.js', '1']] as const) await writeFile(path.join(dist, file), text)
  world = await createWorld({ app: { dist } })
})
afterAll(async () => { await world.close(); await rm(dist, { recursive: true, force: true }) })

test('every kind of answer carries the headers that protect it', async () => {
  const admin = world.as('admin'), nobody = caller(world.app, '')
  const { body: { id } } = await admin.post('/v1/admin/customers', { name: 'Headers' })
  const kinds: [string, number, Awaited<ReturnType<typeof admin.get>>][] = [
    ['list', 200, await admin.get('/v1/admin/customers')], ['row', 200, await admin.get(`/v1/admin/customers/${id}`)], ['created', 201, await admin.post('/v1/admin/customers', { name: 'x' })],
    ['csv', 200, await admin.get('/v1/admin/customers/export.csv')], ['bad', 400, await admin.get('/v1/admin/customers?nope=1')], ['unauthenticated', 401, await nobody.get('/v1/admin/customers')],
    ['forbidden', 403, await world.as('support').get('/v1/admin/staff')], ['foreign', 403, await admin.post('/v1/admin/customers', {}, { origin: 'https://evil.test' })], ['missing', 404, await admin.get('/v1/nowhere')],
    ['stale', 428, await admin.patch(`/v1/admin/customers/${id}`, { name: 'y' })], ['type', 415, await admin.post('/v1/admin/customers', 'x', { 'content-type': 'text/plain' })],
    ['large', 413, await admin.post('/v1/admin/customers', `{"name":"${'x'.repeat(1_100_000)}"}`)], ['auth', 401, await nobody.post('/api/auth/sign-in/email', { email: 'a@b.co', password: 'x' })],
    ['session', 200, await nobody.get('/api/auth/get-session')], ['redirect', 302, await nobody.get('/customers')], ['sign-in page', 200, await nobody.get('/sign-in')], ['page', 200, await admin.get('/customers')],
    ['asset', 200, await nobody.get('/assets/a-1.js')], ['health', 200, await nobody.get('/livez')],
  ]
  for (const [kind, status, { status: got, headers }] of kinds) {
    expect([kind, got]).toEqual([kind, status])
    expect([kind, headers.get('x-content-type-options'), headers.get('x-frame-options'), headers.get('cross-origin-opener-policy'), headers.get('cross-origin-resource-policy')]).toEqual([kind, 'nosniff', 'DENY', 'same-origin', 'same-origin'])
    expect([kind, Boolean(headers.get('referrer-policy')), Boolean(headers.get('permissions-policy'))]).toEqual([kind, true, true])
    expect([kind, headers.get('x-request-id')]).toEqual([kind, expect.stringMatching(/^[\w-]{8,64}$/)])
    expect([kind, headers.get('server'), headers.get('x-powered-by')]).toEqual([kind, null, null])
    expect([kind, headers.get('cache-control')]).toEqual([kind, kind === 'asset' ? 'public, max-age=31536000, immutable' : 'no-store'])
    const policy = headers.get('content-security-policy')!
    expect([kind, policy.startsWith("default-src 'none'"), policy.includes("frame-ancestors 'none'"), policy.includes("base-uri 'none'")]).toEqual([kind, true, true, true])
    const scripts = /script-src ([^;]*)/.exec(policy)?.[1] ?? ''
    expect([kind, /unsafe|\*|https?:|data:|blob:/.test(scripts)]).toEqual([kind, false])
    expect([kind, headers.get('strict-transport-security')]).toEqual([kind, null])
  }
  const secure = await createWorld({ env: { PUBLIC_URL: 'https://desk.company.test' } })
  try {
    const answer = await secure.app.request('https://desk.company.test/livez')
    expect(answer.headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains')
    const { email } = await person(secure, 'sec')
    const signed = await secure.app.request('https://desk.company.test/api/auth/sign-in/email', { method: 'POST', body: JSON.stringify({ email, password }), headers: { 'content-type': 'application/json', origin: 'https://desk.company.test' } })
    const cookie = signed.headers.getSetCookie().find(c => c.startsWith('__Secure-quarterdeck.session_token='))!
    for (const flag of [/; Secure/i, /; HttpOnly/i, /; SameSite=Lax/i]) expect(cookie).toMatch(flag)
    expect((await secure.app.request('https://desk.company.test/v1/admin/meta', { headers: { cookie: cookie.split(';')[0]! } })).status).toBe(200)
  } finally { await secure.close() }
})

test('every door that changes something refuses other origins and bodies that are no JSON, by what the description lists', async () => {
  const { cookie } = world.as('admin')
  const { body: api } = await world.as('admin').get('/v1/admin/openapi.json')
  const unsafe = Object.entries<object>(api.paths).flatMap(([at, methods]) => Object.keys(methods).filter(m => m !== 'get').map(m => [m.toUpperCase(), at.replace(/\{\w+\}/g, '01a211b1-2c20-7a36-ae19-76b4eee20820')] as const))
    .filter(([, at]) => /^\/(v1\/admin|v1\/invite|api\/auth)\//.test(at))
  expect(unsafe.length).toBeGreaterThan(50)
  const send = async (method: string, at: string, headers: Record<string, string>, body: string) => (await world.app.request(at, { method, body, headers: { cookie, ...headers } })).status
  for (const [method, at] of unsafe) {
    expect([method, at, await send(method, at, { 'content-type': 'application/json' }, '{}')]).toEqual([method, at, 403])
    expect([method, at, await send(method, at, { 'content-type': 'application/json', origin: 'https://evil.test', 'sec-fetch-site': 'same-origin' }, '{}')]).toEqual([method, at, 403])
    expect([method, at, await send(method, at, { 'content-type': 'text/plain', origin: publicUrl }, '{"a":1}')]).toEqual([method, at, 415])
    expect([method, at, await send(method, at, { 'content-type': 'application/json', origin: publicUrl }, '{"__proto__":{"x":1}}')]).toEqual([method, at, 400])
  }
  expect((await world.as('admin').get('/v1/admin/meta')).status).toBe(200)
})

test('no other route answers: what is not described is a 404, whoever asks', async () => {
  for (const asking of [world.as('admin'), caller(world.app, '')]) for (const at of ['/v1', '/v1/users', '/v1/admin/../admin2', '/api', '/api/users', '/api/auth', '/api/auth/admin/list-users', '/webhooks', '/webhooks/github', '/v1/admin/', '/v1/invite', '/v1/debug', '/api/health'])
    for (const method of ['get', 'post'] as const) expect([at, method, [401, 404].includes((await asking[method](at)).status)]).toEqual([at, method, true])
  const admin = world.as('admin')
  for (const at of ['/v1/admin/secrets', '/v1/admin/staff-sessions', '/v1/admin/staff_sessions', '/v1/admin/idempotency-keys', '/v1/admin/rate-limits', '/v1/admin/customers/x/y/z', '/v1/admin/constructor', '/v1/admin/__proto__', '/v1/admin/audit-log/verify'])
    for (const method of ['get', 'post'] as const) expect([at, method, (await admin[method](at)).status]).toEqual([at, method, 404])
  for (const action of ['__proto__', 'constructor', 'toString', 'no-such-act']) for (const at of [`bulk/${action}`, `01a211b1-2c20-7a36-ae19-76b4eee20820/actions/${action}`])
    expect([at, (await admin.post(`/v1/admin/customers/${at}`, at.startsWith('bulk') ? { ids: ['01a211b1-2c20-7a36-ae19-76b4eee20820'] } : {})).status]).toEqual([at, 404])
})

/** One request as raw bytes: what no HTTP library would send. */
const raw = (port: number, head: string): Promise<{ status: number; text: string }> => new Promise((resolve, reject) => {
  const socket = connect(port, '127.0.0.1', () => socket.write(head.replaceAll('\n', '\r\n')))
  let text = ''
  socket.on('data', d => { text += d })
  socket.on('error', reject)
  socket.on('close', () => resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), text }))
})

test('strange methods, overridden methods, foreign hosts and absolute addresses get nowhere', async () => {
  const web = await listen(world.app, { host: '127.0.0.1', port: 0 })
  try {
    const { id } = await person(world, 'raw', 'admin')
    await sql`update staff set two_factor_enabled = true where id = ${id}`.execute(world.db)
    const cookie = await session(world.services, id)
    const { body: { id: row } } = await world.as('admin').post('/v1/admin/customers', { name: 'Untouched' })
    const to = (line: string, more = '', host = '127.0.0.1:3000') => raw(web.port, `${line} HTTP/1.1\nHost: ${host}\nCookie: ${cookie}\nConnection: close\n${more}\n`)
    expect((await to('GET /v1/admin/meta')).status).toBe(200)
    for (const method of ['TRACE', 'TRACK', 'DEBUG', 'get', 'Get', 'PROPFIND', 'CONNECT', 'FOO']) for (const at of ['/v1/admin/meta', '/sign-in']) {
      const { status, text } = await to(`${method} ${method === 'CONNECT' ? '127.0.0.1:80' : at}`)
      expect([method, at, [0, 400, 404, 405, 501].includes(status), text.includes(cookie)]).toEqual([method, at, true, false])
    }
    for (const header of ['X-HTTP-Method-Override: DELETE', 'X-HTTP-Method: DELETE', 'X-Method-Override: DELETE']) expect((await to(`GET /v1/admin/customers/${row}`, `${header}\n`)).status).toBe(200)
    expect((await to(`GET /v1/admin/customers/${row}?_method=DELETE`)).status).toBe(400)
    expect((await to(`POST /v1/admin/customers/${row}`, `Origin: ${publicUrl}\nX-HTTP-Method-Override: PATCH\nContent-Type: application/json\nContent-Length: 12\n\n{"name":"x"}`)).status).toBe(404)
    for (const host of ['evil.test', 'evil.test:3000', '127.0.0.1.evil.test', '127.0.0.1:3000@evil.test']) expect([host, (await to('GET /v1/admin/meta', '', host)).status]).toEqual([host, 400])
    expect((await to('GET http://evil.test/v1/admin/meta')).status).toBe(400)
    expect((await to('GET http://127.0.0.1:3000/v1/admin/meta')).status).toBe(200)
    expect((await to('PUT /v1/admin/customers', `Origin: ${publicUrl}\n`)).status).toBe(404)
    expect((await to(`HEAD /v1/admin/customers/${row}`)).status).toBe(200)
    expect((await raw(web.port, 'HEAD /v1/admin/customers HTTP/1.1\nHost: 127.0.0.1:3000\nConnection: close\n\n')).status).toBe(401)
    expect((await to('OPTIONS /v1/admin/customers')).text).not.toMatch(/access-control-allow/i)
    const { rows } = await sql<any>`select name, version, deleted_at from customers where id = ${row}`.execute(world.db)
    expect(rows).toEqual([{ name: 'Untouched', version: 1, deleted_at: null }])
  } finally { await web.close() }
})

test('an unexpected error tells a request id and nothing else; the detail is in the log alone', async () => {
  const lines: string[] = []
  const app = createApp({ ...world.services, log: createLog('debug', { write: line => { lines.push(line) } }) }, { dist })
  const admin = caller(app, world.as('admin').cookie)
  await sql`alter table customers rename to customers_away`.execute(world.owner)
  try {
    for (const answer of [await admin.get('/v1/admin/customers'), await admin.post('/v1/admin/customers', { name: 'x' })]) {
      expect(answer.status).toBe(500)
      expect(Object.keys(answer.body).sort()).toEqual(['code', 'message', 'requestId'])
      expect(answer.body.code).toBe('internal')
      expect(answer.text).not.toMatch(/customers|select|relation|pg|node_modules|\.ts|at /i)
      expect(lines.some(l => l.includes(answer.body.requestId) && l.includes('customers'))).toBe(true)
    }
  } finally { await sql`alter table customers_away rename to customers`.execute(world.owner) }
  const gone = createApp({ ...world.services, db: world.services.db.withSchema('nowhere') }, { dist })
  for (const cookie of ['', world.as('admin').cookie]) {
    const answer = await caller(gone, cookie).post('/api/auth/sign-in/email', { email: 'a@b.co', password: 'x' })
    expect(answer.text).not.toMatch(/select|relation|node_modules|\.ts:/i)
  }
})

test('a log line is one JSON object, whatever a name, a header or a path holds', async () => {
  const lines: string[] = []
  const log = createLog('debug', { write: line => { lines.push(line) } })
  const app = createApp({ ...world.services, log }, { dist })
  const evil = 'x\r\n{"level":60,"msg":"forged"}\u001b[31m\u2028"'
  await browser({ app }).send('POST', '/api/auth/sign-in/email', { email: `${evil}@people.test`, password: evil })
  await caller(app, world.as('admin').cookie).get(`/v1/admin/customers/${encodeURIComponent(evil)}?q=${encodeURIComponent(evil)}`, { 'x-request-id': 'short id with {"json":1}', 'user-agent': 'ua"}{' })
  await caller(app, '').get(`/invite/${'t'.repeat(43)}`)
  await caller(app, '').get(`/v1/invite/${'t'.repeat(43)}`)
  log.info({ name: evil }, evil)
  expect(lines.length).toBeGreaterThan(3)
  for (const line of lines) {
    expect(line.endsWith('\n')).toBe(true)
    for (const raw of ['\r', '\n', '\u001b']) expect(line.slice(0, -1)).not.toContain(raw)
    expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), time: expect.any(String) })
  }
  for (const line of lines.slice(0, -1)) expect(JSON.parse(line).requestId).toMatch(/^[\w-]{8,64}$/)
  expect(lines.join('')).not.toContain('t'.repeat(43))
  expect(lines.some(l => JSON.parse(l).level === 60)).toBe(false)
})

test('a person whose rights are taken away is stopped at the next request, whatever they hold', async () => {
  const { email, id } = await person(world, 'cut', 'auditor')
  const b = await signedInAs(world, email)
  expect((await b.send('GET', '/v1/admin/customers')).status).toBe(200)
  await world.as('admin').post(`/v1/admin/staff/${id}/actions/deactivation`, {})
  for (const at of ['/v1/admin/meta', '/v1/admin/customers', '/v1/admin/customers/export.csv', '/v1/admin/openapi.json', '/v1/admin/second-factor']) expect([at, (await b.send('GET', at)).status]).toEqual([at, 401])
  expect((await b.send('GET', '/customers')).status).toBe(302)
})
