import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** Stripe customers, each belonging to one customer of ours. */
export const billingAccounts = defineResource({
  name: 'billing-accounts',
  label: ['Billing account', 'Billing accounts'],
  title: 'name', subtitle: 'stripeId',
  verbs: ['read'],
  scope: { own: 'customer.ownerId' },
  fields: {
    name: f.text({ label: 'Name at Stripe', nullable: true, search: true, privacy: 'identifies', width: 220 }),
    email: f.email({ label: 'Email', nullable: true, search: true, privacy: 'contact', copy: true, width: 220 }),
    customerId: f.relation({ label: 'Customer', resource: 'customers', paths: ['status', 'ownerId', 'tags'], width: 200 }),
    stripeId: f.text({ label: 'Stripe id', mono: true, copy: true, sensitive: 'stripe', width: 190 }),
    stripeAccountId: f.text({ label: 'Stripe account', mono: true, copy: true, sensitive: 'stripe' }),
    linkedBy: f.enum({
      label: 'Linked by', look: 'plain', width: 120,
      options: [
        { value: 'metadata', label: 'Metadata' }, { value: 'created', label: 'Made from it' },
        { value: 'placeholder', label: 'Known by id only', tone: 'caution' }, { value: 'person', label: 'A colleague' },
      ],
    }),
    externalRef: f.text({ label: 'Named organisation', nullable: true, mono: true, copy: true }),
    balance: f.money({ label: 'Credit balance', currency: 'currency', signed: true, sensitive: 'amounts', width: 120 }),
    currency: f.text({ label: 'Currency', nullable: true, sensitive: 'amounts', width: 90 }),
    delinquent: f.boolean({ label: 'Delinquent', words: ['Delinquent', 'Good'], sensitive: 'amounts', width: 110 }),
    country: f.text({ label: 'Country', nullable: true, width: 90 }),
    deleted: f.boolean({ label: 'Deleted at Stripe', words: ['Deleted', 'Present'] }),
    livemode: f.boolean({ label: 'Mode', words: ['Live', 'Test'] }),
    createdAt: f.instant({ label: 'Made', sort: true, width: 120 }),
    updatedAt: f.instant({ label: 'Changed' }),
  },
  list: {
    columns: ['name', 'email', 'customerId', 'stripeId', 'linkedBy', 'currency', 'balance', 'createdAt'],
    sort: '-createdAt',
    views: {
      delinquent: { label: 'Delinquent', filter: { delinquent: true } },
      unlinked: { label: 'Known by id only', filter: { linkedBy: 'placeholder' } },
    },
    filters: ['customerId', 'stripeId', 'linkedBy', 'currency', 'country', 'delinquent', 'createdAt'],
    empty: 'Billing accounts come with the first Stripe event.',
  },
  show: {
    sections: [
      { title: 'Billing account', fields: ['name', 'email', 'country', 'customerId', 'linkedBy', 'externalRef'] },
      { title: 'At Stripe', fields: ['stripeId', 'stripeAccountId', 'currency', 'balance', 'delinquent', 'deleted', 'livemode', 'createdAt', 'updatedAt'] },
    ],
    related: [
      { label: 'Subscriptions', resource: 'subscriptions', by: 'billingAccountId' },
      { label: 'Invoices', resource: 'invoices', by: 'billingAccountId' },
      { label: 'Payments', resource: 'payments', by: 'billingAccountId' },
    ],
  },
})
