import type { Account, Contract } from './account.ts'
import { addMonths } from './calendar.ts'
import type { Price, Subscription, SubscriptionSchedule } from './wire.ts'

type Order = readonly (readonly [Price, number])[]

/** Agrees other items from the next period on, as a schedule of the present phase and the next one. */
export function agreeNext(account: Account, contract: Contract, at: number, order: Order): void {
  const { current_period_start: start, current_period_end: end } = contract.now.items.data[0]
  const present = contract.now.items.data.map(({ price, quantity }) => [price, quantity] as const)
  const schedule: SubscriptionSchedule = {
    id: `sub_sched_1${account.ids.token(23)}`,
    object: 'subscription_schedule',
    application: null,
    billing_mode: { flexible: null, type: 'classic' },
    canceled_at: null,
    completed_at: null,
    created: at,
    current_phase: { start_date: start, end_date: end },
    customer: account.customer.id,
    customer_account: null,
    default_settings: {
      application_fee_percent: null,
      billing_cycle_anchor: 'automatic',
      billing_thresholds: null,
      collection_method: contract.now.collection_method,
      default_payment_method: null,
      description: null,
      invoice_settings: { account_tax_ids: null, custom_fields: null, days_until_due: contract.now.days_until_due, description: null, footer: null, issuer: { type: 'self' } },
      on_behalf_of: null,
      transfer_data: null,
    },
    end_behavior: 'release',
    livemode: false,
    metadata: {},
    pause_schedules: [],
    phases: [phaseOf(contract, present, start, end), phaseOf(contract, order, end, addMonths(end, contract.months))],
    released_at: null,
    released_subscription: null,
    status: 'active',
    subscription: contract.now.id,
    test_clock: null,
  }
  contract.next = order
  contract.schedule = schedule
  account.recorder.tell(at, 'subscription_schedule.created', schedule, 'someone')
  contract.now = { ...contract.now, schedule: schedule.id }
  account.recorder.tell(at, 'customer.subscription.updated', contract.now, 'someone')
}

/** The schedule has done its work, or is no longer wanted; returns what changes on the subscription. */
export function releaseSchedule(account: Account, contract: Contract, at: number, how: 'released' | 'canceled'): Partial<Subscription> {
  const { schedule } = contract
  if (!schedule) return {}
  contract.schedule = null
  contract.next = null
  const over: Partial<SubscriptionSchedule> = how === 'released' ? { released_at: at, released_subscription: contract.now.id, subscription: null } : { canceled_at: at }
  account.recorder.tell(at, `subscription_schedule.${how}`, { ...schedule, ...over, current_phase: null, status: how })
  return { schedule: null }
}

function phaseOf(contract: Contract, order: Order, start: number, end: number): SubscriptionSchedule['phases'][number] {
  return {
    add_invoice_items: [],
    application_fee_percent: null,
    billing_cycle_anchor: null,
    billing_thresholds: null,
    collection_method: null,
    currency: contract.now.currency,
    default_payment_method: null,
    description: null,
    discounts: [],
    end_date: end,
    invoice_settings: null,
    items: order.map(([price, quantity]) => ({ billing_thresholds: null, discounts: [], metadata: {}, plan: price.id, price: price.id, quantity, tax_rates: [] })),
    metadata: {},
    on_behalf_of: null,
    proration_behavior: 'none',
    start_date: start,
    transfer_data: null,
    trial_end: null,
  }
}
