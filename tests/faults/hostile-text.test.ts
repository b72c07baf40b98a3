import { parseAst } from 'rolldown/parseAst'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resources } from '../../resources/index.ts'
import { ambiguous } from '../support/ambiguous.ts'
import { isTest, read, sources } from '../support/sources.ts'
import { createWorld, type World } from '../support/world.ts'

let world: World
beforeAll(async () => { world = await createWorld() })
afterAll(async () => { await world.close() })

/** Every pattern that text from outside may meet: literals of the server and the patterns that fields declare. */
function patterns(): { where: string; source: string; flags: string }[] {
  const found = resources.flatMap(r => Object.entries(r.fields).flatMap(([name, f]) => f.type === 'text' && f.pattern ? [{ where: `${r.name}.${name}`, source: f.pattern, flags: 'u' }] : []))
  for (const file of sources().filter(f => /^(api|resources|jobs)\//.test(f) && !isTest(f))) {
    const look = (node: any): void => {
      if (typeof node !== 'object' || node === null) return
      if (node.type === 'Literal' && node.regex) found.push({ where: file, source: node.regex.pattern, flags: node.regex.flags })
      for (const value of Object.values(node)) look(value)
    }
    look(parseAst(read(file), { lang: file.endsWith('x') ? 'tsx' : 'ts' }))
  }
  return found
}

/** These run over text of ours alone, or over text bounded to a few characters. */
const ownText: Record<string, string> = {
  'api/engine/config.ts': 'the environment', 'api/revenue/fraction.ts': 'numbers of at most 60 digits, made here', 'api/revenue/replay/formula.ts': 'numbers, made here',
  'api/engine/rest/body.ts': 'index definitions and one value of a unique column, which an index bounds to 2,700 bytes', 'api/staff/totp.ts': 'secrets of 20 bytes, made here',
}

describe('long hostile text', () => {
  it('meets no pattern that can try one stretch in two ways: every pattern is linear by its build', () => {
    for (const known of ['(a+)+$', '^(a|a)*$', '^(a|b|ab)*c$', '\\s+$', '^a*a*b', '(x+x+)+y', '^(\\w+\\s?)*$', '.*.*=']) expect([known, ambiguous(known, '')]).toEqual([known, true])
    for (const known of ['^a+$', '^[a-z]+(-[a-z]+)*$', '^(a|b)*c$', '^\\d{1,3}$', 'a\\d+b', '^[^@]+@[^@]+$', '/\\+/', '\\s+', '^(?:x|y)?z']) expect([known, ambiguous(known, '')]).toEqual([known, false])
    const all = patterns()
    expect(all.length).toBeGreaterThan(60)
    expect(all.filter(p => !(p.where in ownText) && ambiguous(p.source, p.flags)).map(p => `${p.where} /${p.source}/${p.flags}`)).toEqual([])
  })

  const hostile = ['a', '0', ' ', '\t', '(', '=', '-', '.', '@', 'a@', 'a.', ',t=', '%', '/', ':1', ';', '"', '\\', '\u2028', 'é', '1.', '0-', '[]', '{"a":'].flatMap(piece => [piece.repeat(Math.ceil(50_000 / piece.length)), `${piece.repeat(Math.ceil(50_000 / piece.length))}!`])

  it('is answered at every door that reads text: stored, refused in a sentence, or not found, and never by an error of ours', async () => {
    const admin = world.as('admin')
    for (const text of hostile) {
      const of = (what: string, answer: { status: number }) => expect([what, text.slice(0, 4), answer.status < 500, answer.status !== 0]).toEqual([what, text.slice(0, 4), true, true])
      const header = text.replace(/[^\x20-\x7e]/g, '?')
      for (const field of ['name', 'email', 'domain', 'externalId']) of(field, await admin.post('/v1/admin/customers', { name: 'x', [field]: text }))
      of('tags', await admin.post('/v1/admin/customers', { name: 'x', tags: [text] }))
      of('note', await admin.post('/v1/admin/notes', { body: text, customerId: text }))
      of('fx', await admin.post('/v1/admin/fx-rates', { date: text, from: text, to: text, rate: text }))
      for (const query of [`q=${encodeURIComponent(text)}`, `name_like=${encodeURIComponent(text)}`, `createdAt_gte=${encodeURIComponent(text)}`, `mrr_gte=${encodeURIComponent(text)}`, `_sort=${encodeURIComponent(text)}`, `_start=${encodeURIComponent(text)}`, `_after=${encodeURIComponent(text)}`, `_where=${encodeURIComponent(text)}`])
        of(query.slice(0, 12), await admin.get(`/v1/admin/customers?${query}`))
      of('search', await admin.get(`/v1/admin/search?q=${encodeURIComponent(text)}`))
      of('id', await admin.get(`/v1/admin/customers/${encodeURIComponent(text)}`))
      of('import', await admin.post('/v1/admin/customers/import', { csv: text, mapping: { [text.slice(0, 100)]: 'name' }, dryRun: true }))
      of('headers', await admin.get('/v1/admin/customers?_end=1', { 'x-request-id': header, 'x-forwarded-for': header, 'if-match': header, 'idempotency-key': header }))
      of('cookie', await world.app.request('/v1/admin/meta', { headers: { cookie: header } }))
      of('webhook', await world.app.request('/webhooks/stripe', { method: 'POST', body: text, headers: { 'stripe-signature': header } }))
      of('key', await world.app.request('/v1/identify', { method: 'POST', body: '{}', headers: { authorization: `Basic ${header}`, 'content-type': 'application/json' } }))
      of('bearer', await world.app.request('/v1/identify', { method: 'POST', body: '{}', headers: { authorization: `Bearer ${header}`, 'content-type': 'application/json' } }))
      of('sign-in', await world.app.request('/api/auth/sign-in/email', { method: 'POST', body: JSON.stringify({ email: text, password: text }), headers: { origin: 'http://127.0.0.1:3000', 'content-type': 'application/json' } }))
      of('revenue', await admin.get(`/v1/admin/revenue/summary?from=${encodeURIComponent(text)}&to=${encodeURIComponent(text)}&currency=${encodeURIComponent(text)}`))
    }
    expect((await admin.get('/v1/admin/meta')).status).toBe(200)
  })
})

describe('keys of prototypes', () => {
  it('are parameters, fields and headings like any other that does not exist: refused, and nothing is changed by them', async () => {
    const admin = world.as('admin')
    const before = (await admin.get('/v1/admin/customers?_end=1')).text
    for (const key of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', '__defineGetter__']) {
      const leaf = (field: string) => encodeURIComponent(JSON.stringify({ and: [{ field, op: 'eq', value: 'x' }] }))
      for (const query of [`${key}=x`, `${key}_ne=x`, `${key}[polluted]=x`, `name[${key}]=x`, `filter[${key}][polluted]=x`, `constructor.prototype.polluted=x`, `customer.${key}=x`, `_sort=${key}`, `_where=${leaf(key)}`, `_where=${leaf(`${key}.polluted`)}`,
        `_where=${encodeURIComponent(`{"${key}":{"polluted":1}}`)}`, `_where=${encodeURIComponent(`{"and":[{"field":"name","op":"${key}","value":"x"}]}`)}`, `_where=${encodeURIComponent(`{"or":[{"and":[{"${key}":{"polluted":1},"field":"name","op":"eq","value":"x"}]}]}`)}`])
        expect([query, (await admin.get(`/v1/admin/customers?${query}`)).status]).toEqual([query, 400])
      for (const body of [`{"name":"x","${key}":{"polluted":1}}`, `{"name":{"${key}":{"polluted":1}}}`, `{"name":"x","tags":[{"a":{"${key}":{"polluted":1}}}]}`])
        expect([body, [400, 422].includes((await admin.post('/v1/admin/customers', body)).status)]).toEqual([body, true])
      const bulk = await admin.post('/v1/admin/customers/bulk/tagging', `{"filter":{"${key}":"x"},"expected":0,"input":{"tags":["x"]}}`)
      expect([key, bulk.status]).toEqual([key, 400])
      const imported = await admin.post('/v1/admin/customers/import', `{"csv":"${key}\\nx","mapping":{"name":"${key}"},"dryRun":true}`)
      expect([key, imported.status >= 400 && imported.status < 500]).toEqual([key, true])
      for (const path of [`/v1/admin/${key}`, `/v1/admin/customers/bulk/${key}`, `/v1/admin/revenue/${key}`]) expect([path, (await admin.get(path)).status]).toEqual([path, 404])
    }
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined()
    expect(Object.keys(Object.prototype)).toEqual([])
    expect((await admin.get('/v1/admin/customers?_end=1')).text).toBe(before)
  })
})
