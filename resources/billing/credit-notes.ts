import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** Credit notes: what an invoice was lowered by. */
export const creditNotes = defineResource({
  name: 'credit-notes',
  label: ['Credit note', 'Credit notes'],
  title: 'number', subtitle: 'reason',
  verbs: ['read'],
  scope: { own: 'customer.ownerId' },
  fields: {
    number: f.text({ label: 'Number', nullable: true, copy: true, width: 150 }),
    customerId: f.relation({ label: 'Customer', resource: 'customers', nullable: true, paths: ['status', 'ownerId', 'tags'], width: 220 }),
    invoiceId: f.relation({ label: 'Invoice', resource: 'invoices', nullable: true, paths: ['status'], width: 140 }),
    status: f.enum({ label: 'Status', look: 'tag', width: 110, options: [{ value: 'issued', label: 'Issued', tone: 'plain' }, { value: 'void', label: 'Void', tone: 'muted' }] }),
    amount: f.money({ label: 'Amount', currency: 'currency', sort: true, sensitive: 'amounts', width: 120 }),
    currency: f.text({ label: 'Currency', sensitive: 'amounts', width: 90 }),
    reason: f.text({ label: 'Reason', nullable: true, width: 180 }),
    memo: f.text({ label: 'Memo', nullable: true, filter: false }),
    billingAccountId: f.relation({ label: 'Billing account', resource: 'billing-accounts', nullable: true }),
    stripeId: f.text({ label: 'Stripe id', mono: true, copy: true, sensitive: 'stripe', width: 200 }),
    createdAt: f.instant({ label: 'Made', sort: true, width: 120 }),
    updatedAt: f.instant({ label: 'Changed' }),
  },
  list: {
    columns: ['number', 'customerId', 'invoiceId', 'status', 'amount', 'reason', 'createdAt'],
    sort: '-createdAt',
    filters: ['status', 'customerId', 'amount', 'currency', 'reason', 'createdAt', 'stripeId'],
    empty: 'No credit note was issued.',
  },
  show: {
    sections: [
      { title: 'Credit note', fields: ['number', 'customerId', 'invoiceId', 'status', 'amount', 'currency', 'reason', 'memo'] },
      { title: 'At Stripe', fields: ['stripeId', 'billingAccountId', 'createdAt', 'updatedAt'] },
    ],
  },
})
