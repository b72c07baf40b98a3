import type { ObjectVersion } from '../../api/billing/object-version.ts'
import { shapeOf } from '../../api/billing/stripe-shape.ts'

/** Small Stripe-shaped objects for tests that need one exact thing; a whole company is in demo/company. Instants are Unix seconds. */
export const at = (iso: string): number => Date.parse(iso.length === 10 ? `${iso}T00:00:00Z` : iso) / 1000

export const price = (id: string, cents: number, more: Record<string, unknown> = {}) => ({
  id, object: 'price', product: `prod_${id}`, currency: 'usd', billing_scheme: 'per_unit', unit_amount: cents, unit_amount_decimal: String(cents), recurring: { interval: 'month', interval_count: 1, usage_type: 'licensed' }, tiers_mode: null, transform_quantity: null, tax_behavior: 'exclusive', ...more,
})
export const item = (of: ReturnType<typeof price>, quantity = 1, more: Record<string, unknown> = {}) => ({ id: `si_${of.id}`, object: 'subscription_item', price: of, quantity, discounts: [], current_trial: null, tax_rates: [], ...more })

export const subscription = (items: unknown[], more: Record<string, unknown> = {}) => ({
  id: 'sub_1', object: 'subscription', customer: 'cus_1', status: 'active', currency: 'usd', start_date: at('2026-01-01'), created: at('2026-01-01'), trial_end: null, ended_at: null, canceled_at: null, cancel_at: null, cancel_at_period_end: false,
  cancellation_details: { reason: null, feedback: null }, collection_method: 'charge_automatically', pause_collection: null, discounts: [], default_tax_rates: [], items: { object: 'list', has_more: false, data: items }, test_clock: null, ...more,
})

/** A line of service; `proration` for a change within a period. */
export const line = (of: ReturnType<typeof price>, start: string, end: string, amount: number, more: { quantity?: number; proration?: boolean; discounts?: unknown[] } = {}) => ({
  id: `il_${of.id}_${start}_${amount}`, object: 'line_item', amount, quantity: more.quantity ?? 1, period: { start: at(start), end: at(end) }, discounts: more.discounts ?? [], taxes: [],
  parent: { type: 'subscription_item_details', invoice_item_details: null, subscription_item_details: { subscription: 'sub_1', subscription_item: `si_${of.id}`, proration: more.proration ?? false } },
  pricing: { type: 'price_details', unit_amount_decimal: of.unit_amount_decimal, price_details: { price: of.id, product: of.product } },
})
export const invoice = (id: string, status: string, lines: { amount: number }[], more: Record<string, unknown> = {}) => ({
  id, object: 'invoice', customer: 'cus_1', status, currency: 'usd', created: at('2026-01-01'), total: lines.reduce((n, l) => n + l.amount, 0), collection_method: 'charge_automatically', status_transitions: {}, parent: { type: 'subscription_details', subscription_details: { subscription: 'sub_1' } }, lines: { object: 'list', has_more: false, data: lines }, ...more,
})

let count = 0
/** What an event (or, without a type, a fetch) tells of an object. */
export function version(when: string | number, type: string | null, object: Record<string, any>, previous: Record<string, unknown> | null = null, id = `evt_${String(++count).padStart(6, '0')}`): ObjectVersion {
  return {
    id, objectType: object.object, objectId: object.id, effectiveAt: typeof when === 'number' ? when : at(when), source: type ? 'webhook' : 'refetch', eventId: type ? id : null, stripeEventId: type ? id : null, eventType: type,
    facts: shapeOf(object.object, object)!, previous: previous && shapeOf(object.object, previous),
  }
}
