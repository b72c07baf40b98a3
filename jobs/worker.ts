import type { Services } from '../api/engine/context.ts'
import { jobs } from '../resources/index.ts'
import { backfillStripeHandler } from './billing/backfill-stripe.ts'
import { drainInboxHandler } from './billing/drain-inbox.ts'
import { readRedemptionsHandler } from './marketing/read-redemptions.ts'
import { tellPromoCodesHandler } from './marketing/tell-promo-codes.ts'
import { checkLedgerHandler } from './revenue/check-ledger.ts'
import { rebuildLedgerHandler } from './revenue/rebuild-ledger.ts'
import { writeDueMovementsHandler } from './revenue/write-due-movements.ts'
import { checkpointAudit } from './security/checkpoint-audit.ts'
import { sendLink } from './staff/send-link.ts'
import { sweepExpired } from './staff/sweep-expired.ts'
import { runOperationHandler } from './system/run-operation.ts'
import { keepIngest } from './usage/keep-ingest.ts'

/** Work on one job at a time or a batch, with the services of the process. `signal` aborts on shutdown and overrun. */
export type JobHandler = (services: Services, payloads: { id: string; data: Record<string, any> }[], signal: AbortSignal) => Promise<void>

/** Every handler by the name of its job; a declared job without one is an error at start. */
export const handlers: Record<string, JobHandler> = {
  'billing.drain-inbox': drainInboxHandler,
  'billing.backfill-stripe': backfillStripeHandler,
  'marketing.tell-promo-codes': tellPromoCodesHandler,
  'marketing.read-redemptions': readRedemptionsHandler,
  'revenue.check-ledger': checkLedgerHandler,
  'revenue.rebuild-ledger': rebuildLedgerHandler,
  'revenue.write-due-movements': writeDueMovementsHandler,
  'security.checkpoint-audit': checkpointAudit,
  'staff.send-link': sendLink,
  'staff.sweep-expired': sweepExpired,
  'system.run-operation': runOperationHandler,
  'usage.keep-ingest': keepIngest,
}

/** Binds handlers to the queue. */
export async function startWorker(services: Services): Promise<void> {
  for (const job of jobs) {
    const handler = handlers[job.name]
    if (!handler) throw new Error(`E50 The job ${job.name} has no handler in jobs/worker.ts.`)
    await services.queue!.work(job, (payloads, signal) => handler(services, payloads, signal))
  }
}
