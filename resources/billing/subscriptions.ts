import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** Subscriptions as Stripe tells of them; `mrr` is what the ledger holds for each, in its own currency. */
export const subscriptions = defineResource({
  name: 'subscriptions',
  label: ['Subscription', 'Subscriptions'],
  nav: { group: 'Money', icon: 'repeat', order: 51 },
  title: 'plan', subtitle: 'stripeId',
  verbs: ['read'],
  scope: { own: 'customer.ownerId' },
  fields: {
    plan: f.text({ label: 'Plan', nullable: true, width: 150 }),
    customerId: f.relation({ label: 'Customer', resource: 'customers', nullable: true, paths: ['status', 'ownerId', 'tags', 'plan'], width: 210 }),
    status: f.enum({
      label: 'Status', look: 'status', width: 120,
      options: [
        { value: 'trialing', label: 'Trial', tone: 'info', glyph: 'half' },
        { value: 'active', label: 'Active', tone: 'plain', glyph: 'dot' },
        { value: 'past_due', label: 'Past due', tone: 'negative', glyph: 'triangle' },
        { value: 'unpaid', label: 'Unpaid', tone: 'negative', glyph: 'triangle' },
        { value: 'incomplete', label: 'Incomplete', tone: 'caution', glyph: 'half' },
        { value: 'incomplete_expired', label: 'Never paid', tone: 'muted', glyph: 'circle' },
        { value: 'paused', label: 'Paused', tone: 'muted', glyph: 'bars' },
        { value: 'canceled', label: 'Cancelled', tone: 'muted', glyph: 'circle' },
      ],
    }),
    mrr: f.money({ label: 'MRR', currency: 'currency', sort: true, sensitive: 'mrr', width: 120 }),
    currency: f.text({ label: 'Currency', sensitive: 'amounts', width: 90 }),
    quantity: f.int({ label: 'Seats', width: 80 }),
    interval: f.enum({
      label: 'Billed', nullable: true, look: 'plain', width: 90,
      options: [{ value: 'day', label: 'Daily' }, { value: 'week', label: 'Weekly' }, { value: 'month', label: 'Monthly' }, { value: 'year', label: 'Yearly' }],
    }),
    currentPeriodEnd: f.instant({ label: 'Renews', nullable: true, sort: true, width: 120 }),
    currentPeriodStart: f.instant({ label: 'Period began', nullable: true }),
    startDate: f.instant({ label: 'Started', nullable: true }),
    trialEnd: f.instant({ label: 'Trial ends', nullable: true }),
    cancelAt: f.instant({ label: 'Cancels', nullable: true }),
    cancelAtPeriodEnd: f.boolean({ label: 'Cancels at period end', words: ['Yes', 'No'] }),
    canceledAt: f.instant({ label: 'Cancelled', nullable: true }),
    endedAt: f.instant({ label: 'Ended', nullable: true }),
    cancelReason: f.text({ label: 'Reason', nullable: true }),
    cancelFeedback: f.text({ label: 'Feedback', nullable: true }),
    pauseCollection: f.text({ label: 'Collection paused', nullable: true }),
    collectionMethod: f.text({ label: 'Collection', nullable: true }),
    discounts: f.tags({ label: 'Discounts', sensitive: 'amounts' }),
    items: f.json({ label: 'Items', sensitive: 'amounts', heavy: true }),
    productId: f.relation({ label: 'Product', resource: 'products', nullable: true }),
    billingAccountId: f.relation({ label: 'Billing account', resource: 'billing-accounts', nullable: true }),
    stripeId: f.text({ label: 'Stripe id', mono: true, copy: true, sensitive: 'stripe', width: 200 }),
    createdAt: f.instant({ label: 'Made', sort: true, width: 120 }),
    updatedAt: f.instant({ label: 'Changed' }),
  },
  list: {
    columns: ['plan', 'customerId', 'status', 'mrr', 'quantity', 'interval', 'currentPeriodEnd', 'createdAt'],
    sort: '-createdAt',
    views: {
      active: { label: 'Active', filter: { status: 'active' } },
      trial: { label: 'In trial', filter: { status: 'trialing' } },
      pastDue: { label: 'Past due', filter: { status_in: ['past_due', 'unpaid'] } },
      cancelling: { label: 'Cancelling', filter: { status_in: ['active', 'past_due', 'trialing'], cancelAtPeriodEnd: true } },
      cancelled: { label: 'Cancelled', filter: { status: 'canceled' } },
    },
    filters: ['status', 'plan', 'mrr', 'customerId', 'interval', 'currentPeriodEnd', 'createdAt', 'stripeId'],
    empty: 'Subscriptions come from Stripe.',
  },
  show: {
    sections: [
      { title: 'Subscription', fields: ['plan', 'customerId', 'status', 'mrr', 'quantity', 'interval', 'discounts', 'items'] },
      { title: 'Times', fields: ['startDate', 'trialEnd', 'currentPeriodStart', 'currentPeriodEnd', 'cancelAt', 'cancelAtPeriodEnd', 'canceledAt', 'endedAt', 'cancelReason', 'cancelFeedback'] },
      { title: 'At Stripe', fields: ['stripeId', 'billingAccountId', 'productId', 'collectionMethod', 'pauseCollection', 'currency', 'createdAt', 'updatedAt'] },
    ],
    related: [
      { label: 'Invoices', resource: 'invoices', by: 'subscriptionId' },
      { label: 'MRR movements', resource: 'mrr-movements', by: 'subscriptionId' },
    ],
  },
})
