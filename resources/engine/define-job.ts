/** Heavy or scheduled work. The handler lies in jobs/<word>/ and is bound by name in jobs/worker.ts. Payloads carry ids only. */
export interface JobDefinition {
  /** `<word>.<verb-noun>`, the queue's name. */
  name: string
  /** Shown in the panel. */
  label: string
  /** Cron, UTC. */
  schedule?: string
  /** Wake a worker at once (LISTEN/NOTIFY) instead of at the next poll. */
  notify?: boolean
  /** Jobs taken at a time. Default 1. */
  batchSize?: number
  /** How many of them one process works on at a time. Default 1. */
  concurrency?: number
  /** At most one queued or running at a time. */
  singleton?: boolean
  retryLimit?: number
  /** Seconds; must exceed the longest run. Default 300. */
  expireInSeconds?: number
}

/**
 * Declares a job.
 *
 * @example export const drainInbox = defineJob({ name: 'billing.drain-inbox', label: 'Apply Stripe events', notify: true, schedule: '* * * * *', singleton: true })
 */
export const defineJob = <const J extends JobDefinition>(job: J): J => job
