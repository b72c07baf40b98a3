import './node-version.ts'
import { makeWebhookEndpoint } from '../api/billing/stripe.ts'
import { readConfig } from '../api/engine/config.ts'
import { run } from './run.ts'

/** Makes the webhook endpoint at PUBLIC_URL through Stripe's API and prints its secret, which Stripe tells this once. */
await run(async () => {
  const config = readConfig()
  const url = `${config.publicUrl}/webhooks/stripe`
  const { id, secret, existing } = await makeWebhookEndpoint(config.stripe, url)
  if (existing) console.log(`${id} already sends to ${url}. Its secret stands in Stripe's dashboard; set STRIPE_WEBHOOK_SECRET to it.`)
  else console.log(`${id} sends to ${url}. Set this and start again:\nSTRIPE_WEBHOOK_SECRET=${secret}`)
})
