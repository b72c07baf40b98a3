import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** Visits to the company's own product in a customer's name: who, as whom, why, until when. */
export const impersonations = defineResource({
  name: 'impersonations',
  label: ['Impersonation', 'Impersonations'],
  nav: { group: 'Trust', icon: 'user-cog', order: 820 },
  title: 'reason',
  verbs: ['read'],
  versioned: true,
  fields: {
    reason: f.text({ label: 'Reason', readonly: true, max: 1000, privacy: 'content', width: 300 }),
    staffId: f.relation({ label: 'By', readonly: true, resource: 'people', width: 160 }),
    customerId: f.relation({ label: 'Customer', readonly: true, nullable: true, resource: 'customers', width: 200 }),
    userId: f.relation({ label: 'As', readonly: true, nullable: true, resource: 'users', width: 180 }),
    mode: f.enum({ label: 'Mode', readonly: true, look: 'plain', width: 110, options: [{ value: 'read-only', label: 'Read-only' }, { value: 'full', label: 'With changes' }] }),
    state: f.enum({
      label: 'State', readonly: true, look: 'status', width: 120,
      options: [
        { value: 'waiting', label: 'Link is open', tone: 'info', glyph: 'half' },
        { value: 'active', label: 'Under way', tone: 'caution', glyph: 'dashed' },
        { value: 'ended', label: 'Ended', tone: 'muted', glyph: 'circle' },
        { value: 'lapsed', label: 'Never begun', tone: 'muted', glyph: 'circle' },
      ],
    }),
    createdAt: f.instant({ label: 'Asked for', readonly: true, sort: true, width: 130 }),
    begunAt: f.instant({ label: 'Begun', readonly: true, nullable: true, width: 120 }),
    expiresAt: f.instant({ label: 'Until', readonly: true, nullable: true, width: 120 }),
    endedAt: f.instant({ label: 'Ended', readonly: true, nullable: true, width: 120 }),
    endedBy: f.relation({ label: 'Ended by', readonly: true, nullable: true, resource: 'people', width: 150 }),
  },
  list: {
    columns: ['reason', 'staffId', 'customerId', 'userId', 'mode', 'state', 'createdAt', 'expiresAt'],
    sort: '-createdAt',
    views: { active: { label: 'Under way', filter: { state_in: ['waiting', 'active'] } } },
    filters: ['staffId', 'customerId', 'userId', 'mode', 'state', 'createdAt'],
    empty: 'Nobody has looked at the product in a customer’s name.',
  },
  show: {
    sections: [
      { title: 'Visit', fields: ['staffId', 'customerId', 'userId', 'mode', 'reason'] },
      { title: 'Times', fields: ['state', 'createdAt', 'begunAt', 'expiresAt', 'endedAt', 'endedBy'] },
    ],
  },
  actions: {
    ending: { label: 'End', on: ['row', 'bulk'], when: { endedAt: null }, unless: 'Ended already', confirm: 'End {n} impersonations? The product shuts the visitor out at its next question.' },
  },
})
