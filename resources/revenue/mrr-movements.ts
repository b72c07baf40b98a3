import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** The live ledger of MRR: rows neither reversed nor reversals. Append-only; every figure of the revenue page is a sum of these. */
export const mrrMovements = defineResource({
  name: 'mrr-movements',
  label: ['MRR movement', 'MRR movements'],
  title: 'category', subtitle: 'cause',
  verbs: ['read'],
  only: { live: true },
  scope: { own: 'customer.ownerId' },
  fields: {
    effectiveAt: f.instant({ label: 'When', sort: true, width: 130 }),
    category: f.enum({
      label: 'Movement', look: 'plain', width: 120,
      options: [
        { value: 'new', label: 'New' }, { value: 'expansion', label: 'Expansion' }, { value: 'contraction', label: 'Contraction' }, { value: 'churn', label: 'Churn' },
        { value: 'reactivation', label: 'Reactivation' }, { value: 'fx', label: 'Exchange rate' }, { value: 'transferIn', label: 'Transfer in' },
        { value: 'transferOut', label: 'Transfer out' }, { value: 'adjustment', label: 'Adjustment' },
      ],
    }),
    cause: f.enum({
      label: 'Cause', look: 'plain', width: 160,
      options: [
        { value: 'plan_change', label: 'Plan change' }, { value: 'quantity', label: 'Seats' }, { value: 'price_change', label: 'Price change' }, { value: 'item_added', label: 'Item added' },
        { value: 'item_removed', label: 'Item removed' }, { value: 'discount_added', label: 'Discount added' }, { value: 'discount_expired', label: 'Discount expired' },
        { value: 'discount_removed', label: 'Discount removed' }, { value: 'interval_change', label: 'Interval change' }, { value: 'migration', label: 'Migration' },
        { value: 'cancel_voluntary', label: 'Cancelled' }, { value: 'payment_failed', label: 'Payment failed' }, { value: 'disputed', label: 'Disputed' }, { value: 'paused', label: 'Paused' },
        { value: 'resumed', label: 'Resumed' }, { value: 'moved_to_free', label: 'Moved to free' }, { value: 'trial_converted', label: 'Trial converted' },
        { value: 'first_payment', label: 'First payment' }, { value: 'merge', label: 'Merge' }, { value: 'correction', label: 'Correction' }, { value: 'fx', label: 'Exchange rate' },
        { value: 'opening', label: 'Opening' },
      ],
    }),
    customerId: f.relation({ label: 'Customer', resource: 'customers', paths: ['status', 'ownerId', 'tags', 'plan'], width: 220 }),
    planId: f.relation({ label: 'Plan', resource: 'products', nullable: true, paths: ['active'], width: 150 }),
    amount: f.money({ label: 'Amount', currency: 'bookCurrency', exact: 'amount_exact', signed: true, nullable: true, sort: true, sensitive: 'mrr', width: 130 }),
    amountExact: f.decimal({ label: 'Amount, exact', nullable: true, scale: 4, sensitive: 'mrr', help: 'Minor units of the book with four more places: what sums are made of.' }),
    bookCurrency: f.text({ label: 'Book currency', sensitive: 'mrr' }),
    nativeAmount: f.money({ label: 'In own currency', currency: 'currency', signed: true, sensitive: 'mrr', width: 130 }),
    currency: f.text({ label: 'Currency', sensitive: 'mrr', width: 90 }),
    rate: f.decimal({ label: 'Rate', nullable: true, sensitive: 'mrr' }),
    fxRateId: f.relation({ label: 'Exchange rate', resource: 'fx-rates', nullable: true, sensitive: 'mrr' }),
    quality: f.enum({ label: 'Quality', look: 'plain', width: 130, options: [{ value: 'observed', label: 'Observed' }, { value: 'reconstructed', label: 'Reconstructed', tone: 'caution' }] }),
    customerDelta: f.int({ label: 'Customers', sensitive: 'mrr' }),
    day: f.date({ label: 'Day of the book' }),
    recordedAt: f.instant({ label: 'Recorded', sort: true, width: 130 }),
    subscriptionId: f.relation({ label: 'Subscription', resource: 'subscriptions', nullable: true, paths: ['status', 'plan'] }),
    billingAccountId: f.relation({ label: 'Billing account', resource: 'billing-accounts' }),
    objectVersionId: f.relation({ label: 'Object version', resource: 'object-versions', nullable: true }),
    eventId: f.relation({ label: 'Stripe event', resource: 'stripe-events', nullable: true }),
    policyVersion: f.int({ label: 'Policy version' }),
    lines: f.json({ label: 'Formula', sensitive: 'mrr', heavy: true }),
  },
  list: {
    columns: ['effectiveAt', 'category', 'cause', 'customerId', 'planId', 'amount', 'nativeAmount', 'quality'],
    sort: '-effectiveAt',
    sums: ['amount'],
    views: {
      gains: { label: 'Gains', filter: { category_in: ['new', 'expansion', 'reactivation'] } },
      losses: { label: 'Losses', filter: { category_in: ['contraction', 'churn'] } },
      churn: { label: 'Churn', filter: { category: 'churn' } },
      reconstructed: { label: 'Reconstructed', filter: { quality: 'reconstructed' } },
    },
    filters: ['category', 'cause', 'effectiveAt', 'customerId', 'planId', 'amount', 'currency', 'quality', 'recordedAt'],
    empty: 'MRR has not moved yet.',
  },
  show: {
    sections: [
      { title: 'Movement', fields: ['category', 'cause', 'effectiveAt', 'amount', 'amountExact', 'customerId', 'planId', 'subscriptionId', 'quality'] },
      { title: 'Conversion', fields: ['nativeAmount', 'currency', 'rate', 'fxRateId', 'bookCurrency'] },
      { title: 'Where it comes from', fields: ['lines', 'objectVersionId', 'eventId', 'billingAccountId', 'recordedAt', 'day', 'policyVersion'] },
    ],
  },
})
