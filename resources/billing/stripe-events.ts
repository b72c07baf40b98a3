import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** Raw events as Stripe sent them, insert-only, with what became of each. */
export const stripeEvents = defineResource({
  name: 'stripe-events',
  label: ['Stripe event', 'Stripe events'],
  title: 'type', subtitle: 'stripeId',
  table: 'stripe_event_rows',
  verbs: ['read'],
  scope: { own: 'customer.ownerId' },
  fields: {
    type: f.text({ label: 'Type', width: 260 }),
    state: f.enum({
      label: 'State', look: 'status', width: 110,
      options: [
        { value: 'pending', label: 'Waiting', tone: 'info', glyph: 'half' }, { value: 'applied', label: 'Applied', tone: 'plain', glyph: 'dot' },
        { value: 'ignored', label: 'Not used', tone: 'muted', glyph: 'circle' }, { value: 'kept', label: 'Not counted', tone: 'muted', glyph: 'circle' },
        { value: 'failed', label: 'Failed', tone: 'negative', glyph: 'triangle' },
      ],
    }),
    error: f.text({ label: 'Error', nullable: true, filter: false }),
    attempts: f.int({ label: 'Attempts', nullable: true }),
    customerId: f.relation({ label: 'Customer', resource: 'customers', nullable: true, paths: ['status', 'ownerId'], width: 200 }),
    objectType: f.text({ label: 'Object', nullable: true, width: 130 }),
    objectId: f.text({ label: 'Object id', nullable: true, mono: true, copy: true, sensitive: 'stripe', width: 200 }),
    stripeCustomerId: f.text({ label: 'Stripe customer', nullable: true, mono: true, copy: true, sensitive: 'stripe' }),
    stripeId: f.text({ label: 'Stripe id', mono: true, copy: true, sensitive: 'stripe', width: 200 }),
    stripeAccountId: f.text({ label: 'Stripe account', mono: true, sensitive: 'stripe' }),
    apiVersion: f.text({ label: 'API version', nullable: true }),
    livemode: f.boolean({ label: 'Mode', words: ['Live', 'Test'] }),
    createdAt: f.instant({ label: 'Happened', sort: true, width: 130 }),
    receivedAt: f.instant({ label: 'Received' }),
    appliedAt: f.instant({ label: 'Applied on', nullable: true }),
    payload: f.json({ label: 'Event', sensitive: 'amounts', privacy: 'content', heavy: true }),
  },
  list: {
    columns: ['type', 'state', 'customerId', 'objectType', 'objectId', 'stripeId', 'createdAt'],
    sort: '-createdAt',
    total: 'estimate',
    views: {
      waiting: { label: 'Waiting', filter: { state: 'pending' } },
      failed: { label: 'Failed', filter: { state: 'failed' } },
      kept: { label: 'Not counted', filter: { state: 'kept' } },
    },
    filters: ['type', 'state', 'customerId', 'objectId', 'stripeId', 'createdAt'],
    empty: 'No event has come in yet.',
  },
  show: {
    sections: [
      { title: 'Event', fields: ['type', 'state', 'error', 'attempts', 'customerId', 'createdAt', 'receivedAt', 'appliedAt'] },
      { title: 'At Stripe', fields: ['stripeId', 'objectType', 'objectId', 'stripeCustomerId', 'stripeAccountId', 'apiVersion', 'livemode'] },
      { title: 'As it came', fields: ['payload'] },
    ],
    related: [{ label: 'Object versions', resource: 'object-versions', by: 'eventId' }],
  },
})
