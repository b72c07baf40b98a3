import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Services } from '../engine/context.ts'
import { Problem } from '../engine/errors.ts'
import { storeEvent } from './store-event.ts'
import { verifyWebhook, WebhookRefused, type StripeEvent } from './stripe.ts'

const largest = 1_048_576

export type WebhookOutcome = 'accepted' | 'duplicate' | 'ignored' | 'kept' | 'forged' | 'old' | 'future' | 'too_large' | 'malformed'

export interface WebhookOptions {
  /** Called after an event was stored that waits to be applied. */
  wake?: () => void
  /** Counts what became of each delivery, for /metrics. */
  count?: (outcome: WebhookOutcome) => void
}

/**
 * POST /webhooks/stripe: verify the raw body, keep the event and its place in the queue in one statement, answer. No business thought here.
 * 200 { received: true } also for duplicates and types we do not use; 400 forged, old, future or changed; 413; 404 while no secret is set.
 */
export function stripeWebhook(services: Services, { wake = () => undefined, count = () => undefined }: WebhookOptions = {}): Hono {
  const door = new Hono()
  door.post('/', bodyLimit({ maxSize: largest, onError: () => { throw tooLarge(count) } }), async c => {
    const { webhookSecret, livemode } = services.config.stripe
    if (!webhookSecret) throw new Problem('not_found', 'Stripe is not connected.')
    const body = await c.req.text()
    let event: StripeEvent
    try { event = verifyWebhook(body, c.req.header('stripe-signature'), webhookSecret, new Date()) } catch (error) {
      if (!(error instanceof WebhookRefused)) throw error
      count(error.reason)
      throw new Problem('malformed', error.message)
    }
    if (typeof event.id !== 'string' || typeof event.type !== 'string' || !Number.isSafeInteger(event.created)) { count('malformed'); throw new Problem('malformed', 'The body is no Stripe event.') }
    const outcome = await storeEvent(services, event, body, livemode)
    count(outcome)
    if (outcome === 'accepted') wake()
    return c.json({ received: true })
  })
  return door
}

const tooLarge = (count: (outcome: WebhookOutcome) => void): Problem => {
  count('too_large')
  return new Problem('too_large', 'A webhook has at most 1 MB.')
}
