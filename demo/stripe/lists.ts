import { page, type ApiObject } from '../company/wire.ts'
import { allow, integerOf, listOf, textOf, type Params } from './params.ts'
import { missing, wrong } from './problem.ts'
import { present } from './present.ts'
import type { World } from './world.ts'

type Word = ApiObject['object']

/** One list of the API: where it lies, what it holds and which parameters narrow it. */
export interface ListRoute {
  path: string
  word: Word
  /** Which value of an object a parameter is compared with. */
  filters: Record<string, (object: any) => unknown>
  /** What holds where nothing is asked for, such as leaving out what is cancelled. */
  narrow?: (object: any, params: Params) => boolean
  more?: readonly string[]
}

const own = (key: string) => (object: Record<string, unknown>) => object[key]

export const LISTS: readonly ListRoute[] = [
  { path: 'customers', word: 'customer', filters: { email: own('email') } },
  {
    path: 'subscriptions',
    word: 'subscription',
    filters: { customer: own('customer'), collection_method: own('collection_method') },
    more: ['status', 'price'],
    narrow: (object, params) => {
      const status = textOf(params, 'status')
      const price = textOf(params, 'price')
      if (price !== undefined && !object.items.data.some((item: { price: { id: string } }) => item.price.id === price)) return false
      if (status === 'all') return true
      if (status === 'ended') return object.status === 'canceled' || object.status === 'incomplete_expired'
      return status === undefined ? object.status !== 'canceled' : object.status === status
    },
  },
  { path: 'products', word: 'product', filters: { active: own('active') } },
  { path: 'prices', word: 'price', filters: { active: own('active'), currency: own('currency'), product: own('product'), type: own('type') } },
  { path: 'coupons', word: 'coupon', filters: {} },
  { path: 'promotion_codes', word: 'promotion_code', filters: { active: own('active'), code: own('code'), coupon: (code) => code.promotion.coupon, customer: own('customer') } },
  {
    path: 'invoices',
    word: 'invoice',
    filters: { customer: own('customer'), status: own('status'), collection_method: own('collection_method'), subscription: (invoice) => invoice.parent?.subscription_details?.subscription },
  },
  {
    path: 'invoice_payments',
    word: 'invoice_payment',
    filters: { invoice: own('invoice'), status: own('status') },
    more: ['payment'],
    narrow: (object, params) => typeof params.payment !== 'object' || params.payment.payment_intent === undefined || object.payment.payment_intent === params.payment.payment_intent,
  },
  { path: 'payment_intents', word: 'payment_intent', filters: { customer: own('customer') } },
  { path: 'charges', word: 'charge', filters: { customer: own('customer'), payment_intent: own('payment_intent') } },
  { path: 'refunds', word: 'refund', filters: { charge: own('charge'), payment_intent: own('payment_intent') } },
  { path: 'disputes', word: 'dispute', filters: { charge: own('charge'), payment_intent: own('payment_intent') } },
  { path: 'credit_notes', word: 'credit_note', filters: { customer: own('customer'), invoice: own('invoice') } },
  { path: 'subscription_schedules', word: 'subscription_schedule', filters: { customer: own('customer') } },
  { path: 'tax_rates', word: 'tax_rate', filters: { active: own('active') } },
  { path: 'webhook_endpoints', word: 'webhook_endpoint', filters: {} },
]

const PAGING = ['limit', 'starting_after', 'ending_before', 'created', 'expand']

/** A page of a list, newest first. */
export function listObjects(world: World, route: ListRoute, params: Params): unknown {
  allow(params, [...PAGING, ...Object.keys(route.filters), ...(route.more ?? [])])
  const wanted = Object.entries(route.filters).flatMap(([key, value]) => (params[key] === undefined ? [] : [{ value, text: textOf(params, key)! }]))
  const inRange = createdRange(params)
  const all: readonly ApiObject[] = world.all(route.word)
  const found = all.filter((object) => {
    if (!inRange('created' in object ? object.created : 0)) return false
    if (wanted.some(({ value, text }) => String(value(object)) !== text)) return false
    return route.narrow?.(object, params) ?? true
  })
  const { data, hasMore } = pageOf(found, params, route.word, all)
  const expand = expandsOf(params, 'data.')
  return page(`/v1/${route.path}`, data.map((object) => present(world, object, expand)), hasMore)
}

/** What `expand` names; on lists every name starts with `data.`. */
export function expandsOf(params: Params, prefix: '' | 'data.'): string[] {
  return listOf(params, 'expand').map((path) => {
    if (typeof path !== 'string' || !path.startsWith(prefix)) throw wrong('expand', `You cannot expand ${String(path)} here.`)
    return path.slice(prefix.length)
  })
}

/** A test for `created`, an instant or bounds gt, gte, lt, lte in Unix seconds. */
export function createdRange(params: Params): (created: number) => boolean {
  const { created } = params
  if (created === undefined) return () => true
  if (typeof created === 'string') return (at) => at === integerOf(params, 'created')
  allow(created, ['gt', 'gte', 'lt', 'lte'])
  const [gt, gte, lt, lte] = ['gt', 'gte', 'lt', 'lte'].map((key) => integerOf(created, key))
  return (at) => at > (gt ?? -Infinity) && at >= (gte ?? -Infinity) && at < (lt ?? Infinity) && at <= (lte ?? Infinity)
}

/**
 * Up to `limit` entries after one or before one. The entry may have left the list in the meantime:
 * its place is then known from `all`, the list with nothing left out.
 */
export function pageOf<T extends { id: string }>(found: readonly T[], params: Params, word: string, all: readonly { id: string }[] = found): { data: T[]; hasMore: boolean } {
  const limit = integerOf(params, 'limit') ?? 10
  if (limit < 1 || limit > 100) throw wrong('limit', 'This value must be between 1 and 100 (inclusive).')
  const after = textOf(params, 'starting_after')
  const before = textOf(params, 'ending_before')
  /** How many entries come before that one, and whether it is itself among them. */
  const place = (id: string, param: string): { index: number; present: boolean } => {
    const index = found.findIndex((entry) => entry.id === id)
    if (index >= 0) return { index, present: true }
    const rank = all.findIndex((entry) => entry.id === id)
    if (rank < 0) throw missing(word, id, param)
    const earlier = new Set(all.slice(0, rank).map((entry) => entry.id))
    return { index: found.filter((entry) => earlier.has(entry.id)).length, present: false }
  }
  if (before !== undefined) {
    const end = place(before, 'ending_before').index
    const start = Math.max(0, end - limit)
    return { data: found.slice(start, end), hasMore: start > 0 }
  }
  const cursor = after === undefined ? null : place(after, 'starting_after')
  const start = cursor ? cursor.index + Number(cursor.present) : 0
  return { data: found.slice(start, start + limit), hasMore: start + limit < found.length }
}

