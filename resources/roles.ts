import { defineRole, type Grant, type Role } from './engine/define-role.ts'

/**
 * Who may do what: the only place where permission is written. Default deny. A field group a role may not see is absent from every answer,
 * filter, sort, search and export of that role.
 */

const everything: Grant = { read: true, create: true, update: true, delete: true, actions: true, import: true }
const read: Grant = { read: true }
/** Their own, and those that wait for somebody who may do the same to agree. */
const ownOperations: Grant = { read: true, readOwn: 'createdBy', readAsked: 'asks' }
const ownNotes: Grant = { read: true, create: true, update: true, delete: true, own: 'authorId' }
/** Their own, those shared with their role and those shared with all; they change their own. */
const ownView = ['name', 'resource', 'share', 'filters', 'sort', 'columns', 'widths', 'density']
const ownViews: Grant = { read: true, create: ownView, update: ownView, delete: true, own: 'ownerId', readOwn: 'ownerId', readAlso: [{ share: 'all' }, { share: 'role', role: '$role' }] }
const noMoney = { without: ['mrr', 'amounts', 'stripe'] } as const
const onlyMrr = { without: ['amounts', 'stripe'] } as const

export const roles: Record<string, Role> = {
  admin: defineRole({
    label: 'Administrator',
    pages: ['revenue'],
    // Definitions say which verbs exist at all: mirrored and computed resources have only `read`.
    grants: { '*': everything },
  }),
  finance: defineRole({
    label: 'Finance',
    pages: ['revenue'],
    grants: {
      customers: { read: true, update: ['tags'], actions: ['plan-change', 'trial-extension', 'tagging', 'untagging'] },
      users: read, notes: ownNotes,
      subscriptions: { read: true, actions: true },
      invoices: { read: true, actions: true }, payments: { read: true, actions: true }, refunds: { read: true, actions: true },
      'credit-notes': { read: true, actions: true }, disputes: { read: true, actions: true },
      'mrr-movements': read, 'fx-rates': { read: true, create: true, update: true }, 'month-closes': { read: true, actions: true },
      'billing-accounts': read, 'stripe-events': read, 'object-versions': read,
      products: read, prices: read, 'promo-codes': read, people: read, 'saved-views': ownViews, operations: ownOperations,
    },
  }),
  success: defineRole({
    label: 'Customer success',
    pages: [],
    grants: {
      customers: { read: onlyMrr, update: ['name', 'ownerId', 'tags'], actions: ['assignment', 'tagging', 'untagging', 'suspension', 'reactivation', 'trial-extension'] },
      users: { read: true, update: true }, tickets: read, replies: read, notes: ownNotes,
      subscriptions: { read: noMoney }, people: read, 'saved-views': ownViews, operations: ownOperations,
    },
  }),
  support: defineRole({
    label: 'Support',
    pages: [],
    grants: {
      customers: { read: noMoney, update: ['name', 'email'], actions: ['impersonation', 'suspension', 'reactivation'] },
      users: { read: true, update: true, actions: ['impersonation'] },
      tickets: { read: true, create: true, update: true, delete: true, actions: true }, replies: { read: true, create: true }, notes: ownNotes,
      impersonations: { read: true, readOwn: 'staffId', actions: ['ending'] },
      people: read, 'saved-views': ownViews, operations: ownOperations,
    },
  }),
  marketing: defineRole({
    label: 'Marketing',
    pages: [],
    grants: {
      customers: { read: ['name', 'plan', 'status', 'tags', 'createdAt'] },
      'promo-codes': { read: true, create: true, update: true, delete: true, actions: true },
      people: read, 'saved-views': ownViews, operations: ownOperations,
    },
  }),
  compliance: defineRole({
    label: 'Compliance',
    pages: [],
    grants: {
      customers: { read: noMoney }, users: read, notes: read, impersonations: read, staff: read, people: read, 'audit-log': read, 'saved-views': ownViews, operations: read,
    },
  }),
  auditor: defineRole({
    label: 'Auditor',
    pages: ['revenue'],
    grants: {
      customers: read, users: read, notes: read, impersonations: read, subscriptions: read, invoices: read, payments: read, refunds: read, 'credit-notes': read, disputes: read,
      'mrr-movements': read, 'fx-rates': read, 'month-closes': read, 'billing-accounts': read, 'stripe-events': read, 'object-versions': read,
      products: read, prices: read, 'promo-codes': read, staff: read, people: read, 'audit-log': read, 'saved-views': ownViews, operations: ownOperations,
    },
  }),
}

/** Roles that must have a second factor outside the demo. */
export const secondFactorRoles = ['admin', 'finance', 'compliance'] as const
