import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** Payments that a bank took back or asks about. */
export const disputes = defineResource({
  name: 'disputes',
  label: ['Dispute', 'Disputes'],
  title: 'stripeId', subtitle: 'reason',
  verbs: ['read'],
  scope: { own: 'customer.ownerId' },
  fields: {
    customerId: f.relation({ label: 'Customer', resource: 'customers', nullable: true, paths: ['status', 'ownerId', 'tags'], width: 220 }),
    status: f.enum({
      label: 'Status', look: 'tag', width: 140,
      options: [
        { value: 'needs_response', label: 'Needs an answer', tone: 'negative' }, { value: 'under_review', label: 'Under review', tone: 'info' },
        { value: 'warning_needs_response', label: 'Asked about', tone: 'caution' }, { value: 'warning_under_review', label: 'Inquiry under review', tone: 'info' },
        { value: 'warning_closed', label: 'Inquiry closed', tone: 'muted' }, { value: 'won', label: 'Won', tone: 'positive' }, { value: 'lost', label: 'Lost', tone: 'muted' },
        { value: 'prevented', label: 'Prevented', tone: 'muted' },
      ],
    }),
    amount: f.money({ label: 'Amount', currency: 'currency', sort: true, sensitive: 'amounts', width: 120 }),
    currency: f.text({ label: 'Currency', sensitive: 'amounts', width: 90 }),
    reason: f.text({ label: 'Reason', nullable: true, width: 180 }),
    evidenceDueAt: f.instant({ label: 'Evidence due', nullable: true, sort: true, width: 130 }),
    billingAccountId: f.relation({ label: 'Billing account', resource: 'billing-accounts', nullable: true }),
    paymentStripeId: f.text({ label: 'Payment', nullable: true, mono: true, copy: true, sensitive: 'stripe' }),
    chargeStripeId: f.text({ label: 'Charge', nullable: true, mono: true, copy: true, sensitive: 'stripe' }),
    stripeId: f.text({ label: 'Stripe id', mono: true, copy: true, sensitive: 'stripe', width: 200 }),
    createdAt: f.instant({ label: 'Made', sort: true, width: 120 }),
    updatedAt: f.instant({ label: 'Changed' }),
  },
  list: {
    columns: ['stripeId', 'customerId', 'status', 'amount', 'reason', 'evidenceDueAt', 'createdAt'],
    sort: '-createdAt',
    views: { open: { label: 'Needs an answer', filter: { status_in: ['needs_response', 'warning_needs_response'] } }, lost: { label: 'Lost', filter: { status: 'lost' } } },
    filters: ['status', 'customerId', 'amount', 'currency', 'reason', 'evidenceDueAt', 'createdAt', 'stripeId'],
    empty: 'No payment is disputed.',
  },
  show: {
    sections: [
      { title: 'Dispute', fields: ['customerId', 'status', 'amount', 'currency', 'reason', 'evidenceDueAt'] },
      { title: 'At Stripe', fields: ['stripeId', 'paymentStripeId', 'chargeStripeId', 'billingAccountId', 'createdAt', 'updatedAt'] },
    ],
  },
})
