import { defineJob } from '../engine/define-job.ts'

/** Does the rows of an operation that is too large for a request, waits for its time or for approval; goes on where it was stopped. */
export const runOperationJob = defineJob({ name: 'system.run-operation', label: 'Run operations', notify: true, retryLimit: 20, expireInSeconds: 3600, concurrency: 2 })
