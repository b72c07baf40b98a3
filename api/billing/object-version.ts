import type { JsonObject } from './stripe-shape.ts'

/** One known state of a Stripe object. Versions are only ever added; what is believed is a function of their set. */
export interface ObjectVersion {
  id: string
  objectType: string
  objectId: string
  /** Unix seconds: when the state began to hold (the event), or when it was fetched. */
  effectiveAt: number
  source: 'webhook' | 'backfill' | 'refetch'
  eventId: string | null
  stripeEventId: string | null
  eventType: string | null
  /** The object cut to what revenue reads (stripe-shape.ts). */
  facts: JsonObject
  /** `previous_attributes` of the event, cut alike. */
  previous: JsonObject | null
}
