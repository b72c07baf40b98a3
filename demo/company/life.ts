import type { Account, Contract } from './account.ts'
import { addMonths, DAY, HOUR, workingMoment } from './calendar.ts'
import type { CouponName } from './catalog.ts'
import { cancelAtPeriodEnd, keepAfterAll, type OrderedItems } from './changing.ts'
import { endNow, runs } from './contract.ts'
import { grow } from './growing.ts'
import { pause, periodEndOf, resume, subscribe, type Order } from './subscribing.ts'
import type { Customer } from './wire.ts'

const FEEDBACK = [
  ['too_expensive', 30, ['The new budget does not stretch to it.', 'We only use a fraction of the seats.', null]],
  ['missing_features', 20, ['We need a planner for shifts.', 'No export to our ERP.', null]],
  ['switched_service', 18, ['Moving to the suite our parent company uses.', null]],
  ['unused', 14, ['The project it was bought for is over.', null]],
  ['too_complex', 6, ['Half the team went back to spreadsheets.', null]],
  ['customer_service', 5, ['Two tickets without an answer in a week.', null]],
  ['low_quality', 4, [null]],
  ['other', 3, ['We are closing the company.', null]],
] as const

/** Chance in a month that a customer who pays by the month gives notice, by rank of the plan. */
const NOTICE_BY_MONTH = [0.07, 0.055, 0.042, 0.024]
/** The same in each of the last three months of a year, for those who pay by the year. */
const NOTICE_BY_YEAR = [0.14, 0.12, 0.1, 0.065]

/** Lets a customer live until `until`: signs up, subscribes, grows, shrinks, fails to pay, leaves, comes back. */
export function live(account: Account, until: number): void {
  const { agenda, dice, profile, recorder, customer } = account
  agenda.plan(profile.joinedAt, (at) => {
    recorder.tell(at, 'customer.created', customer, 'someone')
    if (!profile.older && dice.chance(0.035)) return
    const sold = profile.plan === 'Enterprise' && !profile.older
    agenda.plan(at + (sold ? dice.int(2, 12) * DAY : dice.int(120, 2400)), (then) => begin(account, then))
  })
  agenda.plan(profile.joinedAt + dice.int(60, 500) * DAY, (at) => correctAddress(account, at))
  agenda.run(until)
}

function begin(account: Account, at: number): void {
  const order = firstOrder(account)
  const contract = subscribe(account, at, order)
  if (order.trialDays > 0) spendTrial(account, contract, at, order)
  watch(account, contract, at)
}

function firstOrder(account: Account): Order {
  const { catalog, dice, profile } = account
  const { plan, interval, currency } = profile
  const items: OrderedItems = [[catalog.price(plan, interval, currency), profile.seats]]
  const sendInvoice = plan === 'Enterprise' ? dice.chance(0.85) : plan === 'Scale' && dice.chance(0.2)
  const tries = !profile.older && !sendInvoice && dice.chance({ Starter: 0.6, Growth: 0.55, Scale: 0.35, Enterprise: 0 }[plan])
  return {
    items,
    trialDays: tries ? dice.pick([14, 14, 30]) : 0,
    coupon: dice.chance(profile.older ? 0.4 : 0.27) ? firstCoupon(account) : null,
    card: !tries || dice.chance(0.86),
    sendInvoice,
    refused: !tries && !sendInvoice && !profile.older && dice.chance(0.03),
  }
}

function firstCoupon({ dice, profile, today }: Account): CouponName | null {
  if (profile.older) return dice.pick(['launch20', 'launch20', 'nonprofit40'])
  const early = profile.joinedAt < addMonths(today, -18)
  return dice.weighted<CouponName | null>([
    ['welcome30', 32],
    ['firstmonth', profile.interval === 'month' ? 16 : 0],
    ['startup50', profile.plan === 'Starter' || profile.plan === 'Growth' ? 12 : 0],
    ['first100', profile.currency === 'usd' && profile.plan !== 'Starter' ? 12 : 0],
    ['nonprofit40', 8],
    ['launch20', early ? 25 : 3],
    ['partner50', profile.currency === 'usd' && profile.plan !== 'Starter' ? 10 : 0],
  ])
}

/** A trial with a card converts or is called off; one without a card runs into a pause. */
function spendTrial(account: Account, contract: Contract, at: number, order: Order): void {
  const { agenda, dice } = account
  const end = periodEndOf(contract)
  if (order.card) {
    if (!dice.chance(0.2)) return
    const [feedback, , comments] = feedbackOf(account)
    agenda.plan(workingMoment(dice, dice.int(at + DAY, end - 2 * DAY)), (then) => cancelAtPeriodEnd(account, contract, then, feedback, dice.pick(comments)))
    return
  }
  if (dice.chance(0.4)) agenda.plan(workingMoment(dice, end + dice.int(1, 18) * DAY), (then) => resume(account, contract, then))
  else agenda.plan(end + 30 * DAY, (then) => end30(account, contract, then))
}

function end30(account: Account, contract: Contract, at: number): void {
  if (contract.now.status === 'paused') endNow(account, contract, at, { reason: 'cancellation_requested', feedback: null })
}

/** Looks in on a subscription once a month: something happens, or nothing. */
function watch(account: Account, contract: Contract, from: number): void {
  const { agenda, dice, profile } = account
  const look = (month: number) => {
    const at = workingMoment(dice, addMonths(from, month) + dice.int(1, 24) * DAY)
    agenda.plan(at, (then) => {
      if (contract.now.status === 'canceled' || contract.now.status === 'incomplete_expired') {
        maybeReturn(account, contract, then)
        return
      }
      if (runs(contract) && !contract.now.cancel_at_period_end) {
        if (profile.older || !decideToLeave(account, contract, then)) {
          if (!profile.older && dice.chance(0.007)) takeABreak(account, contract, then)
          else grow(account, contract, then)
        }
      }
      look(month + 1)
    })
  }
  look(1)
}

function decideToLeave(account: Account, contract: Contract, at: number): boolean {
  const { agenda, catalog, dice } = account
  const rank = Math.max(0, catalog.rank(contract.now.items.data[0].price))
  const end = periodEndOf(contract)
  if (contract.months === 12 && end - at > 95 * DAY) return false
  if (!dice.chance((contract.months === 12 ? NOTICE_BY_YEAR : NOTICE_BY_MONTH)[rank])) return false
  const [feedback, , comments] = feedbackOf(account)
  if (contract.months === 1 && dice.chance(0.25)) {
    endNow(account, contract, at, { reason: 'cancellation_requested', feedback, comment: dice.pick(comments) ?? undefined })
    return true
  }
  cancelAtPeriodEnd(account, contract, at, feedback, dice.pick(comments))
  if (dice.chance(0.1) && end - at > 3 * DAY) agenda.plan(workingMoment(dice, dice.int(at + DAY, end - DAY)), (then) => keepAfterAll(account, contract, then))
  return true
}

function feedbackOf(account: Account) {
  return account.dice.weighted(FEEDBACK.map((entry) => [entry, entry[1]] as const))
}

function takeABreak(account: Account, contract: Contract, at: number): void {
  const { agenda, dice, recorder } = account
  if (contract.months === 1 && dice.chance(0.6)) {
    pause(account, contract, at, 'pause_requested')
    agenda.plan(workingMoment(dice, at + dice.int(20, 75) * DAY), (then) => resume(account, contract, then))
    return
  }
  const behavior = dice.pick(['void', 'keep_as_draft'] as const)
  const until = at + dice.int(30, 70) * DAY
  contract.now = { ...contract.now, pause_collection: { behavior, resumes_at: until } }
  recorder.tell(at, 'customer.subscription.updated', contract.now, 'someone')
  agenda.plan(until, (then) => {
    if (contract.now.status === 'canceled') return
    contract.now = { ...contract.now, pause_collection: null }
    recorder.tell(then, 'customer.subscription.updated', contract.now)
  })
}

/** About one in six comes back, weeks or months later, without a trial. */
function maybeReturn(account: Account, contract: Contract, at: number): void {
  const { agenda, catalog, dice, profile } = account
  if (!dice.chance(contract.now.cancellation_details?.reason === 'payment_failed' ? 0.25 : 0.16)) return
  const interval = dice.chance(0.3) ? 'year' : 'month'
  const seats = Math.max(2, Math.round((contract.now.items.data[0].quantity * dice.int(60, 130)) / 100))
  const plan = dice.chance(0.2) && profile.plan === 'Growth' ? 'Starter' : profile.plan
  agenda.plan(workingMoment(dice, at + dice.int(5, 170) * DAY), (then) => {
    const again = subscribe(account, then, { items: [[catalog.price(plan, interval, profile.currency), seats]], trialDays: 0, coupon: dice.chance(0.3) ? 'welcome30' : null, card: true, sendInvoice: false, refused: false })
    watch(account, again, then)
  })
}

/** Firms move, and accountants change. */
function correctAddress(account: Account, at: number): void {
  const { dice, profile, recorder } = account
  if (!dice.chance(0.35)) return
  const change: Partial<Customer> = dice.chance(0.6)
    ? { email: `${dice.pick(['billing', 'accounts', 'ap', 'invoices'])}@${profile.domain}` }
    : { phone: `+1 555 01${dice.int(10, 99)}`, preferred_locales: ['en'] }
  account.customer = { ...account.customer, ...change }
  recorder.tell(at + HOUR, 'customer.updated', account.customer, 'someone')
}
