import type { StripeEvent, StripeObject } from './stripe.ts'

/** Objects whose events we use. Every other event is accepted, kept and ignored. */
const used = new Set(['customer', 'subscription', 'invoice', 'discount', 'coupon', 'price', 'product', 'payment_intent', 'charge', 'refund', 'credit_note', 'dispute', 'invoice_payment'])

/** Our own account, where an event names none (it does for connected accounts). */
export const ownAccount = 'own'

export const idOf = (reference: unknown): string | null =>
  typeof reference === 'string' ? reference : typeof reference === 'object' && reference !== null && typeof (reference as { id?: unknown }).id === 'string' ? (reference as { id: string }).id : null

/** The Stripe customer an object belongs to; null where the object does not say. */
export const customerOf = (object: Record<string, unknown>): string | null => object.object === 'customer' ? idOf(object) : idOf(object.customer)

/** What the inbox notes of an event, and whether it is one we use. */
export function readEvent(event: StripeEvent): { account: string; objectType: string | null; objectId: string | null; customer: string | null; used: boolean } {
  const object = event.data?.object as StripeObject | undefined
  const objectType = typeof object?.object === 'string' ? object.object : null, objectId = idOf(object)
  return {
    account: event.account ?? ownAccount, objectType, objectId, customer: object ? customerOf(object) : null,
    used: objectType !== null && objectId !== null && used.has(objectType),
  }
}
