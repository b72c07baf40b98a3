import type { MovementKind } from './figures.ts'

export const movementLabels: Record<MovementKind, string> = { new: 'New', expansion: 'Expansion', reactivation: 'Reactivation', contraction: 'Contraction', churn: 'Churn', fx: 'Exchange rates' }

interface Words { label: string; definition: string }

/** What each figure is called and what it says, in the words of the explanation. */
export const figureWords: Record<string, Words> = {
  mrr: { label: 'MRR', definition: 'What all paid subscriptions bring in a month, after discounts and without tax. It is the sum of every movement up to this day.' },
  arr: { label: 'ARR', definition: 'Twelve times MRR. It is the sum of every movement up to this day, times twelve.' },
  opening: { label: 'Opening', definition: 'MRR at the start of the period: the sum of every movement before it.' },
  closing: { label: 'MRR', definition: 'MRR at the end of the period: the sum of every movement up to it.' },
  new: { label: 'New', definition: 'The first MRR of customers who never had any, from the start of the service they paid for.' },
  expansion: { label: 'Expansion', definition: 'What customers with MRR added to it: larger plans, more seats, ended discounts.' },
  reactivation: { label: 'Reactivation', definition: 'The MRR of customers who had left and came back.' },
  contraction: { label: 'Contraction', definition: 'What customers who stay took away from their MRR: smaller plans, fewer seats, new discounts.' },
  churn: { label: 'Churn', definition: 'The sum of each customer\u2019s MRR on the day their last paid subscription ended. Cancellations that have not taken effect are not counted.' },
  fx: { label: 'Exchange rates', definition: 'What MRR in other currencies gained or lost because a rate changed. Nobody\u2019s subscription changed.' },
  transferIn: { label: 'Transfer in', definition: 'MRR that came from another plan of the same customer.' },
  transferOut: { label: 'Transfer out', definition: 'MRR that went to another plan of the same customer.' },
  adjustment: { label: 'Adjustment', definition: 'Corrections of months that were already closed.' },
  growth: { label: 'Growth', definition: 'The change of MRR against the close of the month before.' },
  nrr: { label: 'Net retention', definition: 'Of the MRR twelve months ago, what the same customers bring today: without what left and shrank, with what grew. New customers do not enter.' },
  grr: { label: 'Gross retention', definition: 'Of the MRR twelve months ago, what the same customers bring today, growth left out.' },
  churnGross: { label: 'Gross churn', definition: 'Of the MRR at the start of the month, the part that left or shrank since. Only customers of that start enter, each by the net of the month.' },
  churnNet: { label: 'Net churn', definition: 'Gross churn less what the same customers added.' },
  churnLogo: { label: 'Customers lost', definition: 'Of the customers at the start of the month, the part that left since.' },
  quickRatio: { label: 'Quick ratio', definition: 'New, expansion and reactivation over contraction and churn of the month.' },
  plan: { label: 'Plan', definition: 'What this plan brings: the sum of every movement of it up to this day. A customer with two plans counts in both.' },
}

const buckets: Record<string, string> = { retryable: 'Another try', needs_customer: 'A new card', authentication: 'The customer confirms', stop: 'No further try' }
export const bucketWords = (bucket: string): string => buckets[bucket] ?? said(bucket)

/** insufficient_funds -> Insufficient funds */
export const said = (code: string): string => {
  const words = code.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
