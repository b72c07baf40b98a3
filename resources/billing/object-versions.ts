import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** Each state of a Stripe object that we know of, insert-only, and where it is known from. */
export const objectVersions = defineResource({
  name: 'object-versions',
  label: ['Object version', 'Object versions'],
  title: 'objectId', subtitle: 'objectType',
  table: 'object_version_rows',
  verbs: ['read'],
  scope: { own: 'customer.ownerId' },
  fields: {
    objectId: f.text({ label: 'Object id', mono: true, copy: true, sensitive: 'stripe', width: 220 }),
    objectType: f.text({ label: 'Object', width: 150 }),
    customerId: f.relation({ label: 'Customer', resource: 'customers', nullable: true, paths: ['status', 'ownerId'], width: 200 }),
    source: f.enum({
      label: 'Known from', look: 'plain', width: 120,
      options: [{ value: 'webhook', label: 'Webhook' }, { value: 'backfill', label: 'Back-fill' }, { value: 'refetch', label: 'Fetched again' }],
    }),
    eventId: f.relation({ label: 'Event', resource: 'stripe-events', nullable: true, width: 200 }),
    eventType: f.text({ label: 'Event type', nullable: true, width: 220 }),
    stripeCustomerId: f.text({ label: 'Stripe customer', nullable: true, mono: true, copy: true, sensitive: 'stripe' }),
    stripeAccountId: f.text({ label: 'Stripe account', mono: true, sensitive: 'stripe' }),
    effectiveAt: f.instant({ label: 'In force from', sort: true, width: 130 }),
    recordedAt: f.instant({ label: 'Recorded' }),
    facts: f.json({ label: 'What counts', nullable: true, sensitive: 'amounts', heavy: true }),
    previous: f.json({ label: 'What changed', nullable: true, sensitive: 'amounts', heavy: true }),
    payload: f.json({ label: 'As it came', nullable: true, sensitive: 'amounts', privacy: 'content', heavy: true }),
  },
  list: {
    columns: ['objectId', 'objectType', 'customerId', 'source', 'eventType', 'effectiveAt'],
    sort: '-effectiveAt',
    total: 'estimate',
    filters: ['objectId', 'objectType', 'customerId', 'source', 'eventType', 'effectiveAt'],
    empty: 'No object is known yet.',
  },
  show: {
    sections: [
      { title: 'Version', fields: ['objectId', 'objectType', 'customerId', 'source', 'eventId', 'eventType', 'effectiveAt', 'recordedAt'] },
      { title: 'Content', fields: ['facts', 'previous', 'payload'] },
    ],
  },
})
