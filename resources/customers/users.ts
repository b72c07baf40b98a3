import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** The people of a customer, as the company's own product tells of them. Name and address are ours from the first edit on. */
export const users = defineResource({
  name: 'users',
  label: ['User', 'Users'],
  nav: { group: 'Accounts', icon: 'users', order: 20 },
  title: 'name', subtitle: 'email',
  importKey: 'externalId',
  softDelete: true,
  scope: { own: 'customer.ownerId' },
  fields: {
    name: f.text({ label: 'User', max: 200, sort: true, search: true, privacy: 'identifies', source: 'product', width: 220 }),
    email: f.email({ label: 'Email', nullable: true, search: true, privacy: 'contact', source: 'product', copy: true, width: 260 }),
    customerId: f.relation({ label: 'Customer', resource: 'customers', nullable: true, paths: ['status', 'plan', 'ownerId', 'tags'], width: 220 }),
    role: f.text({ label: 'Role', readonly: true, nullable: true, source: 'product', width: 100 }),
    title: f.text({ label: 'Title', readonly: true, nullable: true, source: 'product', width: 170 }),
    status: f.enum({
      label: 'Status', readonly: true, look: 'status', width: 110,
      options: [
        { value: 'invited', label: 'Invited', tone: 'info', glyph: 'half' },
        { value: 'active', label: 'Active', tone: 'plain', glyph: 'dot' },
        { value: 'removed', label: 'Removed', tone: 'muted', glyph: 'circle' },
      ],
    }),
    lastSeenAt: f.instant({ label: 'Last seen', readonly: true, nullable: true, sort: true, width: 120 }),
    createdAt: f.instant({ label: 'Joined', readonly: true, sort: true, width: 120 }),
    externalId: f.text({ label: 'External id', nullable: true, max: 200, unique: true, mono: true, copy: true, width: 190 }),
    traits: f.json({ label: 'Told by the product', readonly: true, privacy: 'identifies', heavy: true }),
    updatedAt: f.instant({ label: 'Changed', readonly: true }),
  },
  list: {
    columns: ['name', 'email', 'customerId', 'role', 'status', 'lastSeenAt', 'createdAt'],
    sort: '-createdAt',
    views: {
      week: { label: 'Seen this week', filter: { lastSeenAt_gte: '$now-7d' } },
      quiet: { label: 'Quiet for 30 days', filter: { lastSeenAt_lt: '$now-30d', status: 'active' } },
      admins: { label: 'Owners and admins', filter: { role_in: ['owner', 'admin'] } },
      fresh: { label: 'Joined in 30 days', filter: { createdAt_gte: '$now-30d' } },
    },
    filters: ['customerId', 'role', 'status', 'lastSeenAt', 'createdAt', 'email'],
    empty: 'Users come from your product: send identify calls with a write key, or make one here.',
  },
  show: {
    sections: [
      { title: 'User', fields: ['name', 'email', 'customerId', 'role', 'title', 'status'] },
      { title: 'Product', fields: ['externalId', 'lastSeenAt', 'createdAt', 'updatedAt', 'traits'] },
    ],
    related: [{ label: 'Tickets', resource: 'tickets', by: 'requesterId' }],
  },
  form: { sections: [{ title: 'User', fields: ['name', 'email', 'customerId', 'externalId'] }] },
  actions: {
    impersonation: {
      label: 'Impersonate', on: ['row'], reason: 'required', reasonMin: 10, stepUp: true,
      form: { mode: f.enum({ label: 'Mode', default: 'read-only', options: [{ value: 'read-only', label: 'Read-only' }, { value: 'full', label: 'With changes' }] }) },
      confirm: 'Look at the product as this user sees it? For 30 minutes, under your name. Money, addresses, passwords, keys, exports, erasure and roles stay closed.',
    },
  },
})
