import { defineJob } from '../engine/define-job.ts'

/** Tells Stripe of promo codes that are new, turned off or turned on again. Woken by the change and, should that be missed, each minute. */
export const tellPromoCodes = defineJob({ name: 'marketing.tell-promo-codes', label: 'Tell Stripe of promo codes', schedule: '* * * * *', notify: true, singleton: true, retryLimit: 10, expireInSeconds: 1800 })

/** Reads from Stripe how often each promo code was redeemed. */
export const readRedemptions = defineJob({ name: 'marketing.read-redemptions', label: 'Read redemptions of promo codes', schedule: '*/5 * * * *', singleton: true, retryLimit: 3, expireInSeconds: 900 })
