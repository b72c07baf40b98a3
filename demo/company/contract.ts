import type { Account, Contract } from './account.ts'
import { releaseSchedule } from './schedules.ts'
import type { Subscription } from './wire.ts'

export type Feedback = NonNullable<Subscription['cancellation_details']>['feedback']
export type EndReason = NonNullable<Subscription['cancellation_details']>['reason']

/** Changes a subscription and tells of it. `by` says whether a person or Stripe itself did. */
export function update(account: Account, contract: Contract, at: number, change: Partial<Subscription>, by: 'stripe' | 'someone' = 'stripe'): void {
  contract.now = { ...contract.now, ...change }
  account.recorder.tell(at, 'customer.subscription.updated', contract.now, by)
}

/** Ends a subscription at once. */
export function endNow(account: Account, contract: Contract, at: number, why: { reason: EndReason; feedback: Feedback; comment?: string }): void {
  const released = releaseSchedule(account, contract, at, 'canceled')
  contract.now = {
    ...contract.now,
    ...released,
    status: 'canceled',
    canceled_at: contract.now.canceled_at ?? at,
    ended_at: at,
    cancellation_details: { comment: why.comment ?? null, feedback: why.feedback, feedback_option: null, reason: why.reason },
  }
  account.recorder.tell(at, 'customer.subscription.deleted', contract.now, why.reason === 'cancellation_requested' && contract.now.canceled_at === at ? 'someone' : 'stripe')
}

/** Whether it runs: in force, to be renewed, and open to changes. */
export function runs(contract: Contract): boolean {
  return contract.now.status === 'active'
}
