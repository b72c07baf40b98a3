import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** Payments: one per payment intent, with what its charges tell of card and decline. */
export const payments = defineResource({
  name: 'payments',
  label: ['Payment', 'Payments'],
  nav: { group: 'Money', icon: 'credit-card', order: 52 },
  title: 'stripeId', subtitle: 'status',
  verbs: ['read'],
  scope: { own: 'customer.ownerId' },
  fields: {
    customerId: f.relation({ label: 'Customer', resource: 'customers', nullable: true, paths: ['status', 'ownerId', 'tags', 'plan'], width: 220 }),
    invoiceId: f.relation({ label: 'Invoice', resource: 'invoices', nullable: true, paths: ['status'], width: 140 }),
    status: f.enum({
      label: 'Status', look: 'tag', width: 110,
      options: [
        { value: 'succeeded', label: 'Paid', tone: 'positive' }, { value: 'failed', label: 'Failed', tone: 'negative' }, { value: 'open', label: 'Open', tone: 'caution' },
        { value: 'processing', label: 'Processing', tone: 'info' }, { value: 'requires_payment_method', label: 'Needs a method', tone: 'caution' },
        { value: 'requires_action', label: 'Needs the customer', tone: 'caution' }, { value: 'requires_confirmation', label: 'Unconfirmed', tone: 'muted' },
        { value: 'requires_capture', label: 'Authorised', tone: 'info' }, { value: 'canceled', label: 'Cancelled', tone: 'muted' },
      ],
    }),
    amount: f.money({ label: 'Amount', currency: 'currency', sort: true, sensitive: 'amounts', width: 120 }),
    amountRefunded: f.money({ label: 'Refunded', currency: 'currency', sensitive: 'amounts', width: 110 }),
    currency: f.text({ label: 'Currency', sensitive: 'amounts', width: 90 }),
    method: f.text({ label: 'Method', nullable: true, width: 100 }),
    cardBrand: f.text({ label: 'Card', nullable: true, width: 90 }),
    cardLast4: f.text({ label: 'Ends in', nullable: true, width: 80 }),
    declineCode: f.text({ label: 'Decline code', nullable: true, width: 170 }),
    failureMessage: f.text({ label: 'Why it failed', nullable: true, filter: false }),
    paidAt: f.instant({ label: 'Paid on', nullable: true }),
    billingAccountId: f.relation({ label: 'Billing account', resource: 'billing-accounts', nullable: true }),
    chargeStripeId: f.text({ label: 'Charge', nullable: true, mono: true, copy: true, sensitive: 'stripe' }),
    stripeId: f.text({ label: 'Stripe id', mono: true, copy: true, sensitive: 'stripe', width: 200 }),
    createdAt: f.instant({ label: 'Made', sort: true, width: 120 }),
    updatedAt: f.instant({ label: 'Changed' }),
  },
  list: {
    columns: ['stripeId', 'customerId', 'invoiceId', 'status', 'amount', 'declineCode', 'createdAt'],
    sort: '-createdAt',
    views: {
      paid: { label: 'Paid', filter: { status: 'succeeded' } },
      failed: { label: 'Failed', filter: { status: 'failed' } },
      refunded: { label: 'Refunded', filter: { amountRefunded_gt: 0 } },
    },
    filters: ['status', 'customerId', 'amount', 'currency', 'method', 'declineCode', 'createdAt', 'stripeId'],
    empty: 'Payments come from Stripe.',
  },
  show: {
    sections: [
      { title: 'Payment', fields: ['customerId', 'invoiceId', 'status', 'amount', 'amountRefunded', 'currency', 'paidAt'] },
      { title: 'Method', fields: ['method', 'cardBrand', 'cardLast4', 'declineCode', 'failureMessage'] },
      { title: 'At Stripe', fields: ['stripeId', 'chargeStripeId', 'billingAccountId', 'createdAt', 'updatedAt'] },
    ],
  },
})
