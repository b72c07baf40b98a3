import { couponsAt, type Account, type Contract, type LineDraft } from './account.ts'
import { amountOf, discountsOn, share } from './arithmetic.ts'
import { addMonths } from './calendar.ts'
import type { CouponName, Interval, PlanName } from './catalog.ts'
import { bill } from './collecting.ts'
import { update, type Feedback } from './contract.ts'
import { periodLines, prorationText } from './invoices.ts'
import { releaseSchedule } from './schedules.ts'
import { grant, keptDiscounts, periodEndOf, planRenewal, replaced } from './subscribing.ts'
import type { Price, SubscriptionItem } from './wire.ts'

export type OrderedItems = readonly (readonly [Price, number])[]

export function itemsOf(contract: Contract): [Price, number][] {
  return contract.now.items.data.map((item) => [item.price, item.quantity])
}

/**
 * Other items from now on. What was paid for the rest of the period is credited and the rest of the
 * period charged anew: at once ('invoice') or on the next invoice ('pending').
 */
export function changeItems(account: Account, contract: Contract, at: number, order: OrderedItems, settle: 'invoice' | 'pending'): void {
  const before = contract.now.items.data
  const after = replaced(account, contract, order, at)
  const lines = prorations(account, contract, before, after, at, settle === 'pending')
  contract.now = { ...contract.now, items: { ...contract.now.items, data: after } }
  if (settle === 'pending' || lines.reduce((sum, line) => sum + line.amount, 0) <= 0) {
    contract.pending.push(...lines)
    update(account, contract, at, {}, 'someone')
    return
  }
  const invoice = bill(account, contract, at, 'subscription_update', lines, 0)
  update(account, contract, at, { latest_invoice: invoice.id }, 'someone')
}

/** Credits for what leaves and charges for what comes, net of discounts, by the second. */
function prorations(account: Account, contract: Contract, before: SubscriptionItem[], after: SubscriptionItem[], at: number, pending: boolean): LineDraft[] {
  const net = (items: SubscriptionItem[]) => {
    const amounts = items.map((item) => amountOf(item.price, item.quantity))
    const off = discountsOn(amounts, couponsAt(account, contract, at).map(({ coupon }) => coupon))
    return amounts.map((amount, column) => off.reduce((left, row) => left - row[column], amount))
  }
  const was = net(before)
  const will = net(after)
  const { current_period_start: start, current_period_end: end } = before[0]
  const draft = (item: SubscriptionItem, amount: number, credit: boolean): LineDraft => ({
    description: prorationText(credit, item.quantity, account.catalog.products.find((product) => product.id === item.price.product)!.name, at),
    amount: share(credit ? -amount : amount, end - at, end - start),
    price: item.price,
    quantity: item.quantity,
    item: item.id,
    start: at,
    end,
    proration: { pending, credits: credit ? (contract.billed.get(item.id) ?? null) : null },
  })
  const lines: LineDraft[] = []
  for (const [place, item] of before.entries()) if (changed(item, after[place])) lines.push(draft(item, was[place], true))
  for (const [place, item] of after.entries()) if (changed(item, before[place])) lines.push(draft(item, will[place], false))
  return lines
}

function changed(item: SubscriptionItem, other: SubscriptionItem | undefined): boolean {
  return !other || item.price.id !== other.price.id || item.quantity !== other.quantity
}

/** The same plans by the year (or month) from now on: a new period starts, the rest of the old one is credited. */
export function changeInterval(account: Account, contract: Contract, at: number, interval: Interval): void {
  const order = itemsOf(contract).map(([price, quantity]): [Price, number] => [account.catalog.price(planNameOf(account, price), interval, account.profile.currency), quantity])
  const before = contract.now.items.data
  const credits = prorations(account, contract, before, replaced(account, contract, order, at), at, false).filter((line) => line.amount < 0)
  const discounts = keptDiscounts(account, contract, at)
  contract.anchor = at
  contract.months = interval === 'year' ? 12 : 1
  contract.cycle = 0
  const end = addMonths(at, contract.months)
  const items = replaced(account, contract, order, at).map((item) => ({ ...item, current_period_start: at, current_period_end: end }))
  contract.now = { ...contract.now, items: { ...contract.now.items, data: items }, billing_cycle_anchor: at, discounts }
  const invoice = bill(account, contract, at, 'subscription_update', [...periodLines(account, contract), ...contract.pending, ...credits], 0)
  contract.pending = []
  update(account, contract, at, { latest_invoice: invoice.id }, 'someone')
  planRenewal(account, contract)
}

export function planNameOf(account: Account, price: Price): PlanName | 'Extra seats' {
  return account.catalog.products.find((product) => product.id === price.product)!.name as PlanName
}

/** It will end with the period that runs. */
export function cancelAtPeriodEnd(account: Account, contract: Contract, at: number, feedback: Feedback, comment: string | null): void {
  const details = { comment, feedback, feedback_option: null, reason: 'cancellation_requested' as const }
  update(account, contract, at, { ...releaseSchedule(account, contract, at, 'released'), cancel_at: periodEndOf(contract), cancel_at_period_end: true, canceled_at: at, cancellation_details: details }, 'someone')
}

/** Taken back: it goes on. */
export function keepAfterAll(account: Account, contract: Contract, at: number): void {
  if (contract.now.status === 'canceled' || !contract.now.cancel_at_period_end) return
  update(account, contract, at, { cancel_at: null, cancel_at_period_end: false, canceled_at: null, cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null } }, 'someone')
}

/** Another coupon after those at work. */
export function addDiscount(account: Account, contract: Contract, at: number, coupon: CouponName): void {
  const discount = grant(account, at, coupon, contract.now.id)
  update(account, contract, at, { discounts: [...(contract.now.discounts as string[]), discount] }, 'someone')
}
