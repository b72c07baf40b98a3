import { couponsAt, type Account, type Contract } from './account.ts'
import { addMonths, DAY, HOUR } from './calendar.ts'
import type { CouponName } from './catalog.ts'
import { bill } from './collecting.ts'
import { endNow, update } from './contract.ts'
import { draftInvoice, periodLines, trialLines } from './invoices.ts'
import { discountOf, itemOf, subscriptionOf } from './objects.ts'
import { releaseSchedule } from './schedules.ts'
import type { Price, Subscription, SubscriptionItem } from './wire.ts'

export interface Order {
  items: readonly (readonly [Price, number])[]
  trialDays: number
  coupon: CouponName | null
  /** Whether a card is on file; without one a trial ends in a pause. */
  card: boolean
  sendInvoice: boolean
  /** The bank refuses the first charge. */
  refused: boolean
}

/** Opens a subscription at an instant, with its first invoice or its trial. */
export function subscribe(account: Account, at: number, order: Order): Contract {
  const { ids, recorder } = account
  const months = order.items[0][0].recurring!.interval === 'year' ? 12 : 1
  const trialEnd = order.trialDays > 0 ? at + order.trialDays * DAY : null
  const anchor = trialEnd ?? at
  const now = subscriptionOf(ids, account.customer, {
    items: order.items,
    status: trialEnd === null ? (order.refused ? 'incomplete' : 'active') : 'trialing',
    start: at,
    periodEnd: trialEnd ?? addMonths(at, months),
    trialEnd,
    anchor,
    sendInvoice: order.sendInvoice,
    paymentMethod: order.card && !order.sendInvoice ? account.card.id : null,
    discounts: [],
  })
  const discounts = order.coupon ? [grant(account, at, order.coupon, now.id)] : []
  const contract: Contract = { now: { ...now, discounts }, anchor, months, cycle: trialEnd === null ? 0 : -1, pending: [], next: null, schedule: null, billed: new Map() }
  const invoice = bill(account, contract, at, 'subscription_create', trialEnd === null ? periodLines(account, contract) : trialLines(account, contract), 0)
  contract.now = { ...contract.now, latest_invoice: invoice.id }
  recorder.tell(at, 'customer.subscription.created', contract.now, 'someone')
  planRenewal(account, contract)
  return contract
}

/** Puts a coupon to work; the discount goes onto that subscription in the same breath. */
export function grant(account: Account, at: number, name: CouponName, subscription: string): string {
  const coupon = account.catalog.coupons[name]
  const end = coupon.duration === 'repeating' ? addMonths(at, coupon.duration_in_months!) : null
  const discount = { ...discountOf(account.ids, coupon, account.customer.id, at, end, account.catalog.promotionCodeOf(name)?.id ?? null), subscription }
  account.discounts.set(discount.id, discount)
  account.recorder.tell(at, 'customer.discount.created', discount, 'someone')
  return discount.id
}

export function periodEndOf(contract: Contract): number {
  return contract.now.items.data[0].current_period_end
}

export function planRenewal(account: Account, contract: Contract): void {
  const end = periodEndOf(contract)
  account.agenda.plan(end, (at) => {
    // A moved anchor or a pause has its own renewal planned.
    if (periodEndOf(contract) === end) renew(account, contract, at)
  })
}

function renew(account: Account, contract: Contract, at: number): void {
  const { status, cancel_at_period_end, cancellation_details } = contract.now
  if (status === 'canceled' || status === 'incomplete_expired' || status === 'paused') return
  if (cancel_at_period_end) {
    endNow(account, contract, at, { reason: 'cancellation_requested', feedback: cancellation_details?.feedback ?? null, comment: cancellation_details?.comment ?? undefined })
    return
  }
  if (status === 'trialing' && contract.now.default_payment_method === null && contract.now.collection_method === 'charge_automatically') {
    pause(account, contract, at, 'trial_end_without_payment_method')
    return
  }
  startPeriod(account, contract, at, { status: status === 'trialing' ? 'active' : status }, 'subscription_cycle')
}

/** The next period begins: items as agreed, spent discounts gone, prorations onto the invoice. */
export function startPeriod(account: Account, contract: Contract, at: number, change: Partial<Subscription>, reason: 'subscription_cycle' | 'subscription_update'): void {
  contract.cycle++
  const end = addMonths(contract.anchor, contract.months * (contract.cycle + 1))
  const items = (contract.next ? replaced(account, contract, contract.next, at) : contract.now.items.data).map((item) => ({ ...item, current_period_start: at, current_period_end: end }))
  const discounts = keptDiscounts(account, contract, at)
  const released = releaseSchedule(account, contract, at, 'released')
  contract.now = { ...contract.now, ...change, ...released, items: { ...contract.now.items, data: items }, discounts }
  const lines = [...periodLines(account, contract), ...contract.pending]
  contract.pending = []
  if (contract.now.pause_collection) {
    const invoice = draftInvoice(account, contract, at, reason, lines)
    const kept = contract.now.pause_collection.behavior === 'keep_as_draft'
    if (kept) account.recorder.keep(at, { ...invoice, auto_advance: false })
    else account.recorder.tell(at + HOUR, 'invoice.voided', { ...invoice, auto_advance: false, status: 'void', status_transitions: { ...invoice.status_transitions, finalized_at: at + HOUR, voided_at: at + HOUR } })
    update(account, contract, at, { latest_invoice: invoice.id })
  } else {
    const invoice = bill(account, contract, at, reason, lines, reason === 'subscription_cycle' ? HOUR + account.dice.int(20, 400) : 0)
    update(account, contract, at, { latest_invoice: invoice.id })
  }
  planRenewal(account, contract)
}

/** Items of a new order in place of the present ones; an item keeps its id where its product's place stays. */
export function replaced(account: Account, contract: Contract, order: readonly (readonly [Price, number])[], at: number): SubscriptionItem[] {
  const present = contract.now.items.data
  return order.map(([price, quantity], place) => {
    const fresh = itemOf(account.ids, contract.now.id, price, quantity, at, present[0].current_period_start, present[0].current_period_end)
    return present[place] ? { ...fresh, id: present[place].id, created: present[place].created } : fresh
  })
}

/** Tells of discounts that are over and returns the others. */
export function keptDiscounts(account: Account, contract: Contract, at: number): string[] {
  const inForce = new Set(couponsAt(account, contract, at).filter(({ coupon }) => coupon.duration !== 'once' || contract.cycle <= 0).map(({ discount }) => discount.id))
  for (const id of contract.now.discounts as string[]) {
    if (!inForce.has(id)) account.recorder.tell(at, 'customer.discount.deleted', account.discounts.get(id)!)
  }
  return (contract.now.discounts as string[]).filter((id) => inForce.has(id))
}

/** Stops a subscription: nothing is billed until it resumes. */
export function pause(account: Account, contract: Contract, at: number, why: 'pause_requested' | 'trial_end_without_payment_method'): void {
  const by = why === 'pause_requested' ? 'someone' : 'stripe'
  update(account, contract, at, { status: 'paused', status_details: { paused: { subscription: { type: why }, transitioned_at: at, type: 'subscription' } } }, by)
  account.agenda.plan(at + 1, (then) => account.recorder.tell(then, 'customer.subscription.paused', contract.now, by))
}

/** A paused subscription runs again from now on, with a new period and its invoice. */
export function resume(account: Account, contract: Contract, at: number): void {
  if (contract.now.status !== 'paused') return
  contract.anchor = at
  contract.cycle = -1
  const { status_details: _, ...rest } = contract.now
  contract.now = rest
  startPeriod(account, contract, at, { status: 'active', billing_cycle_anchor: at, default_payment_method: account.card.id }, 'subscription_update')
  account.agenda.plan(at + 1, (then) => account.recorder.tell(then, 'customer.subscription.resumed', contract.now, 'someone'))
}
