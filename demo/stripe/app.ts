import { Hono, type Context } from 'hono'
import { page, type ApiObject } from '../company/wire.ts'
import { createCoupon, createPromotionCode, updatePromotionCode } from './create-coupon.ts'
import { createRefund } from './create-refund.ts'
import { expandsOf, createdRange, listObjects, LISTS, pageOf } from './lists.ts'
import { allow, listOf, parseParams, textOf, type Params } from './params.ts'
import { present } from './present.ts'
import { missing, StripeProblem } from './problem.ts'
import { cancelSubscription, updateSubscription } from './update-subscription.ts'
import { createWebhookEndpoint, deleteWebhookEndpoint, withoutSecret } from './webhook-endpoints.ts'
import type { World } from './world.ts'

/** Answers that go wrong on purpose: how many are left, and how. */
export interface Faults {
  left: number
  status: 429 | 500
}

const EVENT_DAYS = 30
const LARGEST_BODY = 100_000

type Write = (world: World, params: Params, id: string) => ApiObject

const WRITES: Record<string, Write> = {
  'POST /v1/refunds': createRefund,
  'POST /v1/coupons': createCoupon,
  'POST /v1/promotion_codes': createPromotionCode,
  'POST /v1/promotion_codes/:id': (world, params, id) => updatePromotionCode(world, id, params),
  'POST /v1/webhook_endpoints': createWebhookEndpoint,
  'POST /v1/subscriptions/:id': (world, params, id) => updateSubscription(world, id, params),
  'DELETE /v1/subscriptions/:id': (world, params, id) => cancelSubscription(world, id, params),
}

/** The subset of Stripe's API that a back office calls. `changed` runs after each write. */
export function stripeApp(world: World, faults: Faults, changed: () => void): Hono {
  const app = new Hono()
  const answers = new Map<string, { asked: string; body: unknown }>()
  let requests = 0

  app.use('*', async (c, next) => {
    c.header('request-id', `req_demo${++requests}`)
    c.header('stripe-version', '2026-10-28.endive')
    if (!/^(Bearer|Basic) /.test(c.req.header('authorization') ?? '') || !/^(sk|rk)_test_\w+$/.test(keyOf(c))) {
      throw new StripeProblem(401, 'Invalid API Key provided. Only test keys (sk_test_..., rk_test_...) open this company.')
    }
    if (faults.left > 0) {
      faults.left--
      const text = faults.status === 429 ? 'Request rate limit exceeded.' : 'An unknown error occurred.'
      throw new StripeProblem(faults.status, text, faults.status === 429 ? { code: 'rate_limit' } : {})
    }
    world.advance()
    await next()
  })

  for (const route of LISTS) {
    app.get(`/v1/${route.path}`, (c) => c.json(hideSecrets(listObjects(world, route, queryOf(c)))))
    app.get(`/v1/${route.path}/:id`, (c) => {
      const params = queryOf(c)
      allow(params, ['expand'])
      const object = world.get(route.word, c.req.param('id'))
      if (!object) throw missing(route.word, c.req.param('id'))
      return c.json(present(world, withoutSecret(object), expandsOf(params, '')) as object)
    })
  }

  app.get('/v1/invoices/:id/lines', (c) => {
    const invoice = world.get('invoice', c.req.param('id'))
    if (!invoice) throw missing('invoice', c.req.param('id'))
    const { data, hasMore } = pageOf(invoice.lines.data, queryOf(c), 'line_item')
    return c.json(page(invoice.lines.url, data, hasMore))
  })

  app.get('/v1/credit_notes/:id/lines', (c) => {
    const note = world.get('credit_note', c.req.param('id'))
    if (!note) throw missing('credit_note', c.req.param('id'))
    const { data, hasMore } = pageOf(note.lines.data, queryOf(c), 'credit_note_line_item')
    return c.json(page(note.lines.url, data, hasMore))
  })

  app.get('/v1/subscription_items', (c) => {
    const params = queryOf(c)
    allow(params, ['subscription', 'limit', 'starting_after', 'ending_before', 'expand'])
    const id = textOf(params, 'subscription') ?? ''
    const subscription = world.get('subscription', id)
    if (!subscription) throw missing('subscription', id, 'subscription')
    const { data, hasMore } = pageOf(subscription.items.data, params, 'subscription_item')
    return c.json(page('/v1/subscription_items', data, hasMore))
  })

  app.get('/v1/events', (c) => {
    const params = queryOf(c)
    allow(params, ['type', 'types', 'created', 'limit', 'starting_after', 'ending_before', 'delivery_success', 'expand'])
    const type = textOf(params, 'type')
    const types = listOf(params, 'types')
    const inRange = createdRange(params)
    const found = recentEvents(world).filter((event) => inRange(event.created) && (type === undefined || typeFits(type, event.type)) && (types.length === 0 || types.includes(event.type)))
    const { data, hasMore } = pageOf(found, params, 'event')
    return c.json(page('/v1/events', data, hasMore))
  })

  app.get('/v1/events/:id', (c) => {
    const event = recentEvents(world).find(({ id }) => id === c.req.param('id'))
    if (!event) throw missing('event', c.req.param('id'))
    return c.json(event)
  })

  app.delete('/v1/webhook_endpoints/:id', (c) => {
    const gone = deleteWebhookEndpoint(world, c.req.param('id'))
    changed()
    return c.json(gone)
  })

  for (const [route, write] of Object.entries(WRITES)) {
    const [method, path] = route.split(' ')
    app.on(method, path, async (c) => {
      const text = await c.req.text()
      if (text.length > LARGEST_BODY) throw new StripeProblem(400, 'Request body too large.')
      const key = c.req.header('idempotency-key')
      const asked = `${c.req.method} ${c.req.path} ${text}`
      const known = key === undefined ? undefined : answers.get(key)
      if (known && known.asked !== asked) {
        throw new StripeProblem(400, `Keys for idempotent requests can only be used with the same parameters they were first used with.`, { type: 'idempotency_error' })
      }
      if (known) {
        c.header('idempotent-replayed', 'true')
        return c.json(known.body as object)
      }
      const params = parseParams(text || new URL(c.req.url).search.slice(1))
      const body = present(world, write(world, params, c.req.param('id') ?? ''), expandsOf(params, ''))
      if (key !== undefined) remember(answers, key, { asked, body })
      changed()
      return c.json(body as object)
    })
  }

  app.notFound((c) => c.json(new StripeProblem(404, `Unrecognized request URL (${c.req.method}: ${c.req.path}).`).toJSON(), 404))
  app.onError((error, c) => {
    const problem = error instanceof StripeProblem ? error : new StripeProblem(500, 'An unknown error occurred.')
    if (!(error instanceof StripeProblem)) console.error(error)
    return c.json(problem.toJSON(), problem.status)
  })
  return app
}

/** Keeps the last thousand. */
function remember<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value)
  if (map.size > 1000) map.delete(map.keys().next().value!)
}

/** The API key, sent as a bearer or as the user name of basic authorization. */
function keyOf(c: Context): string {
  const [scheme, value = ''] = (c.req.header('authorization') ?? '').split(' ')
  return scheme === 'Basic' ? Buffer.from(value, 'base64').toString().split(':')[0] : value
}

function queryOf(c: Context): Params {
  return parseParams(new URL(c.req.url).search.slice(1))
}

function hideSecrets(list: unknown): object {
  const { data, ...rest } = list as { data: ApiObject[] }
  return { ...rest, data: data.map(withoutSecret) }
}

/** Events of the last 30 days, newest first, as far back as Stripe keeps them. */
function recentEvents(world: World) {
  const from = world.now() - EVENT_DAYS * 86_400
  const recent = [...world.told, ...world.own].filter(({ created }) => created >= from)
  return recent.reverse().sort((a, b) => b.created - a.created)
}

/** `invoice.*` fits every event of invoices. */
export function typeFits(pattern: string, type: string): boolean {
  return pattern === '*' || pattern === type || (pattern.endsWith('.*') && type.startsWith(pattern.slice(0, -1)))
}
