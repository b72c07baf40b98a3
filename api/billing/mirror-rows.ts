import { newId } from '../engine/ids.ts'
import type { Row } from './bulk-rows.ts'
import { customerOf, idOf } from './read-event.ts'
import type { StripeObject } from './stripe.ts'

/** A version about to be mirrored: its whole payload, and the rows of ours it belongs to. */
export interface Mirrored {
  versionId: string
  account: string
  livemode: boolean
  at: number
  eventType: string | null
  object: StripeObject
  billingAccountId: string | null
  customerId: string | null
}

const time = (seconds: unknown): string | null => typeof seconds === 'number' ? new Date(seconds * 1000).toISOString() : null
const sum = (list: unknown): number => Array.isArray(list) ? list.reduce((n: number, e: { amount?: number }) => n + (e.amount ?? 0), 0) : 0
const text = (value: unknown): string | null => typeof value === 'string' && value !== '' ? value : null

const statusRank: Record<string, number> = { draft: 0, open: 1, uncollectible: 2, void: 3, paid: 4, succeeded: 4 }
const eventRank = (type: string | null) => type === null ? 0 : type.endsWith('.created') ? 1 : type.endsWith('.deleted') || type.endsWith('.closed') ? 3 : 2

const base = (m: Mirrored): Row => ({
  id: newId(), stripe_account_id: m.account, stripe_id: m.object.id, livemode: m.livemode, created_at: time(m.object.created) ?? time(m.at), updated_at: new Date().toISOString(),
  object_version_id: m.versionId || null, version_at: time(m.at), version_rank: 10 * (statusRank[m.object.status as string] ?? 0) + eventRank(m.eventType),
})
const owned = (m: Mirrored): Row => ({ ...base(m), billing_account_id: m.billingAccountId, customer_id: m.customerId, stripe_customer_id: customerOf(m.object) })

export const productRow = (m: Mirrored): Row => ({
  ...base(m), name: text(m.object.name) ?? m.object.id, description: text(m.object.description), active: Boolean(m.object.active ?? true) && !m.object.deleted, placeholder: false,
})

/** Products, as far as other objects name them. */
export const productPlaceholder = (account: string, stripeId: string, livemode: boolean, at: number): Row => ({
  id: newId(), stripe_account_id: account, stripe_id: stripeId, livemode, created_at: time(at), updated_at: new Date().toISOString(), object_version_id: null, version_at: time(0), version_rank: 0,
  name: stripeId, description: null, active: true, placeholder: true,
})

export const priceRow = (m: Mirrored, productId: string | null): Row => ({
  ...base(m), product_id: productId, nickname: text(m.object.nickname), currency: m.object.currency, unit_amount: m.object.unit_amount ?? null, unit_amount_decimal: text(m.object.unit_amount_decimal),
  interval: m.object.recurring?.interval ?? null, interval_count: m.object.recurring?.interval_count ?? null, usage_type: m.object.recurring?.usage_type ?? null,
  billing_scheme: text(m.object.billing_scheme), tiers: m.object.tiers ?? null, active: Boolean(m.object.active) && !m.object.deleted,
})

export const couponRow = (m: Mirrored): Row => ({
  ...base(m), name: text(m.object.name), percent_off: m.object.percent_off ?? null, amount_off: m.object.amount_off ?? null, currency: text(m.object.currency), duration: m.object.duration,
  duration_in_months: m.object.duration_in_months ?? null, times_redeemed: m.object.times_redeemed ?? 0, redeem_by: time(m.object.redeem_by), valid: Boolean(m.object.valid), deleted: Boolean(m.object.deleted) || m.eventType === 'coupon.deleted',
})

interface ItemOfStripe { quantity?: number; current_period_start?: number; current_period_end?: number; price?: { id: string; product: unknown; unit_amount: number | null; currency: string; nickname?: string | null; recurring?: { interval: string; interval_count: number; usage_type: string } | null } }

const periodEnd = (items: readonly ItemOfStripe[]): number | undefined => {
  const ends = items.flatMap(i => i.current_period_end ?? [])
  return ends.length ? Math.min(...ends) : undefined
}

/** `names` gives products their name by Stripe id, `products` their id of ours. */
export function subscriptionRow(m: Mirrored, names: ReadonlyMap<string, string>, products: ReadonlyMap<string, string>): Row {
  const s = m.object, items = (s.items?.data ?? []) as ItemOfStripe[]
  const lead = items.find(i => i.price?.recurring?.usage_type !== 'metered') ?? items[0]
  const product = lead?.price ? idOf(lead.price.product) : null
  return {
    ...owned(m), status: s.status, currency: s.currency, plan: product ? names.get(product) ?? product : null, product_id: product ? products.get(product) ?? null : null,
    items: items.map(i => ({ price: i.price?.id, product: i.price ? idOf(i.price.product) : null, plan: i.price ? names.get(idOf(i.price.product) ?? '') ?? null : null, quantity: i.quantity ?? null, unitAmount: i.price?.unit_amount ?? null, interval: i.price?.recurring?.interval ?? null, intervalCount: i.price?.recurring?.interval_count ?? null })),
    quantity: items.reduce((n, i) => n + (i.quantity ?? 0), 0), interval: lead?.price?.recurring?.interval ?? null,
    start_date: time(s.start_date), current_period_start: time(Math.max(...items.map(i => i.current_period_start ?? 0))), current_period_end: time(periodEnd(items)),
    trial_end: time(s.trial_end), cancel_at: time(s.cancel_at), cancel_at_period_end: Boolean(s.cancel_at_period_end), canceled_at: time(s.canceled_at), ended_at: time(s.ended_at),
    cancel_reason: text(s.cancellation_details?.reason), cancel_feedback: text(s.cancellation_details?.feedback), pause_collection: text(s.pause_collection?.behavior), collection_method: text(s.collection_method),
    discounts: ((s.discounts ?? []) as unknown[]).map(d => { const c = (d as { source?: { coupon?: unknown } }).source?.coupon; return text((c as { name?: string } | undefined)?.name) ?? idOf(c) ?? idOf(d) ?? '' }),
  }
}

export function invoiceRow(m: Mirrored): Row {
  const i = m.object, t = i.status_transitions ?? {}
  return {
    ...owned(m), subscription_stripe_id: idOf(i.parent?.subscription_details?.subscription), number: text(i.number), status: i.status ?? 'draft', billing_reason: text(i.billing_reason), collection_method: text(i.collection_method),
    currency: i.currency, subtotal: i.subtotal ?? 0, discount: sum(i.total_discount_amounts), tax: sum(i.total_taxes), total: i.total ?? 0, amount_due: i.amount_due ?? 0, amount_paid: i.amount_paid ?? 0, amount_remaining: i.amount_remaining ?? 0,
    attempt_count: i.attempt_count ?? 0, next_payment_attempt: time(i.next_payment_attempt), due_date: time(i.due_date), period_start: time(i.period_start), period_end: time(i.period_end),
    finalized_at: time(t.finalized_at), paid_at: time(t.paid_at), voided_at: time(t.voided_at), hosted_invoice_url: text(i.hosted_invoice_url),
    payment_intents: ((i.payments?.data ?? []) as { payment?: { payment_intent?: unknown } }[]).flatMap(p => idOf(p.payment?.payment_intent) ?? []),
    lines: ((i.lines?.data ?? []) as Record<string, any>[]).slice(0, 50).map(l => ({ description: l.description, amount: l.amount, quantity: l.quantity, start: time(l.period?.start), end: time(l.period?.end), price: l.pricing?.price_details?.price ?? null, product: l.pricing?.price_details?.product ?? null })),
  }
}

/** A payment is one payment intent; charges and invoice payments fill in what they know. */
export function paymentRow(m: Mirrored): Row | null {
  const o = m.object
  const empty = { invoice_stripe_id: null, charge_stripe_id: null, amount_refunded: 0, method: null, card_brand: null, card_last4: null, decline_code: null, failure_message: null, paid_at: null }
  if (o.object === 'payment_intent') {
    const error = o.last_payment_error
    return { ...owned(m), ...empty, status: error && o.status !== 'succeeded' ? 'failed' : o.status, amount: o.amount ?? 0, currency: o.currency, charge_stripe_id: idOf(o.latest_charge), method: text(o.payment_method_types?.[0]),
      decline_code: text(error?.decline_code) ?? text(error?.code), failure_message: text(error?.message), paid_at: o.status === 'succeeded' ? time(m.at) : null }
  }
  if (o.object === 'charge') {
    const card = o.payment_method_details?.card
    return { ...owned(m), ...empty, stripe_id: idOf(o.payment_intent) ?? o.id, status: o.paid ? 'succeeded' : 'failed', amount: o.amount ?? 0, currency: o.currency, charge_stripe_id: o.id, amount_refunded: o.amount_refunded ?? 0,
      method: text(o.payment_method_details?.type), card_brand: text(card?.brand), card_last4: text(card?.last4), decline_code: text(o.outcome?.reason) ?? text(o.failure_code), failure_message: text(o.failure_message), paid_at: o.paid ? time(o.created) : null }
  }
  const intent = idOf(o.payment?.payment_intent) ?? idOf(o.payment?.charge)
  if (!intent) return null
  const paid = o.status === 'paid'
  return { ...owned(m), ...empty, stripe_id: intent, status: paid ? 'succeeded' : 'open', amount: o.amount_paid ?? o.amount_requested ?? 0, currency: o.currency, invoice_stripe_id: idOf(o.invoice), paid_at: paid ? time(o.status_transitions?.paid_at) ?? time(m.at) : null }
}

export const refundRow = (m: Mirrored): Row => ({
  ...owned(m), payment_stripe_id: idOf(m.object.payment_intent), charge_stripe_id: idOf(m.object.charge), status: m.object.status ?? 'pending', amount: m.object.amount, currency: m.object.currency, reason: text(m.object.reason),
})
export const creditNoteRow = (m: Mirrored): Row => ({
  ...owned(m), invoice_stripe_id: idOf(m.object.invoice), number: text(m.object.number), status: m.object.status, amount: m.object.amount ?? m.object.total ?? 0, currency: m.object.currency, reason: text(m.object.reason), memo: text(m.object.memo),
})
export const disputeRow = (m: Mirrored): Row => ({
  ...owned(m), payment_stripe_id: idOf(m.object.payment_intent), charge_stripe_id: idOf(m.object.charge), status: m.object.status, amount: m.object.amount, currency: m.object.currency, reason: text(m.object.reason), evidence_due_at: time(m.object.evidence_details?.due_by),
})

/** An attempt to collect, as its event tells it: failed or paid by invoice, declined (with its code) by payment. */
export function attemptRow(m: Mirrored, eventId: string): Row | null {
  const o = m.object
  const row = { id: newId(), stripe_account_id: m.account, event_id: eventId, stripe_customer_id: customerOf(o), at: time(m.at), currency: o.currency, invoice_stripe_id: null as string | null, payment_stripe_id: null as string | null, decline_code: null as string | null }
  switch (m.eventType) {
    case 'invoice.payment_failed': return { ...row, invoice_stripe_id: o.id, outcome: 'failed', amount: o.amount_due ?? 0 }
    case 'invoice.paid': return o.amount_due > 0 ? { ...row, invoice_stripe_id: o.id, outcome: 'paid', amount: o.amount_paid ?? 0 } : null
    case 'payment_intent.payment_failed': return { ...row, payment_stripe_id: o.id, outcome: 'declined', amount: o.amount ?? 0, decline_code: text(o.last_payment_error?.decline_code) ?? text(o.last_payment_error?.code) ?? 'unknown' }
    default: return null
  }
}
