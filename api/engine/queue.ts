import { PgBoss, fromKysely, type Job } from 'pg-boss'
import type { JobDefinition } from '../../resources/engine/define-job.ts'
import type { Database } from './database.ts'
import type { Log } from './log.ts'

export interface Queue {
  /** Enqueues inside the transaction of the change that needs it; a rolled back change leaves no job. */
  enqueue(db: Database | null, job: JobDefinition, payload?: Record<string, string | number>, options?: { key?: string; startAfter?: number }): Promise<string | null>
  /** Binds a handler; called by the worker. `signal` aborts on shutdown and overrun. */
  work(job: JobDefinition, handler: (payloads: { id: string; data: Record<string, any> }[], signal: AbortSignal) => Promise<void>): Promise<void>
  /** Numbers for the system page and /metrics. */
  stats(): Promise<{ name: string; queued: number; active: number; failed: number }[]>
  stop(): Promise<void>
}

const deadLetter = 'engine.dead-letter'

/**
 * pg-boss in its own schema, with the options that its defaults get wrong for us: heartbeats (a killed worker's job comes back in seconds),
 * back-off, a dead letter, NOTIFY for interactive queues, bursts for bulk ones.
 */
export async function createQueue(url: string, jobs: readonly JobDefinition[], log: Log, options: { work?: boolean } = {}): Promise<Queue> {
  const work = options.work ?? true
  const boss = new PgBoss({
    connectionString: url, schema: 'pgboss', application_name: 'quarterdeck-jobs', max: 4, useListenNotify: work, supervise: work, schedule: work,
    superviseIntervalSeconds: 10, monitorIntervalSeconds: 10, persistWarnings: false,
  })
  boss.on('error', error => log.warn({ err: error }, 'job queue'))
  boss.on('warning', warning => log.warn({ warning: warning.message }, 'job queue'))
  await boss.start()
  await boss.createQueue(deadLetter, { retentionSeconds: 30 * 86_400 })
  for (const job of jobs) {
    const settings = {
      retryLimit: job.retryLimit ?? 5, retryDelay: 2, retryBackoff: true, retryDelayMax: 300, expireInSeconds: job.expireInSeconds ?? 300,
      heartbeatSeconds: 15, deadLetter, notify: job.notify ?? false, warningQueueSize: 10_000,
    }
    await boss.createQueue(job.name, { ...settings, policy: job.singleton ? 'exclusive' as const : 'standard' as const })
    await boss.updateQueue(job.name, settings)
    if (work && job.schedule) await boss.schedule(job.name, job.schedule, {}, { tz: 'UTC' })
  }

  return {
    enqueue: (db, job, payload = {}, o = {}) =>
      boss.send(job.name, payload, { ...(db ? { db: fromKysely(db) } : {}), ...(o.key ? { singletonKey: o.key } : {}), ...(o.startAfter ? { startAfter: o.startAfter } : {}) }),
    work: async (job, handler) => {
      await boss.work(job.name, {
        batchSize: job.batchSize ?? 1, localConcurrency: job.concurrency ?? 1, burstWhenBatchFull: (job.batchSize ?? 1) > 1, pollingIntervalSeconds: 2, notifyPollingIntervalSeconds: 5,
      }, async (batch: Job<any>[]) => {
        try { await handler(batch.map(j => ({ id: j.id, data: j.data ?? {} })), batch[0]!.signal) } catch (error) {
          // the queue keeps the error with the job and tries again; without a line of ours nobody would see it in time
          log.warn({ err: error, job: job.name, ids: batch.slice(0, 20).map(j => j.id) }, 'a job failed')
          throw error
        }
      })
    },
    stats: async () => (await boss.getQueues()).map(q => ({ name: q.name, queued: q.queuedCount, active: q.activeCount, failed: 0 })),
    stop: () => boss.stop({ graceful: true, timeout: 20_000 }),
  }
}
