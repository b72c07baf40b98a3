import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** The company's organisations: what every other page hangs on. */
export const customers = defineResource({
  name: 'customers',
  label: ['Customer', 'Customers'],
  nav: { group: 'Accounts', icon: 'building-2', order: 10 },
  title: 'name', subtitle: 'domain',
  importKey: 'externalId',
  softDelete: true,
  scope: { own: 'ownerId' },
  fields: {
    name: f.text({ label: 'Customer', max: 200, sort: true, search: true, privacy: 'identifies', source: 'stripe', width: 260 }),
    status: f.enum({
      label: 'Status', readonly: true, sort: false, look: 'status', width: 120,
      options: [
        { value: 'lead', label: 'Lead', tone: 'muted' },
        { value: 'trialing', label: 'Trial', tone: 'info', glyph: 'half' },
        { value: 'active', label: 'Active', tone: 'plain', glyph: 'dot' },
        { value: 'past_due', label: 'Past due', tone: 'negative', glyph: 'triangle' },
        { value: 'paused', label: 'Paused', tone: 'muted', glyph: 'bars' },
        { value: 'churned', label: 'Cancelled', tone: 'muted', glyph: 'circle' },
      ],
    }),
    plan: f.text({ label: 'Plan', readonly: true, nullable: true, max: 200, width: 130 }),
    plans: f.tags({ label: 'All plans', readonly: true }),
    mrr: f.money({ label: 'MRR', currency: 'book', exact: 'mrr_exact', readonly: true, sort: true, sensitive: 'mrr', width: 120 }),
    mrrNative: f.money({ label: 'MRR in own currency', currency: 'currency', readonly: true, sensitive: 'mrr' }),
    currency: f.text({ label: 'Currency', readonly: true, max: 3, sensitive: 'mrr' }),
    ownerId: f.relation({ label: 'Owner', resource: 'people', nullable: true, width: 150 }),
    tags: f.tags({ label: 'Tags', max: 20, default: [], width: 160 }),
    access: f.enum({
      label: 'Access', readonly: true, look: 'plain', width: 110,
      options: [{ value: 'open', label: 'Open', tone: 'plain' }, { value: 'suspended', label: 'Suspended', tone: 'negative' }],
    }),
    email: f.email({ label: 'Email', nullable: true, search: true, privacy: 'contact', source: 'stripe', copy: true, width: 220 }),
    impersonationAllowed: f.boolean({ label: 'Impersonation', default: true, words: ['Allowed', 'Refused'], help: 'What the customer wishes: may our staff look at the product in their name?', width: 120 }),
    domain: f.text({ label: 'Domain', nullable: true, max: 253, search: true, source: 'stripe', width: 180 }),
    externalId: f.text({ label: 'External id', nullable: true, max: 200, unique: true, mono: true, copy: true }),
    seats: f.int({ label: 'Seats', readonly: true, nullable: true }),
    renewsAt: f.instant({ label: 'Renews', readonly: true, nullable: true, sort: true, width: 120 }),
    cancelsAt: f.instant({ label: 'Cancels', readonly: true, nullable: true, width: 120 }),
    lastSeenAt: f.instant({ label: 'Last seen', readonly: true, nullable: true, sort: true, width: 120 }),
    createdAt: f.instant({ label: 'Customer since', readonly: true, sort: true, width: 130 }),
    updatedAt: f.instant({ label: 'Changed', readonly: true }),
  },
  list: {
    columns: ['name', 'status', 'plan', 'mrr', 'ownerId', 'tags', 'renewsAt', 'lastSeenAt', 'createdAt'],
    sort: '-createdAt',
    sums: ['mrr'],
    views: {
      active: { label: 'Active', filter: { status: 'active' } },
      trial: { label: 'In trial', filter: { status: 'trialing' } },
      pastDue: { label: 'Past due', filter: { status: 'past_due' } },
      cancelling: { label: 'Cancelling', filter: { cancelsAt_null: false, status_in: ['active', 'past_due', 'trialing'] } },
      cancelled: { label: 'Cancelled', filter: { status: 'churned' } },
    },
    edit: ['name', 'ownerId', 'tags'],
    filters: ['status', 'plan', 'mrr', 'ownerId', 'tags', 'renewsAt', 'createdAt', 'access'],
    empty: 'Customers come from Stripe, from your product, or are made here.',
  },
  show: {
    sections: [
      { title: 'Account', fields: ['name', 'email', 'domain', 'externalId', 'ownerId', 'tags', 'access', 'impersonationAllowed'] },
      { title: 'Subscription', fields: ['status', 'plan', 'plans', 'mrr', 'mrrNative', 'seats', 'renewsAt', 'cancelsAt'] },
      { title: 'Times', fields: ['createdAt', 'lastSeenAt', 'updatedAt'] },
    ],
    related: [
      { label: 'Subscriptions', resource: 'subscriptions', by: 'customerId' },
      { label: 'Invoices', resource: 'invoices', by: 'customerId' },
      { label: 'Users', resource: 'users', by: 'customerId' },
      { label: 'Tickets', resource: 'tickets', by: 'customerId' },
      { label: 'Notes', resource: 'notes', by: 'customerId' },
      { label: 'MRR movements', resource: 'mrr-movements', by: 'customerId' },
    ],
  },
  form: {
    sections: [
      { title: 'Customer', fields: ['name', 'email', 'domain', 'externalId'] },
      { title: 'Care', fields: ['ownerId', 'tags', 'impersonationAllowed'] },
    ],
  },
  actions: {
    assignment: {
      label: 'Assign owner', on: ['row', 'bulk'], inverse: 'assignment',
      form: { ownerId: f.relation({ label: 'Owner', resource: 'people', nullable: true }) },
    },
    tagging: {
      label: 'Tag', on: ['row', 'bulk'], inverse: 'untagging',
      form: { tags: f.tags({ label: 'Tags', max: 10 }) },
    },
    untagging: {
      label: 'Remove tag', on: ['row', 'bulk'], inverse: 'tagging',
      form: { tags: f.tags({ label: 'Tags', max: 10 }) },
    },
    suspension: {
      label: 'Suspend', on: ['row', 'bulk'], when: { access: 'open' }, unless: 'Already suspended', danger: true, reason: 'required', inverse: 'reactivation',
      confirm: 'Suspend {n} customers? Their people lose access at once. Billing goes on.',
    },
    reactivation: {
      label: 'Reactivate', on: ['row', 'bulk'], when: { access: 'suspended' }, unless: 'Not suspended', inverse: 'suspension', reason: 'optional',
      confirm: 'Give {n} customers their access back?',
    },
    impersonation: {
      label: 'Impersonate', on: ['row'], reason: 'required', reasonMin: 10, stepUp: true,
      form: { mode: f.enum({ label: 'Mode', default: 'read-only', options: [{ value: 'read-only', label: 'Read-only' }, { value: 'full', label: 'With changes' }] }) },
      confirm: 'Look at the product as this customer sees it? For 30 minutes, under your name. Money, addresses, passwords, keys, exports, erasure and roles stay closed.',
    },
  },
})
