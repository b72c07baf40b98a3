import { f } from '../engine/fields.ts'

/** What a promo code gives and to whom; the same on the form of one code and in the dialog that generates many. Stripe never changes them, so neither do we. */
export const promoTerms = {
  discount: f.enum({ label: 'Discount', immutable: true, default: 'percent', look: 'plain', width: 110, options: [{ value: 'percent', label: 'Percent' }, { value: 'amount', label: 'Amount' }] }),
  percentOff: f.int({ label: 'Percent off', min: 1, max: 100, unit: '%', immutable: true, nullable: true, width: 110 }),
  amountOff: f.money({ label: 'Amount off', currency: 'book', min: 1, immutable: true, nullable: true, width: 110 }),
  duration: f.enum({ label: 'For', immutable: true, default: 'once', look: 'plain', width: 130, options: [{ value: 'once', label: 'One invoice' }, { value: 'repeating', label: 'Some months' }, { value: 'forever', label: 'As long as they stay' }] }),
  months: f.int({ label: 'Months', min: 1, max: 36, immutable: true, nullable: true, width: 90 }),
  maxRedemptions: f.int({ label: 'At most', min: 1, max: 1_000_000, immutable: true, nullable: true, help: 'How often it can be redeemed. Empty: without limit.', width: 90 }),
  expiresAt: f.instant({ label: 'Expires', immutable: true, nullable: true, sort: true, width: 130 }),
} as const

/** A sentence for each term that does not fit the others. */
export const checkPromoTerms = (values: Record<string, unknown>): Record<string, string> | undefined => {
  // a change of a code never touches its terms
  if (!('discount' in values)) return undefined
  const wrong: Record<string, string> = {}
  const given = (name: string): boolean => values[name] !== null && values[name] !== undefined
  if (values.discount === 'amount' ? given('percentOff') : !given('percentOff')) wrong.percentOff = values.discount === 'amount' ? 'An amount has no percentage beside it.' : 'Say how many percent.'
  if (values.discount === 'amount' ? !given('amountOff') : given('amountOff')) wrong.amountOff = values.discount === 'amount' ? 'Say the amount.' : 'A percentage has no amount beside it.'
  if ((values.duration === 'repeating') !== given('months')) wrong.months = values.duration === 'repeating' ? 'Say for how many months.' : 'Only a discount of some months has a number of them.'
  return Object.keys(wrong).length ? wrong : undefined
}
