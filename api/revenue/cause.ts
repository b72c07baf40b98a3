import type { Segment, Trigger } from './segments.ts'
import type { DiscountTerms, ItemState, SubscriptionState } from '../billing/subscription-state.ts'

export type Category = 'new' | 'expansion' | 'contraction' | 'churn' | 'reactivation' | 'fx' | 'transferIn' | 'transferOut'

export type Cause =
  | 'plan_change' | 'quantity' | 'price_change' | 'item_added' | 'item_removed' | 'discount_added' | 'discount_expired' | 'discount_removed'
  | 'interval_change' | 'migration' | 'cancel_voluntary' | 'payment_failed' | 'disputed' | 'paused' | 'resumed' | 'moved_to_free'
  | 'trial_converted' | 'first_payment' | 'merge' | 'correction' | 'fx' | 'opening'

/** What happened to one subscription at an instant. `from` is null when it was not known before. */
export interface Change { subscription: string; from: Segment | null; to: Segment; trigger: Trigger }

const amount = (s: Segment | null) => s ? s.lines.reduce((sum, l) => sum + l.mrrE4, 0n) : 0n
const ended = (c: Change) => amount(c.from) > 0n && amount(c.to) === 0n
const begun = (c: Change) => amount(c.from) === 0n && amount(c.to) > 0n

/**
 * Why a customer's MRR moved: the changes of his subscriptions at that instant, seen through the category they add up to.
 * Payment failures and disputes outrank a plain cancellation; where one subscription replaces another, their items are compared.
 */
export function causeOf(category: Category, changes: readonly Change[]): Cause {
  if (category === 'fx') return 'fx'
  const moved = changes.filter(c => amount(c.from) !== amount(c.to))
  const seen = moved.length ? moved : [...changes]
  if (category === 'churn') return first(seen.filter(ended).map(lossOf), ['payment_failed', 'disputed', 'cancel_voluntary', 'paused', 'moved_to_free']) ?? 'correction'
  if (category === 'new' || category === 'reactivation') return gainOf(seen.find(begun) ?? seen[0]!, category)
  const gone = seen.filter(c => ended(c) && c.to.state.status === 'canceled'), come = seen.filter(c => begun(c) && !c.from?.lines.length)
  if (gone.length && come.length) return differenceOf(gone.flatMap(c => c.from!.state), come.flatMap(c => c.to.state)) ?? 'migration'
  const lead = seen.toSorted((a, b) => size(b) - size(a))[0]!
  if (ended(lead)) return lossOf(lead)
  if (begun(lead)) return lead.from && lead.from.state.status !== 'incomplete' && lead.from.state.status !== 'trialing' ? gainOf(lead, 'reactivation') : 'item_added'
  return changeOf(lead)
}

const size = (c: Change) => { const d = amount(c.to) - amount(c.from); return Number(d < 0n ? -d : d) }
const first = <T>(list: readonly T[], order: readonly T[]): T | undefined => order.find(o => list.includes(o)) ?? list[0]

/** Why a subscription fell to 0. */
function lossOf({ to, trigger }: Change): Cause {
  const state = to.state
  switch (state.status) {
    case 'canceled': return state.cancelReason === 'payment_failed' ? 'payment_failed' : state.cancelReason === 'payment_disputed' ? 'disputed' : 'cancel_voluntary'
    case 'unpaid': return 'payment_failed'
    case 'paused': return state.pausedReason === 'final_payment_failure' || state.pausedReason === 'first_payment_failure' ? 'payment_failed' : 'paused'
  }
  if (trigger === 'past_due_limit') return 'payment_failed'
  if (state.pauseCollection === 'void' || state.pauseCollection === 'mark_uncollectible') return 'paused'
  if (state.status === 'active' || state.status === 'past_due') return to.lines.length || !state.cancelAtPeriodEnd ? 'moved_to_free' : 'cancel_voluntary'
  return 'correction'
}

/** Why a subscription rose from 0. */
function gainOf({ from, to, trigger }: Change, category: 'new' | 'reactivation'): Cause {
  if (to.state.opening) return 'opening'
  if (trigger === 'discount_end') return 'discount_expired'
  if (trigger === 'item_trial_end') return 'trial_converted'
  const trialEnd = to.state.trialEnd
  if (from?.state.status === 'trialing' || (trialEnd !== undefined && trialEnd === to.from)) return 'trial_converted'
  if (category === 'new') return 'first_payment'
  if (!from) return 'first_payment'
  if (['paused', 'unpaid', 'past_due'].includes(from.state.status) || from.state.pauseCollection !== undefined || from.state.cancelAtPeriodEnd) return 'resumed'
  return from.lines.length ? differenceOf([from.state], [to.state]) ?? 'resumed' : 'first_payment'
}

/** Why a subscription that counted before and after counts another amount. */
function changeOf({ from, to, trigger }: Change): Cause {
  if (trigger === 'discount_end') return 'discount_expired'
  if (trigger === 'discount_start') return 'discount_added'
  if (trigger === 'item_trial_end') return 'trial_converted'
  return differenceOf([from!.state], [to.state], to.from) ?? 'correction'
}

const licensed = (states: readonly SubscriptionState[]): ItemState[] => states.flatMap(s => s.items).filter(i => i.usageType !== 'metered')
const discounts = (states: readonly SubscriptionState[]): DiscountTerms[] => states.flatMap(s => [...s.discounts, ...s.items.flatMap(i => i.discounts)])
const terms = (d: DiscountTerms) => d.id ?? `${d.percentOff}|${d.amountOff}|${d.duration}|${d.durationInMonths}|${d.start}|${d.end}`

/** The most telling difference between two sets of items; null when they charge alike. */
function differenceOf(before: readonly SubscriptionState[], after: readonly SubscriptionState[], at?: number): Cause | null {
  const old = licensed(before), now = licensed(after)
  const plans = (list: ItemState[]) => [...new Set(list.map(i => i.plan))].sort().join(' ')
  const gone = old.filter(o => !now.some(n => n.plan === o.plan)), come = now.filter(n => !old.some(o => o.plan === n.plan))
  if (gone.length && come.length) return 'plan_change'
  if (come.length || (plans(old) === plans(now) && now.length > old.length)) return 'item_added'
  if (gone.length || now.length < old.length) return 'item_removed'
  const pairs = now.map(n => [old.find(o => (o.id !== undefined && o.id === n.id) || o.price === n.price) ?? old.find(o => o.plan === n.plan)!, n] as const)
  if (pairs.some(([o, n]) => o.interval !== n.interval || o.intervalCount !== n.intervalCount)) return 'interval_change'
  if (pairs.some(([o, n]) => o.price !== n.price || o.unitAmount !== n.unitAmount)) return 'price_change'
  if (pairs.some(([o, n]) => o.quantity !== n.quantity)) return 'quantity'
  const had = discounts(before), has = discounts(after)
  if (has.some(d => !had.some(h => terms(h) === terms(d)))) return 'discount_added'
  const lost = had.filter(d => !has.some(h => terms(h) === terms(d)))
  if (lost.length) return lost.some(d => d.end !== undefined && at !== undefined && d.end <= at) ? 'discount_expired' : 'discount_removed'
  if (pairs.some(([o, n]) => o.trialEnd !== n.trialEnd)) return 'trial_converted'
  if (pairs.some(([o, n]) => o.taxInclusivePercent !== n.taxInclusivePercent)) return 'correction'
  return null
}
