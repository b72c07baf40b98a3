import { fraction, type Fraction } from './fraction.ts'

/** How MRR is defined. The defaults are the product's; every chart and replay names the policy it used. */
export interface Policy {
  /** Invoices per month of a weekly price, before interval_count. Default 52/12. */
  weekFactor: Fraction
  /** The same for daily prices. Default 365/12. */
  dayFactor: Fraction
  /** Which discounts are subtracted. `recurring`: forever, and repeating ones that cover more than one invoice. */
  discounts: 'recurring' | 'none' | 'forever_only' | 'all'
  /** Does a subscription count only with a paid (or finalised send_invoice) invoice above 0? */
  firstPaymentRequired: boolean
  /** Days after which a past_due subscription counts 0; null: never. */
  pastDueDays: number | null
  /** Churn when the subscription ends, or when cancelling is requested. */
  churnAt: 'end' | 'request'
  /** A fall to 0 while a subscription stays active. */
  zeroMrr: 'churn' | 'contraction'
  /** A subscription that begins this soon after another ended is one change. */
  coalesceMinutes: number
}

export const defaultPolicy: Policy = {
  weekFactor: fraction(52n, 12n), dayFactor: fraction(365n, 12n), discounts: 'recurring', firstPaymentRequired: true,
  pastDueDays: null, churnAt: 'end', zeroMrr: 'churn', coalesceMinutes: 60,
}
