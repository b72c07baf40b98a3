import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'
import { roles } from '../roles.ts'

/** People who work in the panel: who they are, what they may do, how they sign in. */
export const staff = defineResource({
  name: 'staff',
  label: ['Colleague', 'Staff'],
  nav: { group: 'Company', icon: 'users-round', order: 910 },
  title: 'name', subtitle: 'email',
  table: 'staff',
  softDelete: true,
  fields: {
    name: f.text({ label: 'Name', max: 200, sort: true, search: true, privacy: 'identifies', width: 220 }),
    email: f.email({ label: 'Email', unique: true, sort: false, search: true, privacy: 'contact', copy: true, width: 240 }),
    role: f.enum({
      label: 'Role', stepUp: true, sort: true, look: 'plain', width: 160,
      options: Object.entries(roles).map(([value, role]) => ({ value, label: role.label })),
    }),
    active: f.boolean({ label: 'Active', readonly: true, words: ['Active', 'Deactivated'], width: 100 }),
    rowScope: f.enum({
      label: 'Sees', nullable: true, stepUp: true, look: 'plain', help: 'Empty: every account. Own: the accounts they own, and what belongs to these.', width: 120,
      options: [{ value: 'own', label: 'Own accounts' }],
    }),
    twoFactorEnabled: f.boolean({ label: 'Second factor', readonly: true, words: ['Set up', 'Missing'], width: 120 }),
    invitedAt: f.instant({ label: 'Invited', readonly: true, nullable: true }),
    lastSeenAt: f.instant({ label: 'Last seen', readonly: true, nullable: true, sort: true, width: 130 }),
    createdAt: f.instant({ label: 'Joined', readonly: true, sort: true, width: 130 }),
  },
  list: {
    columns: ['name', 'email', 'role', 'active', 'twoFactorEnabled', 'lastSeenAt', 'createdAt'],
    sort: 'name',
    views: {
      active: { label: 'Active', filter: { active: true } },
      withoutFactor: { label: 'No second factor', filter: { active: true, twoFactorEnabled: false } },
      deactivated: { label: 'Deactivated', filter: { active: false } },
    },
    filters: ['role', 'active', 'twoFactorEnabled', 'rowScope', 'lastSeenAt'],
    empty: 'Nobody works here yet.',
  },
  show: {
    sections: [
      { title: 'Person', fields: ['name', 'email', 'role', 'rowScope'] },
      { title: 'Sign-in', fields: ['active', 'twoFactorEnabled', 'invitedAt', 'lastSeenAt', 'createdAt'] },
    ],
  },
  form: { sections: [{ title: 'Person', fields: ['name', 'email'] }, { title: 'Rights', fields: ['role', 'rowScope'] }] },
  actions: {
    invitation: {
      label: 'Make an invitation link', on: ['row'], when: { active: true }, unless: 'Deactivated',
      confirm: 'Make a link by which this person sets a first password? It works once, for seven days; links made before stop working.',
    },
    'password-reset': {
      label: 'Make a link for a new password', on: ['row'], when: { active: true }, unless: 'Deactivated',
      confirm: 'Make a link by which this person sets a new password? It works once, for an hour; links made before stop working.',
    },
    deactivation: {
      label: 'Deactivate', on: ['row', 'bulk'], when: { active: true }, unless: 'Already deactivated', danger: true, reason: 'optional', inverse: 'activation',
      confirm: 'Deactivate {n} people? They are signed out everywhere at once and cannot sign in.',
    },
    activation: {
      label: 'Activate', on: ['row', 'bulk'], when: { active: false }, unless: 'Already active', reason: 'optional', inverse: 'deactivation',
      confirm: 'Let {n} people sign in again?',
    },
    'second-factor-reset': {
      label: 'Reset second factor', on: ['row'], stepUp: true, danger: true, reason: 'optional',
      confirm: 'Remove the second factor of this person? Authenticator and backup codes stop working, and they are signed out everywhere.',
    },
    'session-end': {
      label: 'End all sessions', on: ['row', 'bulk'], danger: true, reason: 'optional',
      confirm: 'Sign {n} people out everywhere?',
    },
  },
})
