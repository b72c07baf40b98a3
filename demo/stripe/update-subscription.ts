import { planOf } from '../company/catalog.ts'
import { differences } from '../company/recorder.ts'
import type { Subscription, SubscriptionItem } from '../company/wire.ts'
import { couponsToDiscounts, redeemed } from './discounts.ts'
import { allow, booleanOf, hashOf, integerOf, listOf, textOf, type Params } from './params.ts'
import { missing, StripeProblem, wrong } from './problem.ts'
import type { World } from './world.ts'

/** Changes of a subscription that need no invoice: notice and its withdrawal, seats and prices without proration, discounts, trial end, metadata. */
export function updateSubscription(world: World, id: string, params: Params): Subscription {
  allow(params, ['cancel_at_period_end', 'cancellation_details', 'metadata', 'items', 'discounts', 'trial_end', 'pause_collection', 'proration_behavior', 'expand'])
  const before = living(world, id)
  const now = world.now()
  const details = hashOf(params, 'cancellation_details')
  const notice = booleanOf(params, 'cancel_at_period_end')
  const trialEnd = integerOf(params, 'trial_end')
  const granted = params.discounts === undefined ? null : couponsToDiscounts(world, before, listOf(params, 'discounts'))
  const after: Subscription = {
    ...before,
    ...(notice === undefined ? {} : { cancel_at_period_end: notice, cancel_at: notice ? before.items.data[0].current_period_end : null, canceled_at: notice ? now : null }),
    cancellation_details: { comment: details.comment ?? null, feedback: details.feedback ?? null, feedback_option: null, reason: notice ? 'cancellation_requested' : (before.cancellation_details?.reason ?? null) },
    metadata: { ...before.metadata, ...hashOf(params, 'metadata') },
    items: { ...before.items, data: itemsAfter(world, before, listOf(params, 'items')) },
    ...(granted ? { discounts: granted.map((discount) => discount.id) } : {}),
    ...(trialEnd === undefined ? {} : { trial_end: trialEnd, billing_cycle_anchor: trialEnd, status: trialEnd > now ? 'trialing' : before.status }),
    ...(params.pause_collection === undefined ? {} : { pause_collection: pauseOf(params) }),
  }
  if (trialEnd !== undefined) after.items = { ...after.items, data: after.items.data.map((item) => ({ ...item, current_period_end: trialEnd })) }
  const fresh = (granted ?? []).filter((discount) => !world.any(discount.id))
  world.change([...fresh, after, ...redeemed(world, fresh)], [...fresh.map((discount) => ({ type: 'customer.discount.created', object: discount })), updated(world, before, after)])
  return after
}

/** Ends a subscription now. */
export function cancelSubscription(world: World, id: string, params: Params): Subscription {
  allow(params, ['cancellation_details', 'invoice_now', 'prorate', 'expand'])
  const before = living(world, id)
  const details = hashOf(params, 'cancellation_details')
  const now = world.now()
  const after: Subscription = {
    ...before,
    status: 'canceled',
    canceled_at: now,
    ended_at: now,
    cancellation_details: { comment: details.comment ?? null, feedback: details.feedback ?? null, feedback_option: null, reason: 'cancellation_requested' },
  }
  world.change([after], [{ type: 'customer.subscription.deleted', object: after }])
  return after
}

function living(world: World, id: string): Subscription {
  const subscription = world.get('subscription', id)
  if (!subscription) throw missing('subscription', id)
  if (subscription.status === 'canceled' || subscription.status === 'incomplete_expired') throw new StripeProblem(400, 'A canceled subscription can only update its cancellation_details and metadata.')
  return subscription
}

function updated(world: World, before: Subscription, after: Subscription) {
  const spelled = (subscription: Subscription): Subscription => ({ ...subscription, discounts: subscription.discounts.map((id) => withCoupon(world, id as string)) })
  const previous = differences(spelled(before), spelled(after)) as Record<string, unknown>
  return { type: 'customer.subscription.updated', object: spelled(after), previous }
}

function withCoupon(world: World, id: string) {
  const discount = world.get('discount', id)
  return discount ? { ...discount, source: { coupon: world.get('coupon', discount.source.coupon as string) ?? discount.source.coupon, type: 'coupon' as const } } : id
}

function itemsAfter(world: World, subscription: Subscription, changes: readonly (string | Params)[]): SubscriptionItem[] {
  const items = [...subscription.items.data]
  for (const change of changes) {
    if (typeof change === 'string') throw wrong('items', 'Invalid array of objects')
    const id = textOf(change, 'id')
    const place = items.findIndex((item) => item.id === id)
    if (place < 0) throw missing('subscription_item', String(id), 'items')
    const priceId = textOf(change, 'price')
    const price = priceId === undefined ? items[place].price : world.get('price', priceId)
    if (!price) throw missing('price', String(priceId), 'items')
    const quantity = integerOf(change, 'quantity') ?? items[place].quantity
    if (quantity < 0) throw wrong('items', 'Invalid non-negative integer')
    if (price.currency !== subscription.currency) throw wrong('items', `The price specified only supports ${price.currency}.`)
    items[place] = { ...items[place], price, plan: planOf(price), quantity }
  }
  return items
}

function pauseOf(params: Params): Subscription['pause_collection'] {
  if (params.pause_collection === '') return null
  const { behavior, resumes_at } = hashOf(params, 'pause_collection')
  if (!['keep_as_draft', 'mark_uncollectible', 'void'].includes(behavior)) throw wrong('pause_collection[behavior]', 'Invalid behavior')
  return { behavior, resumes_at: resumes_at ? Number(resumes_at) : null }
}
