/**
 * Stripe's objects as they travel: the package's own types with decimals as strings and
 * links as ids, which is how webhooks and unexpanded answers carry them.
 */
import type Stripe from 'stripe'

export const API_VERSION = '2026-10-28.endive'

export interface Page<T> {
  object: 'list'
  data: T[]
  has_more: boolean
  url: string
}

export interface Tier {
  flat_amount: number | null
  flat_amount_decimal: string | null
  unit_amount: number | null
  unit_amount_decimal: string | null
  up_to: number | null
}

export type Price = Omit<Stripe.Price, 'product' | 'unit_amount_decimal' | 'tiers'> & {
  product: string
  unit_amount_decimal: string | null
  tiers?: Tier[]
}

export type Plan = Omit<Stripe.Plan, 'product' | 'amount_decimal' | 'tiers'> & {
  product: string
  amount_decimal: string | null
  tiers?: Tier[]
}

export type Product = Stripe.Product
export type Coupon = Stripe.Coupon
export type PromotionCode = Stripe.PromotionCode
export type TaxRate = Stripe.TaxRate
export type Customer = Stripe.Customer
export type Discount = Stripe.Discount
export type Refund = Stripe.Refund
export type Dispute = Stripe.Dispute
export type WebhookEndpoint = Stripe.WebhookEndpoint
export type SubscriptionSchedule = Stripe.SubscriptionSchedule

export type PaymentIntent = Omit<Stripe.PaymentIntent, 'latest_charge'> & { latest_charge: string | null }
export type Charge = Omit<Stripe.Charge, 'payment_intent'> & { payment_intent: string | null }
export type InvoicePayment = Omit<Stripe.InvoicePayment, 'invoice'> & { invoice: string }

export type SubscriptionItem = Omit<Stripe.SubscriptionItem, 'price' | 'plan' | 'quantity'> & {
  price: Price
  plan: Plan
  quantity: number
}

export type Subscription = Omit<Stripe.Subscription, 'customer' | 'items' | 'latest_invoice' | 'discounts'> & {
  customer: string
  items: Page<SubscriptionItem>
  latest_invoice: string | null
  discounts: (string | Discount)[]
}

export type InvoiceLine = Omit<Stripe.InvoiceLineItem, 'quantity_decimal' | 'pricing' | 'taxes' | 'discount_amounts'> & {
  quantity_decimal: string | null
  pricing: { type: 'price_details'; price_details: { price: string; product: string }; unit_amount_decimal: string | null }
  discount_amounts: { amount: number; discount: string }[]
  taxes: Stripe.InvoiceLineItem.Tax[]
}

export type Invoice = Omit<Stripe.Invoice, 'lines' | 'payments' | 'customer' | 'discounts' | 'total_taxes' | 'total_discount_amounts'> & {
  customer: string
  lines: Page<InvoiceLine>
  payments: Page<InvoicePayment>
  discounts: string[]
  total_discount_amounts: { amount: number; discount: string }[]
  total_taxes: Stripe.Invoice.TotalTax[]
}

export type CreditNoteLine = Omit<Stripe.CreditNoteLineItem, 'unit_amount_decimal'> & { unit_amount_decimal: string | null }
export type CreditNote = Omit<Stripe.CreditNote, 'lines' | 'invoice' | 'customer'> & {
  invoice: string
  customer: string
  lines: Page<CreditNoteLine>
}

/** Any object of the company, by its `object` word. */
export type ApiObject =
  | Price
  | Product
  | Coupon
  | PromotionCode
  | TaxRate
  | Customer
  | Discount
  | Subscription
  | Invoice
  | InvoicePayment
  | PaymentIntent
  | Charge
  | Refund
  | Dispute
  | CreditNote
  | SubscriptionSchedule
  | WebhookEndpoint

/** A snapshot event. `created` is the instant of the change in Unix seconds. */
export interface StripeEvent {
  id: string
  object: 'event'
  api_version: typeof API_VERSION
  created: number
  data: { object: ApiObject; previous_attributes?: Record<string, unknown> }
  livemode: false
  pending_webhooks: number
  request: { id: string | null; idempotency_key: string | null }
  type: string
}

/** What happens at one instant: objects as they are from then on, and the event that tells of it, if one does. */
export interface Deed {
  due: number
  puts: ApiObject[]
  event: StripeEvent | null
}

export function page<T>(url: string, data: T[], hasMore = false): Page<T> {
  return { object: 'list', data, has_more: hasMore, url }
}
