/** Milliseconds since 1970, UTC, whole seconds. */
export type Instant = number

/** A discount as far as it changes a price. Amounts are decimal strings in minor units per invoice. */
export interface DiscountTerms {
  id?: string
  name?: string
  percentOff?: string
  amountOff?: string
  duration: string
  durationInMonths?: number
  /** In force from here; absent: from the state's start. */
  start?: Instant
  /** Until here, exclusive; absent: as long as the state has it. */
  end?: Instant
}

export interface Tier { upTo: number | null; unitAmount: string; flatAmount?: string }

/** One item of a subscription. `plan` is what charts group by: a Stripe product. */
export interface ItemState {
  id?: string
  plan: string
  price: string
  /** Minor units per unit and invoice; null with tiers. */
  unitAmount: string | null
  interval: string
  intervalCount: number
  quantity: number
  usageType?: string
  tiersMode?: string
  tiers?: Tier[]
  transformQuantity?: { divideBy: number; round: string }
  discounts: DiscountTerms[]
  /** The price contains this tax, in percent. */
  taxInclusivePercent?: string
  /** 0 before this instant, whatever its price. */
  trialEnd?: Instant
}

/** Where a state is known from: carried through to every movement. */
export interface Source { objectVersionId?: string; eventId?: string; stripeEventId?: string }

/** The full state of one subscription from `at` until its next state. What a version left out is no longer so. */
export interface SubscriptionState {
  at: Instant
  subscription: string
  status: string
  currency: string
  items: ItemState[]
  discounts: DiscountTerms[]
  /** Start of the service first paid for: counts from here. null: nothing was paid yet. Absent: counts at once. */
  countsFrom?: Instant | null
  cancelAtPeriodEnd?: boolean
  /** Requested end that lies ahead. */
  cancelAt?: Instant
  /** First instant of the delinquency. Absent: start of the unbroken run of past_due states. */
  pastDueSince?: Instant
  pauseCollection?: string
  pausedReason?: string
  cancelReason?: string
  /** End of the subscription's own trial, to tell a conversion from a first payment. */
  trialEnd?: Instant
  /** Reconstructed from invoices, or seen. */
  quality?: 'observed' | 'reconstructed'
  /** First state we know of although the subscription is older: its row is an opening, not a new customer. */
  opening?: boolean
  source?: Source
}
