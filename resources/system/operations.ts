import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** What was done to rows, by whom, with which outcome, and until when it can be taken back. */
export const operations = defineResource({
  name: 'operations',
  label: ['Operation', 'Operations'],
  nav: { group: 'Company', icon: 'history', order: 930 },
  title: 'action', subtitle: 'resource',
  verbs: ['read'],
  fields: {
    action: f.text({ label: 'Act', width: 160 }),
    resource: f.text({ label: 'Of', width: 150 }),
    state: f.enum({
      label: 'State', look: 'status', width: 120,
      options: [
        { value: 'waiting', label: 'Waiting', tone: 'info', glyph: 'half' }, { value: 'running', label: 'Running', tone: 'info', glyph: 'half' },
        { value: 'done', label: 'Done', tone: 'plain', glyph: 'dot' }, { value: 'failed', label: 'Failed', tone: 'negative', glyph: 'triangle' },
        { value: 'cancelled', label: 'Cancelled', tone: 'muted', glyph: 'circle' }, { value: 'undone', label: 'Undone', tone: 'muted', glyph: 'circle' },
      ],
    }),
    total: f.int({ label: 'Rows', width: 80 }),
    done: f.int({ label: 'Done', width: 80 }),
    skipped: f.int({ label: 'Skipped', width: 80 }),
    failed: f.int({ label: 'Failed', width: 80 }),
    error: f.text({ label: 'Error', nullable: true, filter: false }),
    takingBack: f.boolean({ label: 'Being taken back', filter: false, words: ['Yes', 'No'] }),
    takenBack: f.int({ label: 'Taken back', width: 90 }),
    asks: f.text({ label: 'Waits for approval of', nullable: true, width: 160 }),
    approval: f.json({ label: 'Approval', nullable: true, heavy: true }),
    runsAt: f.instant({ label: 'Leaves', nullable: true }),
    undoable: f.boolean({ label: 'Can be undone', filter: false, words: ['Yes', 'No'], width: 120 }),
    undoUntil: f.instant({ label: 'Undo until', nullable: true }),
    createdBy: f.relation({ label: 'By', resource: 'people', nullable: true, width: 160 }),
    createdAt: f.instant({ label: 'Time', sort: true, width: 140 }),
    finishedAt: f.instant({ label: 'Finished', nullable: true }),
    requestId: f.text({ label: 'Request', nullable: true, mono: true, copy: true }),
  },
  list: {
    columns: ['action', 'resource', 'state', 'total', 'done', 'skipped', 'failed', 'createdBy', 'createdAt'],
    sort: '-createdAt',
    total: 'estimate',
    views: {
      mine: { label: 'Mine', filter: { createdBy: '$me' } },
      approvals: { label: 'To approve', filter: { asks_null: false, createdBy_ne: '$me' } },
      waiting: { label: 'Running', filter: { state_in: ['waiting', 'running'] } },
      failed: { label: 'Failed', filter: { state: 'failed' } },
    },
    filters: ['action', 'resource', 'state', 'createdBy', 'createdAt'],
    empty: 'Nothing was done yet.',
  },
  show: {
    sections: [
      { title: 'Operation', fields: ['action', 'resource', 'state', 'createdBy', 'createdAt', 'finishedAt'] },
      { title: 'Outcome', fields: ['total', 'done', 'skipped', 'failed', 'error', 'takenBack', 'undoable', 'undoUntil', 'runsAt', 'asks', 'approval', 'requestId'] },
    ],
  },
})
