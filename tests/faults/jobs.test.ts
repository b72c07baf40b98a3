import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLog } from '../../api/engine/log.ts'
import { createQueue, type Queue } from '../../api/engine/queue.ts'
import { defineJob, type JobDefinition } from '../../resources/engine/define-job.ts'
import { lingering } from '../support/jobs-child.ts'
import { startProcess, until } from '../support/own-product.ts'
import { createWorld, type World } from '../support/world.ts'

let world: World
const queues: Queue[] = []
const unheard: unknown[] = []
const hear = (error: unknown) => { unheard.push(error) }
const open = async (jobs: JobDefinition[], lines: string[] = []): Promise<Queue> => {
  const queue = await createQueue(world.urls.app, jobs, createLog('warn', { write: line => { lines.push(line) } }))
  queues.push(queue)
  return queue
}
const stateOf = async (id: string) => (await sql<{ state: string; retry_count: number }>`select state::text, retry_count from pgboss.job where id = ${id}`.execute(world.db)).rows[0]
const effects = async (job: string) => (await sql<{ worker: number }>`select worker from effects where job = ${job} order by at`.execute(world.db)).rows.map(r => r.worker)

beforeAll(async () => {
  process.on('unhandledRejection', hear)
  world = await createWorld()
  await sql`create table effects (job uuid, worker int, at timestamptz not null default clock_timestamp())`.execute(world.owner)
  await sql`grant all on effects to quarterdeck_app`.execute(world.owner)
})
afterAll(async () => {
  await Promise.all(queues.map(q => q.stop()))
  process.off('unhandledRejection', hear)
  await world.close()
})

describe('a worker', () => {
  it('killed in the middle of a job loses it to another worker, by heartbeat and supervision alone', async () => {
    const victim = startProcess('tests/support/jobs-child.ts', {}, [world.urls.app])
    await victim.said('is ready')
    const sender = await createQueue(world.urls.app, [lingering], createLog('silent'), { work: false })
    queues.push(sender)
    const id = (await sender.enqueue(null, lingering))!
    await until(async () => (await effects(id)).length === 1, 'the victim has begun')
    victim.child.kill('SIGKILL')
    const heir = await open([lingering])
    await heir.work(lingering, async ([job]) => { await sql`insert into effects (job, worker) values (${job!.id}, 0)`.execute(world.db) })
    await until(async () => (await stateOf(id))?.state === 'completed', 'the heir has done it')
    expect(await effects(id)).toEqual([victim.child.pid, 0])
    await heir.stop()
  })

  it('returns what it could not finish when it is told to end, ends with 0, and another one does it', async () => {
    const worker = startProcess('tests/support/jobs-child.ts', {}, [world.urls.app])
    await worker.said('is ready')
    const sender = queues[0]!
    const id = (await sender.enqueue(null, lingering))!
    await until(async () => (await effects(id)).length === 1, 'it has begun')
    worker.child.kill('SIGTERM')
    expect(await worker.ended).toBe(0)
    expect((await stateOf(id))!.state).toBe('retry')
    const heir = await open([lingering])
    await heir.work(lingering, async ([job]) => { await sql`insert into effects (job, worker) values (${job!.id}, 0)`.execute(world.db) })
    await until(async () => (await stateOf(id))?.state === 'completed', 'the next worker has done it')
  })
})

describe('a job', () => {
  it('that always throws is tried a bounded number of times and put aside with its error; a thousand good ones behind it all finish', async () => {
    const poison = defineJob({ name: 'test.poison', label: 'Poison', notify: true, retryLimit: 2 }), good = defineJob({ name: 'test.good', label: 'Good', batchSize: 200 })
    const lines: string[] = []
    const queue = await open([poison, good], lines)
    let tries = 0
    const done = new Set<string>()
    const bad = (await queue.enqueue(null, poison, { rowId: 'row-7' }))!
    await world.db.transaction().execute(async trx => { for (let i = 0; i < 1000; i++) await queue.enqueue(trx, good) })
    await queue.work(poison, async () => { tries++; await Promise.resolve(); throw new Error('poisoned again') })
    await queue.work(good, async batch => { for (const job of batch) done.add(job.id) })
    await until(() => done.size === 1000, 'all good jobs are done')
    await until(async () => {
      await sql`update pgboss.job set start_after = now() where id = ${bad} and state = 'retry'`.execute(world.db)
      return (await stateOf(bad))?.state === 'failed'
    }, 'the poison has failed for good')
    expect(tries).toBe(3)
    const { rows } = await sql<{ data: unknown; state: string }>`select data, state::text from pgboss.job where name = 'engine.dead-letter'`.execute(world.db)
    expect(rows).toEqual([{ data: { rowId: 'row-7' }, state: 'created' }])
    expect((await sql<{ output: unknown }>`select output from pgboss.job where id = ${bad}`.execute(world.db)).rows[0]!.output).toMatchObject({ message: 'poisoned again' })
    expect(lines.filter(l => l.includes('poisoned again') && l.includes('test.poison'))).toHaveLength(3)
    expect(unheard).toEqual([])
    await until(async () => (await queue.stats()).some(q => q.name === 'engine.dead-letter' && q.queued === 1), 'the system page counts it')
  })

  it('that runs over its time is told to stop, and tried again without its effect being doubled', async () => {
    const slow = defineJob({ name: 'test.slow', label: 'Slow', notify: true, expireInSeconds: 2, retryLimit: 3 })
    const queue = await open([slow])
    await sql`create unique index effects_once on effects (job) where worker = 1`.execute(world.owner)
    const aborted: boolean[] = []
    await queue.work(slow, async ([job], signal) => {
      await sql`insert into effects (job, worker) values (${job!.id}, 1) on conflict do nothing`.execute(world.db)
      if (aborted.length) return
      await new Promise<void>(resolve => { signal.addEventListener('abort', () => { resolve() }) })
      aborted.push(signal.aborted)
    })
    const id = (await queue.enqueue(null, slow))!
    await until(async () => (await stateOf(id))?.state === 'completed', 'the second attempt is through')
    expect(aborted).toEqual([true])
    expect((await stateOf(id))!.retry_count).toBe(1)
    expect(await effects(id)).toEqual([1])
  })
})
