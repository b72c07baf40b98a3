import { setTimeout as sleep } from 'node:timers/promises'
import type { Services } from '../../api/engine/context.ts'
import { beginning, stepOperation, type Cursor } from '../../api/engine/operations/run-operation.ts'
import { runOperationJob } from '../../resources/system/jobs.ts'
import type { JobHandler } from '../worker.ts'

/** How long one operation may keep others waiting before it lines up again behind them, and the rest between chunks for requests of people. */
const turnMs = 30_000, restMs = 20

/** The job `system.run-operation`. */
export const runOperationHandler: JobHandler = async (services, payloads, signal) => {
  for (const { data } of payloads) if (!await runOperation(services, String(data.operationId), signal, turnMs)) await services.queue?.enqueue(null, runOperationJob, { operationId: String(data.operationId) })
}

/** Goes on with an operation until it has ended, chunk by chunk; false when its turn was over before. Stopped by `signal` it throws, so that the queue hands it on. */
export async function runOperation(services: Services, operationId: string, signal?: AbortSignal, turn = Infinity): Promise<boolean> {
  const began = performance.now()
  for (let cursor: Cursor | null = beginning; cursor; await sleep(restMs)) {
    if (signal?.aborted) throw new Error('told to stop; the next worker goes on where this one was')
    cursor = (await stepOperation(services, operationId, cursor)).more
    if (cursor && performance.now() - began > turn) return false
  }
  return true
}
