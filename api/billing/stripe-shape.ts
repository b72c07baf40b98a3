/**
 * The part of Stripe's objects (API version 2026-10-28.endive) that revenue is computed from, in Stripe's own shape. A version keeps this
 * part beside the whole payload, so that thousands of versions are read without their bulk. Decimals are text: an answer of the API gives
 * Decimal objects, an event plain strings.
 */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

export interface PriceShape {
  id: string
  product: string
  currency?: string
  billing_scheme?: string
  unit_amount?: number | null
  unit_amount_decimal?: string | null
  recurring?: { interval: string; interval_count: number; usage_type: string } | null
  tiers?: { up_to: number | null; unit_amount: number | null; unit_amount_decimal: string | null; flat_amount: number | null; flat_amount_decimal: string | null }[]
  tiers_mode?: string | null
  transform_quantity?: { divide_by: number; round: string } | null
  tax_behavior?: string | null
}
export interface CouponShape {
  id: string; name?: string | null; percent_off?: number | null; amount_off?: number | null; currency?: string | null; duration: string; duration_in_months?: number | null
}
export interface DiscountShape {
  id: string; start?: number; end?: number | null; subscription?: string | null; subscription_item?: string | null; customer?: string | null; source?: { coupon: string | CouponShape | null }
}
export interface TaxRateShape { id: string; percentage: number; effective_percentage?: number | null; inclusive: boolean }
export interface ItemShape {
  id: string; quantity?: number; current_trial?: { end_date: number } | null; discounts?: (string | DiscountShape)[]; price: PriceShape; tax_rates?: TaxRateShape[] | null
}
export interface SubscriptionShape {
  id: string
  customer: string
  status: string
  currency: string
  start_date: number
  created: number
  trial_end?: number | null
  ended_at?: number | null
  canceled_at?: number | null
  cancel_at?: number | null
  cancel_at_period_end?: boolean
  cancellation_details?: { reason: string | null; feedback?: string | null } | null
  collection_method?: string
  pause_collection?: { behavior: string } | null
  status_details?: { paused?: { subscription?: { type: string } | null } | null } | null
  discounts?: (string | DiscountShape)[]
  default_tax_rates?: TaxRateShape[] | null
  items: { has_more?: boolean; data: ItemShape[] }
  test_clock?: string | null
}
export interface InvoiceLineShape {
  id: string
  amount: number
  quantity?: number | null
  period: { start: number; end: number }
  parent?: {
    subscription_item_details?: { subscription?: string | null; subscription_item: string; proration: boolean } | null
    invoice_item_details?: { subscription?: string | null; proration: boolean } | null
  } | null
  pricing?: { unit_amount_decimal?: string | null; price_details?: { price: string; product: string } } | null
  discounts?: (string | DiscountShape)[]
  taxes?: { amount: number; taxable_amount: number | null; tax_behavior: string }[] | null
}
export interface InvoiceShape {
  id: string
  customer: string | null
  status: string | null
  currency: string
  created: number
  total: number
  collection_method?: string
  status_transitions?: { finalized_at?: number | null; paid_at?: number | null; voided_at?: number | null }
  parent?: { subscription_details?: { subscription: string } | null } | null
  lines: { has_more?: boolean; data: InvoiceLineShape[] }
}
export interface CustomerShape { id: string; discount?: DiscountShape | null }

/** What to keep of an object: true for a value, a nested pick, or [pick] for each entry of a list. */
type Pick = { [key: string]: true | Pick | [Pick] }

const coupon: Pick = { id: true, name: true, percent_off: true, amount_off: true, currency: true, duration: true, duration_in_months: true }
const discount: Pick = { id: true, start: true, end: true, subscription: true, subscription_item: true, customer: true, source: { coupon } }
const taxRate: Pick = { id: true, percentage: true, effective_percentage: true, inclusive: true }
const price: Pick = {
  id: true, product: true, currency: true, billing_scheme: true, unit_amount: true, unit_amount_decimal: true,
  recurring: { interval: true, interval_count: true, usage_type: true },
  tiers: [{ up_to: true, unit_amount: true, unit_amount_decimal: true, flat_amount: true, flat_amount_decimal: true }], tiers_mode: true,
  transform_quantity: { divide_by: true, round: true }, tax_behavior: true,
}
const picks: Record<string, Pick> = {
  coupon, discount, price,
  customer: { id: true, discount },
  subscription: {
    id: true, customer: true, status: true, currency: true, start_date: true, created: true, trial_end: true, ended_at: true, canceled_at: true,
    cancel_at: true, cancel_at_period_end: true, cancellation_details: { reason: true, feedback: true }, collection_method: true,
    pause_collection: { behavior: true }, status_details: { paused: { subscription: { type: true } } }, discounts: [discount], default_tax_rates: [taxRate],
    items: { has_more: true, data: [{ id: true, quantity: true, current_trial: { end_date: true }, discounts: [discount], price, tax_rates: [taxRate] }] }, test_clock: true,
  },
  invoice: {
    id: true, customer: true, status: true, currency: true, created: true, total: true, collection_method: true,
    status_transitions: { finalized_at: true, paid_at: true, voided_at: true }, parent: { subscription_details: { subscription: true } },
    lines: {
      has_more: true, data: [{
        id: true, amount: true, quantity: true, period: { start: true, end: true },
        parent: { subscription_item_details: { subscription: true, subscription_item: true, proration: true }, invoice_item_details: { subscription: true, proration: true } },
        pricing: { unit_amount_decimal: true, price_details: { price: true, product: true } }, discounts: [discount], taxes: [{ amount: true, taxable_amount: true, tax_behavior: true }],
      }],
    },
  },
}

/** Types of objects that movements are computed from. */
export const revenueObjects: readonly string[] = Object.keys(picks)

const idFields = new Set(['customer', 'product', 'subscription', 'subscription_item', 'test_clock', 'invoice'])

function take(value: unknown, what: true | Pick | [Pick]): Json | undefined {
  if (value === undefined) return undefined
  if (value === null || typeof value !== 'object') return value as Json
  if (what === true) return String(value)
  if (Array.isArray(what)) return Array.isArray(value) ? value.map(v => take(v, what[0])!) : null
  const from = value as Record<string, unknown>, kept: JsonObject = {}
  for (const [key, inner] of Object.entries(what)) {
    const field = from[key]
    const found = idFields.has(key) && typeof field === 'object' && field !== null && 'id' in field && !('type' in field) && inner === true ? String(field.id) : take(field, inner)
    if (found !== undefined) kept[key] = found
  }
  return kept
}

/** Cuts a payload, or the `previous_attributes` of one, to what revenue reads; null for a type it does not read. */
export function shapeOf(objectType: string, payload: unknown): JsonObject | null {
  const pick = picks[objectType]
  return pick && typeof payload === 'object' && payload !== null ? take(payload, pick) as JsonObject : null
}
