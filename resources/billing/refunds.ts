import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** Money given back. */
export const refunds = defineResource({
  name: 'refunds',
  label: ['Refund', 'Refunds'],
  title: 'stripeId', subtitle: 'reason',
  verbs: ['read'],
  scope: { own: 'customer.ownerId' },
  fields: {
    customerId: f.relation({ label: 'Customer', resource: 'customers', nullable: true, paths: ['status', 'ownerId', 'tags'], width: 220 }),
    status: f.enum({
      label: 'Status', look: 'tag', width: 110,
      options: [
        { value: 'succeeded', label: 'Refunded', tone: 'plain' }, { value: 'pending', label: 'Pending', tone: 'info' }, { value: 'requires_action', label: 'Needs action', tone: 'caution' },
        { value: 'failed', label: 'Failed', tone: 'negative' }, { value: 'canceled', label: 'Cancelled', tone: 'muted' },
      ],
    }),
    amount: f.money({ label: 'Amount', currency: 'currency', sort: true, sensitive: 'amounts', width: 120 }),
    currency: f.text({ label: 'Currency', sensitive: 'amounts', width: 90 }),
    reason: f.text({ label: 'Reason', nullable: true, width: 180 }),
    billingAccountId: f.relation({ label: 'Billing account', resource: 'billing-accounts', nullable: true }),
    paymentStripeId: f.text({ label: 'Payment', nullable: true, mono: true, copy: true, sensitive: 'stripe' }),
    chargeStripeId: f.text({ label: 'Charge', nullable: true, mono: true, copy: true, sensitive: 'stripe' }),
    stripeId: f.text({ label: 'Stripe id', mono: true, copy: true, sensitive: 'stripe', width: 200 }),
    createdAt: f.instant({ label: 'Made', sort: true, width: 120 }),
    updatedAt: f.instant({ label: 'Changed' }),
  },
  list: {
    columns: ['stripeId', 'customerId', 'status', 'amount', 'reason', 'createdAt'],
    sort: '-createdAt',
    views: { pending: { label: 'Pending', filter: { status: 'pending' } }, failed: { label: 'Failed', filter: { status: 'failed' } } },
    filters: ['status', 'customerId', 'amount', 'currency', 'reason', 'createdAt', 'stripeId'],
    empty: 'Nothing was refunded.',
  },
  show: {
    sections: [
      { title: 'Refund', fields: ['customerId', 'status', 'amount', 'currency', 'reason'] },
      { title: 'At Stripe', fields: ['stripeId', 'paymentStripeId', 'chargeStripeId', 'billingAccountId', 'createdAt', 'updatedAt'] },
    ],
  },
})
