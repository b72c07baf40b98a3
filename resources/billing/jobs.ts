import { defineJob } from '../engine/define-job.ts'

/** Applies what waits in the inbox of Stripe events. Woken by the door and, should that be missed, each minute. */
export const drainInbox = defineJob({ name: 'billing.drain-inbox', label: 'Apply Stripe events', schedule: '* * * * *', notify: true, singleton: true, retryLimit: 3, expireInSeconds: 3600 })

/** Reads everything that Stripe's list APIs tell; goes on where it was stopped. */
export const backfillStripe = defineJob({ name: 'billing.backfill-stripe', label: 'Back-fill from Stripe', notify: true, singleton: true, retryLimit: 20, expireInSeconds: 6 * 3600 })
