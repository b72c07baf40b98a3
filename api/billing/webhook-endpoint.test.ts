import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startStandIn, type StandIn } from '../../demo/stripe/stand-in.ts'
import { apiVersion, makeWebhookEndpoint } from './stripe.ts'

let stripe: StandIn
beforeAll(async () => { stripe = await startStandIn({ seed: 7, firstDay: '2026-01-05', now: () => new Date('2026-01-05T10:00:00Z') }) })
afterAll(() => stripe.stop())

describe('the webhook endpoint', () => {
  const config = () => ({ secretKey: 'sk_test_endpoint', apiBase: stripe.url, livemode: false })

  it('is made once, with the pinned API version, and its secret told', async () => {
    const made = await makeWebhookEndpoint(config(), 'http://127.0.0.1:9/webhooks/stripe')
    expect(made.existing).toBe(false)
    expect(made.secret).toMatch(/^whsec_/)
    const again = await makeWebhookEndpoint(config(), 'http://127.0.0.1:9/webhooks/stripe')
    expect(again).toEqual({ id: made.id, existing: true })
    const [endpoint] = stripe.world.all('webhook_endpoint')
    expect(endpoint).toMatchObject({ api_version: apiVersion, url: 'http://127.0.0.1:9/webhooks/stripe' })
    expect(endpoint!.enabled_events).toContain('customer.subscription.deleted')
  })

  it('is not made without a key', async () => {
    await expect(makeWebhookEndpoint({ livemode: false }, 'https://a.example/webhooks/stripe')).rejects.toThrow('STRIPE_SECRET_KEY')
  })
})
