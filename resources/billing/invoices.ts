import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** Invoices as Stripe tells of them, each in its own currency. */
export const invoices = defineResource({
  name: 'invoices',
  label: ['Invoice', 'Invoices'],
  nav: { group: 'Money', icon: 'receipt-text', order: 50, label: 'Billing' },
  title: 'number', subtitle: 'status',
  verbs: ['read'],
  scope: { own: 'customer.ownerId' },
  fields: {
    number: f.text({ label: 'Number', nullable: true, search: true, copy: true, width: 140 }),
    customerId: f.relation({ label: 'Customer', resource: 'customers', nullable: true, paths: ['status', 'ownerId', 'tags', 'plan'], width: 220 }),
    status: f.enum({
      label: 'Status', look: 'tag', width: 110,
      options: [
        { value: 'draft', label: 'Draft', tone: 'muted' }, { value: 'open', label: 'Due', tone: 'caution' }, { value: 'paid', label: 'Paid', tone: 'positive' },
        { value: 'uncollectible', label: 'Uncollectible', tone: 'negative' }, { value: 'void', label: 'Void', tone: 'muted' },
      ],
    }),
    total: f.money({ label: 'Total', currency: 'currency', signed: true, sort: true, sensitive: 'amounts', width: 120 }),
    amountRemaining: f.money({ label: 'Left to pay', currency: 'currency', signed: true, sensitive: 'amounts', width: 120 }),
    amountDue: f.money({ label: 'Due', currency: 'currency', signed: true, sensitive: 'amounts' }),
    amountPaid: f.money({ label: 'Paid amount', currency: 'currency', signed: true, sensitive: 'amounts' }),
    subtotal: f.money({ label: 'Subtotal', currency: 'currency', signed: true, sensitive: 'amounts' }),
    discount: f.money({ label: 'Discount', currency: 'currency', signed: true, sensitive: 'amounts' }),
    tax: f.money({ label: 'Tax', currency: 'currency', signed: true, sensitive: 'amounts' }),
    currency: f.text({ label: 'Currency', sensitive: 'amounts', width: 90 }),
    billingReason: f.text({ label: 'Occasion', nullable: true, width: 150 }),
    collectionMethod: f.text({ label: 'Collection', nullable: true }),
    attemptCount: f.int({ label: 'Attempts', width: 90 }),
    nextPaymentAttempt: f.instant({ label: 'Next attempt', nullable: true, width: 120 }),
    dueDate: f.instant({ label: 'Due date', nullable: true, sort: true, width: 120 }),
    periodStart: f.instant({ label: 'Period from', nullable: true }),
    periodEnd: f.instant({ label: 'Period to', nullable: true }),
    finalizedAt: f.instant({ label: 'Finalised', nullable: true }),
    paidAt: f.instant({ label: 'Paid on', nullable: true, sort: true, width: 120 }),
    voidedAt: f.instant({ label: 'Voided', nullable: true }),
    hostedInvoiceUrl: f.text({ label: 'Page at Stripe', nullable: true, copy: true, filter: false, sensitive: 'stripe' }),
    lines: f.json({ label: 'Lines', sensitive: 'amounts', heavy: true }),
    subscriptionId: f.relation({ label: 'Subscription', resource: 'subscriptions', nullable: true, paths: ['status', 'plan'] }),
    billingAccountId: f.relation({ label: 'Billing account', resource: 'billing-accounts', nullable: true }),
    stripeId: f.text({ label: 'Stripe id', mono: true, copy: true, sensitive: 'stripe', width: 200 }),
    createdAt: f.instant({ label: 'Made', sort: true, width: 120 }),
    updatedAt: f.instant({ label: 'Changed' }),
  },
  list: {
    columns: ['number', 'customerId', 'status', 'total', 'amountRemaining', 'dueDate', 'paidAt', 'createdAt'],
    sort: '-createdAt',
    views: {
      due: { label: 'Due', filter: { status: 'open' } },
      failing: { label: 'Attempts failed', filter: { status: 'open', attemptCount_gte: 1 } },
      paid: { label: 'Paid', filter: { status: 'paid' } },
      draft: { label: 'Draft', filter: { status: 'draft' } },
      lost: { label: 'Void or uncollectible', filter: { status_in: ['void', 'uncollectible'] } },
    },
    filters: ['status', 'customerId', 'total', 'currency', 'billingReason', 'dueDate', 'paidAt', 'createdAt', 'stripeId'],
    empty: 'Invoices come from Stripe.',
  },
  show: {
    sections: [
      { title: 'Invoice', fields: ['number', 'customerId', 'status', 'total', 'amountPaid', 'amountRemaining', 'billingReason', 'lines'] },
      { title: 'Amounts', fields: ['subtotal', 'discount', 'tax', 'total', 'amountDue', 'currency'] },
      { title: 'Times', fields: ['periodStart', 'periodEnd', 'finalizedAt', 'dueDate', 'nextPaymentAttempt', 'attemptCount', 'paidAt', 'voidedAt'] },
      { title: 'At Stripe', fields: ['stripeId', 'hostedInvoiceUrl', 'subscriptionId', 'billingAccountId', 'collectionMethod', 'createdAt', 'updatedAt'] },
    ],
    related: [
      { label: 'Payments', resource: 'payments', by: 'invoiceId' },
      { label: 'Credit notes', resource: 'credit-notes', by: 'invoiceId' },
    ],
  },
})
