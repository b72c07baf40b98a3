import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../../api/engine/log.ts'
import { createQueue, type Queue } from '../../api/engine/queue.ts'
import { runOperation } from '../../jobs/system/run-operation.ts'
import { runOperationJob } from '../../resources/system/jobs.ts'
import { startProcess, until, type Started } from '../support/own-product.ts'
import { someCustomers } from '../support/panel.ts'
import { createWorld, type World } from '../support/world.ts'

const n = 10_000
let world: World, queue: Queue, dataDir: string, env: Record<string, string>
const workers: Started[] = []
const worker = async (): Promise<Started> => {
  const one = startProcess('bin/worker.ts', env)
  workers.push(one)
  await one.said('worker is ready')
  return one
}

beforeAll(async () => {
  world = await createWorld()
  await someCustomers(world, n)
  dataDir = await mkdtemp(path.join(tmpdir(), 'quarterdeck-bulk-'))
  env = { DATABASE_URL: world.urls.app, PUBLIC_URL: 'http://127.0.0.1:3000', MASTER_KEYS: `k1:${randomBytes(32).toString('base64')}`, LOG_LEVEL: 'silent', DATA_DIR: dataDir, DEMO: '0' }
  queue = await createQueue(world.urls.app, [runOperationJob], createLog('silent'), { work: false })
  Object.assign(world.services, { queue })
})
afterAll(async () => {
  for (const one of workers) one.child.kill('SIGKILL')
  await Promise.all(workers.map(w => w.ended))
  await queue.stop()
  await world.close()
  await rm(dataDir, { recursive: true, force: true })
})

const root = '/v1/admin/customers'
const start = (action: string, input: object, expected = n, filter: object = {}) => world.as('success').post(`${root}/bulk/${action}`, { filter, expected, input })
const show = async (id: string) => (await world.as('admin').get(`/v1/admin/operations/${id}`)).body
const one = async (query: string): Promise<number> => (await sql<{ n: number }>`${sql.raw(query)}`.execute(world.db)).rows[0]!.n

describe('a bulk act', () => {
  it('whose worker is killed goes on with another one, and does no row twice', async () => {
    const victim = await worker()
    // whoever comes to the last row waits here
    const held = await world.services.slowPool.connect()
    await held.query('begin')
    await held.query('select 1 from customers where id = (select id from customers order by id desc limit 1) for update')
    const { status, body: { id } } = await start('tagging', { tags: ['killed'] })
    expect(status).toBe(202)
    await until(async () => (await show(id)).done >= n - 500, 'all chunks but the last are done')
    victim.child.kill('SIGKILL')
    await victim.ended
    await held.query('rollback')
    held.release()
    expect(await show(id)).toMatchObject({ state: 'running', done: n - 500 })
    await worker()
    await until(async () => (await show(id)).state === 'done', 'the next worker has done the rest')
    expect(await show(id)).toMatchObject({ total: n, done: n, skipped: 0, failed: 0 })
    expect(await one(`select count(*) as n from customers where tags @> '{killed}'`)).toBe(n)
    expect(await one(`select count(*) as n from audit_log where act = 'tagging' and resource = 'customers'`)).toBe(n)
    expect(await one(`select count(distinct subject_id) as n from audit_log where act = 'tagging' and resource = 'customers'`)).toBe(n)
  })

  it('and an agent who edits three of its rows both get what they asked for, each change with its audit row: CC-03', async () => {
    const { rows } = await sql<{ id: string; version: number }>`select id, version from customers where external_id in ('org_1', 'org_5000', 'org_9999')`.execute(world.db)
    const { body: { id } } = await start('suspension', { reason: 'All' })
    const running = runOperation(world.services, id)
    const edits = await Promise.all(rows.map(r => world.as('support').patch(`${root}/${r.id}`, { name: 'Edited meanwhile' }, { 'if-match': `"v${r.version}"` })))
    await running
    await until(async () => (await show(id)).state === 'done', 'it has ended')
    const edited = edits.filter(e => e.status === 200).length
    for (const e of edits) expect([200, 412, 503]).toContain(e.status)
    expect(await one(`select count(*) as n from customers where name = 'Edited meanwhile'`)).toBe(edited)
    expect(await one(`select count(*) as n from audit_log where act = 'update' and resource = 'customers'`)).toBe(edited)
    const op = await show(id)
    expect(op.done + op.skipped + op.failed).toBe(n)
    expect(await one(`select count(*) as n from customers where access = 'suspended'`)).toBe(op.done)
    expect(await one(`select count(*) as n from audit_log where act = 'suspension' and resource = 'customers'`)).toBe(op.done)
    expect(Number((await world.as('success').get(`/v1/admin/operations/${id}/results?outcome=done`)).headers.get('x-total-count'))).toBe(op.done)
  })

  it('taken back from two tabs at once is taken back once: one wins, the other is told', async () => {
    const op = (await world.as('success').get('/v1/admin/operations?action=suspension')).body[0]
    const answers = await Promise.all([1, 2].map(() => world.as('success').delete(`/v1/admin/operations/${op.id}`)))
    expect(answers.map(a => a.status).toSorted()).toEqual([202, 409])
    expect(answers.find(a => a.status === 409)!.body.code).toBe('already_undone')
    await until(async () => (await show(op.id)).state === 'undone', 'the worker has taken it back')
    expect(await one(`select count(*) as n from customers where access = 'suspended'`)).toBe(0)
    expect(await one(`select count(*) as n from audit_log where act = 'reactivation' and resource = 'customers'`)).toBe(op.done)
    const single = (await start('tagging', { tags: ['single'] }, 1, { externalId: 'org_1' })).body
    const both = await Promise.all([1, 2].map(() => world.as('success').delete(`/v1/admin/operations/${single.id}`)))
    expect(both.map(a => a.status).toSorted()).toEqual([200, 409])
  })

  it('lets other work by: two run side by side, and both end', async () => {
    const [a, b] = await Promise.all([start('tagging', { tags: ['a'] }), start('tagging', { tags: ['b'] })])
    for (const { body } of [a, b]) await until(async () => (await show(body.id)).state === 'done', 'it is done')
    expect(await one(`select count(*) as n from customers where tags @> '{a,b}'`)).toBe(n)
    expect(await world.as('admin').get('/v1/admin/audit-log?_end=1').then(r => r.status)).toBe(200)
  })

  it('whose verb breaks is tried again and given up with a sentence; the rest was left as it is', async () => {
    const broken = { ...world.services, registry: { ...world.services.registry, server: (name: string) => ({ ...world.services.registry.server(name), actions: { ...world.services.registry.server(name).actions, tagging: () => Promise.reject(new Error('a fault of ours')) } }) } }
    const { body: { id } } = await start('tagging', { tags: ['broken'] })
    await Promise.all(workers.map(w => { w.child.kill('SIGKILL'); return w.ended }))
    await sql`update operations set state = 'waiting', done = 0, skipped = 0, failed = 0 where id = ${id}`.execute(world.db)
    await sql`update operation_results set outcome = 'waiting' where operation_id = ${id}`.execute(world.db)
    for (let i = 0; i < 4; i++) await expect(runOperation(broken, id)).rejects.toThrow('a fault of ours')
    await runOperation(broken, id)
    expect(await show(id)).toMatchObject({ state: 'failed', done: 0, error: 'Something went wrong on our side, five times. Nothing was done.' })
  })
})
