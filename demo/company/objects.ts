import type { Random } from '../random.ts'
import { planOf } from './catalog.ts'
import type { Profile } from './profiles.ts'
import { page, type Coupon, type Customer, type Discount, type Price, type Subscription, type SubscriptionItem } from './wire.ts'

/** A Stripe customer as the sign-up form makes one. */
export function customerOf(ids: Random, profile: Profile): Customer {
  return {
    id: `cus_${ids.token(14)}`,
    object: 'customer',
    address: { city: profile.city, country: profile.country, line1: null, line2: null, postal_code: null, state: null },
    balance: 0,
    created: profile.joinedAt,
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: profile.email,
    invoice_prefix: ids.token(8).toUpperCase(),
    invoice_settings: { custom_fields: null, default_payment_method: null, footer: null, rendering_options: null },
    livemode: false,
    metadata: profile.externalId ? { organization_id: profile.externalId } : {},
    name: profile.name,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
  }
}

export interface Terms {
  items: readonly (readonly [Price, number])[]
  status: Subscription['status']
  start: number
  periodEnd: number
  trialEnd: number | null
  anchor: number
  sendInvoice: boolean
  paymentMethod: string | null
  discounts: string[]
}

export function subscriptionOf(ids: Random, customer: Customer, terms: Terms): Subscription {
  const id = `sub_1${ids.token(23)}`
  const items = terms.items.map(([price, quantity]) => itemOf(ids, id, price, quantity, terms.start, terms.start, terms.periodEnd))
  return {
    id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: terms.anchor,
    billing_cycle_anchor_config: null,
    billing_mode: { flexible: null, type: 'classic' },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    collection_method: terms.sendInvoice ? 'send_invoice' : 'charge_automatically',
    created: terms.start,
    currency: items[0].price.currency,
    customer: customer.id,
    customer_account: null,
    days_until_due: terms.sendInvoice ? 30 : null,
    default_payment_method: terms.paymentMethod,
    default_source: null,
    default_tax_rates: [],
    description: null,
    discounts: terms.discounts,
    ended_at: null,
    invoice_settings: { account_tax_ids: null, custom_fields: null, description: null, footer: null, issuer: { type: 'self' } },
    items: page(`/v1/subscription_items?subscription=${id}`, items),
    latest_invoice: null,
    livemode: false,
    managed_payments: null,
    metadata: {},
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: null,
    payment_settings: { payment_method_options: null, payment_method_types: null, save_default_payment_method: 'off' },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: terms.start,
    status: terms.status,
    test_clock: null,
    transfer_data: null,
    trial_end: terms.trialEnd,
    trial_settings: { end_behavior: { billing_cycle_anchor: null, missing_payment_method: 'pause' } },
    trial_start: terms.trialEnd === null ? null : terms.start,
  }
}

export function itemOf(ids: Random, subscription: string, price: Price, quantity: number, created: number, start: number, end: number): SubscriptionItem {
  return {
    id: `si_${ids.token(14)}`,
    object: 'subscription_item',
    billing_thresholds: null,
    created,
    current_period_end: end,
    current_period_start: start,
    current_trial: null,
    discounts: [],
    metadata: {},
    plan: planOf(price),
    price,
    quantity,
    subscription,
    tax_rates: [],
  }
}

/** A coupon at work on a subscription from `start` on. */
export function discountOf(ids: Random, coupon: Coupon, customer: string, start: number, end: number | null, promotionCode: string | null): Discount {
  return {
    id: `di_1${ids.token(23)}`,
    object: 'discount',
    checkout_session: null,
    customer,
    customer_account: null,
    end,
    invoice: null,
    invoice_item: null,
    promotion_code: promotionCode,
    source: { coupon: coupon.id, type: 'coupon' },
    start,
    subscription: null,
    subscription_item: null,
  }
}
