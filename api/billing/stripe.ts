import Stripe from 'stripe'
import type { Config } from '../engine/config.ts'
import { Limiter } from './limiter.ts'
import { webhookEvents } from './webhook-endpoint.ts'

/** The version of Stripe's API that product, webhook endpoint and stand-in speak: the one the package pins. */
export const apiVersion = '2026-10-28.endive'

/** How old, or how far ahead, the stamp of a webhook may be. Seconds. */
export const webhookTolerance = 300

export interface StripeEvent {
  id: string
  type: string
  created: number
  livemode: boolean
  api_version: string | null
  account?: string
  data: { object: Record<string, any>; previous_attributes?: Record<string, unknown> }
}

/** Why a webhook was refused: a signature that does not match, or a stamp outside the tolerance. */
export class WebhookRefused extends Error {
  readonly reason: 'forged' | 'old' | 'future'
  constructor(reason: 'forged' | 'old' | 'future', message: string) { super(message); this.reason = reason }
}

/** Verifies a webhook's raw body. Throws WebhookRefused. The SDK accepts stamps of the future, we do not. */
export function verifyWebhook(body: string, signature: string | undefined, secret: string, now: Date): StripeEvent {
  const stamp = Number(/(?:^|,)t=(\d{1,12})(?:,|$)/.exec(signature ?? '')?.[1])
  const seconds = Math.floor(now.getTime() / 1000)
  if (stamp > seconds + webhookTolerance) throw new WebhookRefused('future', 'The webhook is stamped in the future.')
  try {
    return Stripe.webhooks.constructEvent(body, signature ?? '', secret, webhookTolerance, undefined, now.getTime()) as unknown as StripeEvent
  } catch (error) {
    if (stamp < seconds - webhookTolerance) throw new WebhookRefused('old', 'The webhook is older than five minutes.')
    throw new WebhookRefused('forged', `The webhook is not signed with this endpoint's secret. ${error instanceof SyntaxError ? 'Its body is no JSON.' : ''}`.trim())
  }
}

/** A Stripe object as plain JSON, decimals as text. */
export type StripeObject = Record<string, any> & { id: string; object: string }

/** Kinds that the back-fill lists, in the order in which later ones may refer to earlier ones. */
export const listable = ['products', 'prices', 'coupons', 'customers', 'subscriptions', 'invoices', 'payment_intents', 'charges', 'refunds', 'disputes', 'credit_notes', 'invoice_payments'] as const
export type Listable = (typeof listable)[number]
export interface Page { data: StripeObject[]; hasMore: boolean }

/** What the product asks of Stripe. Every call goes through one limiter and waits, with jitter, when Stripe says 429. */
export interface StripeReader {
  /** The object as it is now, with everything expanded that revenue reads; null when Stripe does not know it. */
  fetch(objectType: string, id: string): Promise<StripeObject | null>
  /** One page of 100, oldest knowledge last; `createdUpTo` in Unix seconds. */
  list(resource: Listable, options: { after?: string; createdUpTo?: number }): Promise<Page>
}

const subscriptionParts = ['discounts.source.coupon', 'items.data.discounts.source.coupon', 'items.data.price.tiers']
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

/** Stripe allows 25 reads a second in test mode: all of a process stay below it together. */
const shared = new Limiter(20, 4)

function clientOf(key: string, apiBase: string | undefined): Stripe {
  const base = apiBase ? new URL(apiBase) : null
  return new Stripe(key, {
    apiVersion, telemetry: false, timeout: 20_000, maxNetworkRetries: 2,
    ...(base ? { host: base.hostname, port: Number(base.port || (base.protocol === 'https:' ? 443 : 80)), protocol: base.protocol === 'https:' ? 'https' as const : 'http' as const } : {}),
  })
}

/**
 * Makes the webhook endpoint at `url` with the pinned API version (an endpoint keeps its version for ever, so an account's default must not decide). Answers its secret, which Stripe tells
 * this once; `existing` when one of this address and version is there already.
 */
export async function makeWebhookEndpoint(config: Config['stripe'], url: string): Promise<{ id: string; secret?: string; existing: boolean }> {
  const key = config.writeKey ?? config.secretKey
  if (!key) throw new Error('Stripe is not connected: set STRIPE_SECRET_KEY, or STRIPE_WRITE_KEY with the right to write webhook endpoints.')
  const stripe = clientOf(key, config.apiBase)
  for await (const endpoint of stripe.webhookEndpoints.list({ limit: 100 }))
    if (endpoint.url === url && endpoint.api_version === apiVersion && endpoint.status === 'enabled') return { id: endpoint.id, existing: true }
  const made = await stripe.webhookEndpoints.create({ url, api_version: apiVersion as Stripe.WebhookEndpointCreateParams['api_version'], enabled_events: [...webhookEvents], description: 'Quarterdeck' })
  return { id: made.id, secret: made.secret, existing: false }
}

/** The SDK with the right to write, and a caller that waits, with jitter, when Stripe says 429; null when no key is configured. */
export function stripeWriter(config: Config['stripe'], limiter = shared): { stripe: Stripe; call: <T>(ask: () => Promise<T>) => Promise<T> } | null {
  const key = config.writeKey ?? config.secretKey
  return key ? { stripe: clientOf(key, config.apiBase), call: patient(limiter) } : null
}

/** Runs a call within the limiter; when Stripe says 429 it waits and asks again, eight times at most. */
const patient = (limiter: Limiter) => async <T>(ask: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try { return plain(await limiter.run(ask)) } catch (error) {
      if ((error as { statusCode?: number }).statusCode !== 429 || attempt >= 8) throw error
      await new Promise(resolve => setTimeout(resolve, Math.random() * Math.min(30_000, 250 * 2 ** attempt)))
    }
  }
}

/** A reader over the real SDK; null when no key is configured. */
export function createStripeReader(config: Config['stripe'], limiter = shared): StripeReader | null {
  if (!config.secretKey) return null
  const stripe = clientOf(config.secretKey, config.apiBase)
  const call = patient(limiter)
  return {
    async fetch(objectType, id) {
      try { return await call(() => retrieve(stripe, objectType, id)).then(o => o && complete(stripe, call, o)) } catch (error) {
        if ((error as { statusCode?: number }).statusCode === 404) return null
        throw error
      }
    },
    list: async (resource, { after, createdUpTo }) => {
      const page = await call(() => listPage(stripe, resource, { limit: 100, ...(after ? { starting_after: after } : {}), ...(createdUpTo ? { created: { lte: createdUpTo } } : {}) }))
      const data: StripeObject[] = []
      for (const object of page.data) data.push(await complete(stripe, call, object))
      return { data, hasMore: page.has_more }
    },
  }
}

async function retrieve(stripe: Stripe, objectType: string, id: string): Promise<StripeObject | null> {
  switch (objectType) {
    case 'subscription': return await stripe.subscriptions.retrieve(id, { expand: subscriptionParts })
    case 'price': return await stripe.prices.retrieve(id, { expand: ['tiers'] })
    case 'invoice': return await stripe.invoices.retrieve(id, { expand: ['lines.data.discounts'] })
    case 'customer': return await stripe.customers.retrieve(id) as StripeObject
    case 'coupon': return await stripe.coupons.retrieve(id)
    case 'product': return await stripe.products.retrieve(id)
    case 'payment_intent': return await stripe.paymentIntents.retrieve(id)
    case 'charge': return await stripe.charges.retrieve(id)
    case 'refund': return await stripe.refunds.retrieve(id)
    case 'dispute': return await stripe.disputes.retrieve(id)
    case 'credit_note': return await stripe.creditNotes.retrieve(id)
    case 'invoice_payment': return await stripe.invoicePayments.retrieve(id)
    default: return null
  }
}

interface RawPage { data: StripeObject[]; has_more: boolean }
function listPage(stripe: Stripe, resource: Listable, params: Record<string, any>): Promise<RawPage> {
  const expand = (paths: string[]) => ({ ...params, expand: paths.map(p => `data.${p}`) })
  switch (resource) {
    case 'products': return stripe.products.list(params)
    case 'prices': return stripe.prices.list(expand(['tiers']))
    case 'coupons': return stripe.coupons.list(params)
    case 'customers': return stripe.customers.list(params)
    case 'subscriptions': return stripe.subscriptions.list({ ...expand(['discounts.source.coupon', 'items.data.price.tiers']), status: 'all' })
    case 'invoices': return stripe.invoices.list(expand(['discounts.source.coupon', 'payments']))
    case 'payment_intents': return stripe.paymentIntents.list(params)
    case 'charges': return stripe.charges.list(params)
    case 'refunds': return stripe.refunds.list(params)
    case 'disputes': return stripe.disputes.list(params)
    case 'credit_notes': return stripe.creditNotes.list(params)
    case 'invoice_payments': return stripe.invoicePayments.list(params)
  }
}

/** Embedded lists are cut at ten: reads the rest page by page. */
async function complete(stripe: Stripe, call: <T>(ask: () => Promise<T>) => Promise<T>, object: StripeObject): Promise<StripeObject> {
  const list = object.object === 'invoice' ? object.lines : object.object === 'subscription' ? object.items : null
  while (list?.has_more) {
    const params = { limit: 100, starting_after: list.data.at(-1).id as string }
    const next: RawPage = object.object === 'invoice' ? await call(() => stripe.invoices.listLineItems(object.id, params)) as RawPage
      : await call(() => stripe.subscriptionItems.list({ ...params, subscription: object.id, expand: ['data.price.tiers'] })) as unknown as RawPage
    list.data.push(...next.data)
    list.has_more = next.has_more && next.data.length > 0
  }
  return object
}
