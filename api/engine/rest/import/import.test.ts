import fc from 'fast-check'
import { sql } from 'kysely'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runOperation } from '../../../../jobs/system/run-operation.ts'
import { resources } from '../../../../resources/index.ts'
import { roles } from '../../../../resources/roles.ts'
import { createWorld, publicUrl, type Answer, type World } from '../../../../tests/support/world.ts'
import { newId } from '../../ids.ts'
import { forgetFiles } from './run-import.ts'

let world: World, dataDir: string
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'quarterdeck-import-'))
  world = await createWorld({ env: { DATA_DIR: dataDir } })
})
afterAll(async () => { await world.close(); await rm(dataDir, { recursive: true, force: true }) })

const mapping = { name: 'name', email: 'email', ext: 'externalId', tags: 'tags' }
const post = (body: Record<string, unknown>, role = 'admin', headers?: Record<string, string>): Promise<Answer> => world.as(role).post('/v1/admin/customers/import', body, headers)
const dry = (csv: string, map: unknown = mapping) => post({ csv, mapping: map, dryRun: true })
const commit = (csv: string, map: unknown = mapping) => post({ csv, mapping: map })
const customers = async (where = sql`true`) => (await sql<any>`select id, name, email, external_id, tags, version from customers where deleted_at is null and ${where} order by external_id`.execute(world.db)).rows
const count = async (): Promise<number> => (await sql<{ n: number }>`select count(*) as n from customers`.execute(world.db)).rows[0]!.n

/** Sends a form as a browser does, its body as a stream that nobody holds. */
async function form(parts: { bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>; name?: string; mapping?: unknown; dryRun?: boolean }, headers: Record<string, string> = {}): Promise<Answer> {
  const field = (name: string, value: string) => `--cut\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  async function* body(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`--cut\r\nContent-Disposition: form-data; name="file"; filename="${parts.name ?? 'people.csv'}"\r\nContent-Type: text/csv\r\n\r\n`)
    yield* parts.bytes
    yield Buffer.from(`\r\n${parts.mapping === undefined ? '' : field('mapping', JSON.stringify(parts.mapping))}${parts.dryRun === undefined ? '' : field('dryRun', String(parts.dryRun))}--cut--\r\n`)
  }
  const pieces = body()
  const stream = new ReadableStream<Uint8Array>({ async pull(controller) { const { value, done } = await pieces.next(); if (done) controller.close(); else controller.enqueue(value) } })
  const response = await world.app.request('/v1/admin/customers/import', {
    method: 'POST', body: stream, duplex: 'half', headers: { cookie: world.as('admin').cookie, origin: publicUrl, 'content-type': 'multipart/form-data; boundary=cut', ...headers },
  } as RequestInit)
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: JSON.parse(text), text }
}
const file = (text: string | Buffer, more: { mapping?: unknown; dryRun?: boolean; name?: string } = {}) => form({ bytes: [Buffer.from(text)], ...more })
const left = async () => (await readdir(path.join(dataDir, 'uploads')).catch(() => []))

describe('a dry run', () => {
  it('says what is new, changed and the same, names each wrong cell by its line, and writes nothing', async () => {
    await commit('name,email,ext,tags\nAlpha,a@x.test,dry-1,"red, blue"\nBeta,b@x.test,dry-2,\n')
    const before = await count()
    const answer = await dry('name,email,ext,tags\nAlpha,a@x.test,dry-1,"red, blue"\nBeta two,b@x.test,dry-2,\n,c@x.test,dry-3,\nDelta,no address,dry-4,\n=1+1,,,\nEpsilon,e@x.test,dry-1,\n"Zeta",z@x.test\n')
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ new: 1, changed: 1, same: 1, total: 7, errorCount: 4, encoding: 'utf-8', delimiter: ',' })
    expect(answer.body.errors).toEqual([
      { row: 4, field: 'name', message: 'Customer is missing.' },
      { row: 5, field: 'email', message: 'Email is no address such as name@company.com.' },
      { row: 7, field: 'externalId', message: 'Line 2 is about the same customer.' },
      { row: 8, field: null, message: 'This line has 2 cells, the head has 4.' },
    ])
    expect(await count()).toBe(before)
  })

  it('tells what cannot be mapped: a field that is unknown or not to be written, a column that is not there, two columns for one field', async () => {
    for (const wrong of [{ name: 'nothing' }, { name: 'mrr' }, { name: 'status' }, { name: 'createdAt' }, { gone: 'name' }, { name: 'name', email: 'name' }, { name: '__proto__x' }, {}, { name: 5 }]) {
      const { status, body } = await dry('name,email\nA,a@x.test', wrong)
      expect([JSON.stringify(wrong), status, body.errors.mapping.length]).toEqual([JSON.stringify(wrong), 422, 1])
    }
    expect((await dry('name\nA', 'name')).status).toBe(400)
    expect((await post({ mapping, dryRun: true })).status).toBe(400)
    expect((await post({ csv: 'name\nA', mapping, dryRun: 'yes' })).status).toBe(400)
    expect((await post({ csv: 'name\nA', mapping, more: 1 })).status).toBe(400)
  })

  it('finds columns by the names of fields where nothing is mapped, and says which it does not read', async () => {
    const { body } = await post({ csv: 'id,version,name,status,mrr,colour\n,,Guess,active,5,red\n', dryRun: true })
    expect(body).toMatchObject({ new: 1, errorCount: 0, ignored: ['id', 'version', 'status', 'mrr', 'colour'] })
  })

  it('names relations that lead nowhere and unique values that others have', async () => {
    const map = { name: 'name', owner: 'ownerId', ext: 'externalId', id: 'id' }
    const { body: made } = await world.as('admin').post('/v1/admin/customers', { name: 'Holder', externalId: 'held' })
    const { body: removed } = await world.as('admin').post('/v1/admin/customers', { name: 'Gone', externalId: 'gone' })
    await world.as('admin').delete(`/v1/admin/customers/${removed.id}`)
    const { body } = await dry(`name,owner,ext,id\nA,${newId()},u1,\nB,${world.staff.success!.id},u2,\nC,,held,${newId()}\nD,,u4,${made.id}\nE,,gone,\nF,x,u5,\n`, map)
    expect(body.errors).toEqual([
      { row: 2, field: 'ownerId', message: 'Owner: there is no such person.' }, { row: 4, field: 'id', message: 'There is no such customer.' },
      { row: 6, field: 'externalId', message: 'Another customer already has this external id.' }, { row: 7, field: 'ownerId', message: 'Owner must be an id.' },
    ])
    expect(body).toMatchObject({ new: 1, changed: 1 })
  })
})

describe('an import', () => {
  it('makes and changes rows with an audit row each, leaves wrong lines out, and is taken back as a whole', async () => {
    await commit('name,ext\nOld one,imp-1\nOld two,imp-2\n', { name: 'name', ext: 'externalId' })
    const { status, body } = await commit('name,email,ext,tags\nOne,one@x.test,imp-1,"vip, eu"\nOld two,,imp-2,\nThree,,imp-3,\n=1+1,,imp-4,\nBad,nowhere,imp-5,\n')
    expect(status).toBe(200)
    expect(body).toMatchObject({ action: 'import', resource: 'customers', state: 'done', total: 5, done: 3, skipped: 1, failed: 1, undoable: true })
    expect(body.results.find((r: any) => r.outcome === 'failed').reason).toBe('Line 6: Email is no address such as name@company.com.')
    expect(await customers(sql`external_id like 'imp-%'`)).toMatchObject([
      { name: 'One', email: 'one@x.test', tags: ['vip', 'eu'], version: 2 }, { name: 'Old two', version: 1 }, { name: 'Three', tags: [], version: 1 }, { name: '=1+1', version: 1 },
    ])
    const one = (await customers(sql`external_id = 'imp-1'`))[0]
    const { body: history } = await world.as('admin').get(`/v1/admin/customers/${one.id}/history`)
    expect(history[0]).toMatchObject({ act: 'import', changes: { name: { before: 'Old one', after: 'One' }, tags: { before: [], after: ['vip', 'eu'] } }, undo: { id: body.id } })
    expect((await world.as('admin').get(`/v1/admin/operations/${body.id}/import`)).body).toEqual({ file: null, new: 2, changed: 1, same: 1, errors: [{ row: 6, field: 'email', message: 'Email is no address such as name@company.com.' }], errorCount: 1 })

    expect((await world.as('admin').delete(`/v1/admin/operations/${body.id}`)).body).toMatchObject({ state: 'undone' })
    expect((await customers(sql`external_id like 'imp-%'`)).map((c: any) => [c.name, c.email, c.tags])).toEqual([['Old one', null, []], ['Old two', null, []]])
    expect((await world.as('admin').delete(`/v1/admin/operations/${body.id}`)).body.code).toBe('already_undone')
    expect((await commit('name,email,ext,tags\nThree,,imp-3,\n')).body).toMatchObject({ done: 1, failed: 0 })
  })

  it('sent twice makes no duplicates', async () => {
    const csv = 'name,ext\nTwice,tw-1\nTwice more,tw-2\n', map = { name: 'name', ext: 'externalId' }
    expect((await commit(csv, map)).body).toMatchObject({ done: 2 })
    expect((await commit(csv, map)).body).toMatchObject({ done: 0, skipped: 2 })
    const key = { 'idempotency-key': newId() }, again = { csv: 'name\nKeyed\n', mapping: { name: 'name' } }
    const [a, b] = [await post(again, 'admin', key), await post(again, 'admin', key)]
    expect([a.status, b.body.id]).toEqual([200, a.body.id])
    expect((await customers(sql`name = 'Keyed'`)).length).toBe(1)
    expect((await post({ ...again, csv: 'name\nOther\n' }, 'admin', key)).body.code).toBe('idempotency_mismatch')
  })

  it('whose rows were changed since names them when it is taken back, and changes nothing', async () => {
    const { body } = await commit('name,ext\nC one,cf-1\nC two,cf-2\nC three,cf-3\n', { name: 'name', ext: 'externalId' })
    const [one, two, three] = await customers(sql`external_id like 'cf-%'`)
    await world.as('success').patch(`/v1/admin/customers/${one.id}`, { name: 'Edited since' }, { 'if-match': '*' })
    await world.as('admin').post('/v1/admin/notes', { customerId: two.id, body: 'Hangs on it' })
    const refused = await world.as('admin').delete(`/v1/admin/operations/${body.id}`)
    expect([refused.status, refused.body.code, refused.body.conflicts.toSorted()]).toEqual([409, 'undo_conflict', [one.id, two.id].toSorted()])
    expect((await customers(sql`external_id like 'cf-%'`)).length).toBe(3)
    expect((await world.as('admin').delete(`/v1/admin/operations/${body.id}?changed=leave`)).body.state).toBe('undone')
    expect((await customers(sql`external_id like 'cf-%'`)).map((c: any) => c.id)).toEqual([one.id, two.id])
    expect((await world.as('admin').get(`/v1/admin/customers/${three.id}`)).status).toBe(404)
  })

  it('of an edited export changes what was edited and nothing else, and stops where a colleague was faster', async () => {
    const odd = ['=SUM(A1)', '-5', "'quoted", "'=kept", '@you', 'plain, "with" quotes', ' ']
    for (const [i, name] of odd.entries()) await sql`insert into customers (id, external_id, name, tags) values (${newId()}, ${`ex-${i}`}, ${name || 'x'}, array['=t', 'u'])`.execute(world.db)
    const { text } = await world.as('admin').get('/v1/admin/customers/export.csv?externalId_starts=ex-')
    const map = { id: 'id', version: 'version', name: 'name', email: 'email', domain: 'domain', externalId: 'externalId', ownerId: 'ownerId', tags: 'tags', impersonationAllowed: 'impersonationAllowed' }
    expect((await dry(text, map)).body).toMatchObject({ new: 0, changed: 0, same: odd.length, errorCount: 0 })
    const edited = text.replace('plain, ""with"" quotes', 'Edited')
    expect((await commit(edited, map)).body).toMatchObject({ done: 1, skipped: odd.length - 1, failed: 0 })
    expect((await customers(sql`external_id like 'ex-%'`)).map((c: any) => c.name)).toEqual(['=SUM(A1)', '-5', "'quoted", "'=kept", '@you', 'Edited', ' '])
    // the same file again: its version is old, but it holds what the row holds
    expect((await dry(edited, map)).body).toMatchObject({ same: odd.length, errorCount: 0 })
    expect((await dry(text.replace('plain, ""with"" quotes', 'Late'), map)).body.errors).toMatchObject([{ field: 'version', message: 'Somebody changed this customer since the file was made.' }])
  })

  it('gives back whatever was exported', async () => {
    const value = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map(s => s.replaceAll('\u0000', '')).filter(s => s.length > 0)
    let n = 0
    await fc.assert(fc.asyncProperty(fc.array(fc.record({ name: value, domain: fc.option(value), tags: fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }).map(s => s.replaceAll(',', '').trim()).filter(Boolean), { maxLength: 3 }) }), { minLength: 1, maxLength: 4 }), async rows => {
      const run = `pr${++n}-`
      for (const [i, r] of rows.entries()) await sql`insert into customers (id, external_id, name, domain, tags) values (${newId()}, ${run + i}, ${r.name}, ${r.domain}, ${r.tags})`.execute(world.db)
      const { text } = await world.as('admin').get(`/v1/admin/customers/export.csv?externalId_starts=${run}`)
      const { body } = await file(text, { dryRun: true, mapping: { id: 'id', version: 'version', name: 'name', domain: 'domain', tags: 'tags', externalId: 'externalId' } })
      expect(body).toMatchObject({ new: 0, changed: 0, same: rows.length, errors: [] })
    }), { numRuns: 25 })
  })

  it('is for those who may import, field by field, and for what can be imported', async () => {
    for (const role of Object.keys(roles)) {
      const { status } = await post({ csv: 'name\nBy role\n', mapping: { name: 'name' }, dryRun: true }, role)
      expect([role, status]).toEqual([role, role === 'admin' ? 200 : 403])
      const { body: meta } = await world.as(role).get('/v1/admin/meta')
      expect([role, meta.resources.find((r: any) => r.name === 'customers').can.import]).toEqual([role, role === 'admin'])
    }
    for (const r of resources) expect([r.name, (await world.as('admin').post(`/v1/admin/${r.name}/import`, { csv: 'a,b\n1,2', dryRun: true })).status]).toEqual([r.name, r.importKey ? 422 : 403])
    expect((await world.as('admin').post('/v1/admin/customers/import?x=1', { csv: 'name\nA' })).body.code).toBe('unknown_parameter')
    expect((await world.as('admin').post('/v1/admin/nothing/import', { csv: 'name\nA' })).status).toBe(404)
    expect((await world.app.request('/v1/admin/customers/import', { method: 'POST', body: 'name\nA', headers: { cookie: world.as('admin').cookie, origin: publicUrl, 'content-type': 'text/csv' } })).status).toBe(415)
    expect((await world.app.request('/v1/admin/customers/import', { method: 'POST', headers: { cookie: world.as('admin').cookie, origin: 'https://elsewhere.example', 'content-type': 'multipart/form-data; boundary=x' } })).status).toBe(403)
  })
})

describe('a file of another kind', () => {
  it('is read in its encoding or refused, whatever its name says', async () => {
    const csv = 'name;ext\nZoë Müller;enc-1\n', map = { name: 'name', ext: 'externalId' }
    expect((await file(Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(csv, 'utf16le')]), { mapping: map })).body).toMatchObject({ done: 1 })
    expect((await file(Buffer.from(csv.replace('enc-1', 'enc-2'), 'latin1'), { mapping: map, dryRun: true })).body).toMatchObject({ new: 1, encoding: 'windows-1252', delimiter: ';' })
    expect((await customers(sql`external_id like 'enc-%'`)).map((c: any) => c.name)).toEqual(['Zoë Müller'])
    for (const [bytes, status] of [[Buffer.from('PK\u0003\u0004 and so on'), 415], [Buffer.from([0x1f, 0x8b, 8, 0, 0]), 415], [Buffer.from('<html><table><tr><td>name</td></tr></table></html>'), 415], [Buffer.from('name\nA\u0000b, and more\n'), 422], [Buffer.from(''), 422], [Buffer.from('name\n'), 422]] as const) {
      const answer = await file(bytes, { mapping: { name: 'name' }, name: 'people.csv', dryRun: true })
      expect([bytes.toString('latin1').slice(0, 12), answer.status, answer.body.errors.file.length]).toEqual([bytes.toString('latin1').slice(0, 12), status, 1])
    }
    expect((await form({ bytes: [Buffer.from('name\nA')], mapping: { name: 'name' } }, { 'content-encoding': 'gzip' })).status).toBe(415)
    expect(await left()).toEqual([])
  })

  it('made to exhaust the server is refused in time and leaves nothing behind', async () => {
    const began = performance.now(), memory = process.memoryUsage().rss
    const repeated = function* (text: string, times: number): Generator<Buffer> { const bytes = Buffer.from(text); for (let i = 0; i < times; i++) yield bytes }
    const line = await form({ bytes: [Buffer.from('name\n'), ...repeated('x'.repeat(1 << 16), 320)], mapping: { name: 'name' }, dryRun: true })
    expect([line.status, line.body.message]).toEqual([413, 'Line 2 is longer than a million characters. Nothing was read.'])
    expect((await form({ bytes: repeated('name,'.repeat(20_000), 1), mapping: { name: 'name' }, dryRun: true })).status).toBe(422)
    let taken = 0
    async function* endless(): AsyncGenerator<Buffer> { yield Buffer.from('name\n'); for (const part of repeated('row\n'.repeat(1 << 14), 9_600)) { taken++; yield part } }
    expect((await form({ bytes: endless(), mapping: { name: 'name' }, dryRun: true })).status).toBe(413)
    expect(taken).toBeLessThan(1_100)
    expect((await form({ bytes: [] }, { 'content-length': String(500 * 1024 * 1024) })).status).toBe(413)
    expect((await form({ bytes: repeated('r\n'.repeat(200_000), 2), mapping: { r: 'name' }, dryRun: true })).status).toBe(413)
    expect((performance.now() - began) / 1000).toBeLessThan(60)
    expect((process.memoryUsage().rss - memory) / 1_048_576).toBeLessThan(200)
    expect(await left()).toEqual([])
  })
})

describe('a large file', () => {
  const rows = 100_000, map = { name: 'name', ext: 'externalId', email: 'email' }
  async function* lines(n: number): AsyncGenerator<Buffer> {
    yield Buffer.from('name,ext,email\n')
    for (let i = 0; i < n; i += 1_000) yield Buffer.from(Array.from({ length: 1_000 }, (_, j) => `Large company number ${i + j} of many,large-${i + j},billing@large${i + j}.example\n`).join(''))
  }

  it('of 100,000 rows is looked at without being held', async () => {
    await form({ bytes: lines(2_000), mapping: map, dryRun: true })
    let most = 0
    const before = process.memoryUsage().rss
    const watching = setInterval(() => { most = Math.max(most, process.memoryUsage().rss - before) }, 50)
    const { status, body } = await form({ bytes: lines(rows), mapping: map, dryRun: true })
    clearInterval(watching)
    expect([status, body.new, body.errorCount]).toEqual([200, rows, 0])
    expect(most / 1_048_576).toBeLessThan(200)
    expect(await left()).toEqual([])
  })

  it('is done by a job in chunks that goes on where it was stopped, and is taken back the same way', async () => {
    const bad = 'name,ext,email\n' + Array.from({ length: 2_500 }, (_, i) => `Job company ${i},job-${i},${i === 2_497 ? 'nowhere' : `b@j${i}.example`}\n`).join('')
    const { status, body: op } = await file(bad, { mapping: map, name: 'job.csv' })
    expect([status, op.state, op.total]).toEqual([202, 'waiting', 2_500])
    const stop = new AbortController()
    const stopping = runOperation(world.services, op.id, stop.signal)
    while ((await sql<{ done: number }>`select done from operations where id = ${op.id}`.execute(world.db)).rows[0]!.done < 500) await new Promise(r => setTimeout(r, 5))
    stop.abort()
    await expect(stopping).rejects.toThrow()
    const half = (await world.as('admin').get(`/v1/admin/operations/${op.id}`)).body
    expect([half.state, half.done > 0, half.done < 2_499]).toEqual(['running', true, true])
    // two workers at once do no line twice
    await Promise.all([runOperation(world.services, op.id), runOperation(world.services, op.id)])
    expect((await world.as('admin').get(`/v1/admin/operations/${op.id}`)).body).toMatchObject({ state: 'done', done: 2_499, failed: 1, undoable: true })
    expect((await customers(sql`external_id like 'job-%'`)).length).toBe(2_499)
    expect((await world.as('admin').get(`/v1/admin/operations/${op.id}/import`)).body).toMatchObject({ file: 'job.csv', new: 2_499, errorCount: 1, errors: [{ row: 2_499, field: 'email' }] })

    const again = (await file(bad, { mapping: map })).body
    await runOperation(world.services, again.id)
    expect((await world.as('admin').get(`/v1/admin/operations/${again.id}`)).body).toMatchObject({ state: 'done', done: 0, skipped: 2_499, failed: 1 })

    expect((await world.as('admin').delete(`/v1/admin/operations/${op.id}`)).status).toBe(202)
    await runOperation(world.services, op.id)
    expect((await world.as('admin').get(`/v1/admin/operations/${op.id}`)).body).toMatchObject({ state: 'undone', takenBack: 2_499 })
    expect(await customers(sql`external_id like 'job-%'`)).toEqual([])
  })

  it('stops at the next chunk when the right to import is gone, and forgets the rest of its lines', async () => {
    const { body: op } = await file('name\n' + 'Somebody\n'.repeat(600), { mapping: { name: 'name' } })
    await sql`update staff set role = 'support' where id = ${world.staff.admin!.id}`.execute(world.db)
    try { await runOperation(world.services, op.id) } finally { await sql`update staff set role = 'admin' where id = ${world.staff.admin!.id}`.execute(world.db) }
    expect((await world.as('admin').get(`/v1/admin/operations/${op.id}`)).body).toMatchObject({ state: 'failed', done: 0, error: expect.stringContaining('cannot import customers') })
    await forgetFiles(world.db)
    expect((await sql`select 1 from import_lines where operation_id = ${op.id} and cells is not null`.execute(world.db)).rows).toEqual([])
  })
})
