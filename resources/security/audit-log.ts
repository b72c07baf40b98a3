import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** Who did what, when, to which row, with which values. Insert-only; each row's hash covers the one before. */
export const auditLog = defineResource({
  name: 'audit-log',
  label: ['Audit entry', 'Audit log'],
  nav: { group: 'Trust', icon: 'scroll-text', order: 810 },
  title: 'act', subtitle: 'resource',
  verbs: ['read'],
  fields: {
    seq: f.int({ label: 'Number', readonly: true, sort: true, width: 100 }),
    at: f.instant({ label: 'Time', readonly: true, sort: true, width: 170 }),
    actor: f.text({ label: 'Who', readonly: true, column: 'actor_name', width: 180 }),
    actorKind: f.enum({
      label: 'Kind', readonly: true, look: 'plain', width: 110,
      options: [
        { value: 'person', label: 'Person' }, { value: 'api-key', label: 'API key' }, { value: 'schedule', label: 'Schedule' },
        { value: 'product', label: 'Product' }, { value: 'anonymous', label: 'Not signed in' },
      ],
    }),
    actorId: f.text({ label: 'Id of who', readonly: true, nullable: true, mono: true, copy: true }),
    onBehalfOf: f.text({ label: 'On behalf of', readonly: true, nullable: true, mono: true, copy: true }),
    act: f.text({ label: 'Act', readonly: true, width: 160 }),
    resource: f.text({ label: 'Of', readonly: true, width: 140 }),
    subjectId: f.text({ label: 'Row', readonly: true, nullable: true, mono: true, copy: true, width: 200 }),
    reason: f.text({ label: 'Reason', readonly: true, nullable: true, filter: false, width: 240 }),
    changes: f.json({ label: 'Changes', readonly: true, nullable: true, width: 240 }),
    requestId: f.text({ label: 'Request', readonly: true, nullable: true, mono: true, copy: true }),
    ip: f.text({ label: 'Address', readonly: true, nullable: true, mono: true, width: 140 }),
    erasedAt: f.instant({ label: 'Values erased', readonly: true, nullable: true, filter: false }),
    digest: f.text({ label: 'Digest of the values', readonly: true, mono: true, filter: false }),
    salt: f.text({ label: 'Salt', readonly: true, nullable: true, mono: true, filter: false }),
    prev: f.text({ label: 'Hash before', readonly: true, mono: true, filter: false }),
    hash: f.text({ label: 'Hash', readonly: true, mono: true, filter: false }),
  },
  list: {
    columns: ['at', 'actor', 'act', 'resource', 'subjectId', 'reason', 'ip'],
    sort: '-seq',
    total: 'estimate',
    views: {
      signIns: { label: 'Sign-ins', filter: { act_in: ['sign-in', 'sign-in-failure', 'sign-in-lock', 'sign-out'] } },
      stepUps: { label: 'Step-ups', filter: { act_in: ['step-up', 'step-up-failure', 'step-up-lock'] } },
      exports: { label: 'Exports', filter: { act: 'export' } },
    },
    filters: ['actor', 'act', 'resource', 'at', 'subjectId', 'ip', 'requestId'],
    empty: 'Nothing was done yet.',
  },
  show: {
    sections: [
      { title: 'Act', fields: ['at', 'actor', 'onBehalfOf', 'act', 'resource', 'subjectId', 'reason'] },
      { title: 'Changes', fields: ['changes', 'erasedAt'] },
      { title: 'Request', fields: ['requestId', 'ip', 'actorKind', 'actorId'] },
      { title: 'Chain', fields: ['seq', 'digest', 'salt', 'prev', 'hash'] },
    ],
  },
})
