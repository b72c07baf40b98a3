import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** What users ask. `open` waits for us, `waiting` for the customer. */
export const tickets = defineResource({
  name: 'tickets',
  label: ['Ticket', 'Tickets'],
  nav: { group: 'Accounts', icon: 'life-buoy', order: 30, label: 'Support' },
  title: 'subject', subtitle: 'status',
  softDelete: true,
  scope: { own: 'customer.ownerId' },
  fields: {
    number: f.int({ label: 'No.', readonly: true, sort: true, copy: true, width: 70 }),
    subject: f.text({ label: 'Subject', max: 300, search: true, privacy: 'content', width: 300 }),
    body: f.text({ label: 'Question', multiline: true, max: 20_000, search: true, privacy: 'content', heavy: true }),
    status: f.enum({
      label: 'Status', look: 'status', default: 'open', width: 110,
      options: [
        { value: 'open', label: 'Open', tone: 'plain', glyph: 'dot' },
        { value: 'waiting', label: 'Waiting', tone: 'muted', glyph: 'bars' },
        { value: 'solved', label: 'Solved', tone: 'muted', glyph: 'circle' },
      ],
    }),
    priority: f.enum({
      label: 'Priority', look: 'plain', default: 'normal', width: 90,
      options: [
        { value: 'low', label: 'Low', tone: 'muted' }, { value: 'normal', label: 'Normal', tone: 'plain' },
        { value: 'high', label: 'High', tone: 'caution' }, { value: 'urgent', label: 'Urgent', tone: 'negative' },
      ],
    }),
    customerId: f.relation({ label: 'Customer', resource: 'customers', nullable: true, paths: ['status', 'plan', 'ownerId', 'tags'], width: 190 }),
    requesterId: f.relation({ label: 'Asked by', resource: 'users', nullable: true, width: 150 }),
    assigneeId: f.relation({ label: 'Assignee', resource: 'people', nullable: true, width: 140 }),
    tags: f.tags({ label: 'Tags', max: 20, default: [] }),
    dueAt: f.instant({ label: 'Reply due', nullable: true, sort: true, help: 'Left empty, it follows from the priority.', width: 110 }),
    firstRepliedAt: f.instant({ label: 'First reply', readonly: true, nullable: true }),
    lastRepliedAt: f.instant({ label: 'Last reply', readonly: true, nullable: true }),
    solvedAt: f.instant({ label: 'Solved', readonly: true, nullable: true }),
    createdAt: f.instant({ label: 'Asked', readonly: true, sort: true, width: 110 }),
    updatedAt: f.instant({ label: 'Changed', readonly: true, sort: true }),
  },
  list: {
    columns: ['number', 'subject', 'customerId', 'status', 'priority', 'assigneeId', 'dueAt', 'createdAt'],
    sort: '-createdAt',
    views: {
      mine: { label: 'Mine', filter: { assigneeId: '$me', status_in: ['open', 'waiting'] } },
      unassigned: { label: 'Unassigned', filter: { assigneeId_null: true, status_in: ['open', 'waiting'] } },
      overdue: { label: 'Overdue', filter: { status: 'open', dueAt_lt: '$now' } },
      open: { label: 'Open', filter: { status: 'open' } },
      waiting: { label: 'Waiting', filter: { status: 'waiting' } },
      solved: { label: 'Solved', filter: { status: 'solved' } },
    },
    edit: ['priority', 'assigneeId', 'tags', 'dueAt'],
    filters: ['status', 'priority', 'assigneeId', 'customerId', 'requesterId', 'tags', 'dueAt', 'createdAt'],
    empty: 'Nobody has asked anything yet.',
  },
  show: {
    sections: [
      { title: 'Question', fields: ['subject', 'body', 'customerId', 'requesterId', 'tags'] },
      { title: 'Handling', fields: ['number', 'status', 'priority', 'assigneeId', 'dueAt'] },
      { title: 'Times', fields: ['createdAt', 'firstRepliedAt', 'lastRepliedAt', 'solvedAt', 'updatedAt'] },
    ],
    related: [{ label: 'Replies', resource: 'replies', by: 'ticketId' }, { label: 'Notes', resource: 'notes', by: 'ticketId' }],
  },
  form: {
    sections: [
      { title: 'Question', fields: ['subject', 'body', 'customerId', 'requesterId', 'tags'] },
      { title: 'Handling', fields: ['status', 'priority', 'assigneeId', 'dueAt'] },
    ],
  },
  actions: {
    assignment: {
      label: 'Assign', on: ['row', 'bulk'], inverse: 'assignment',
      form: { assigneeId: f.relation({ label: 'Assignee', resource: 'people', nullable: true }) },
    },
    solution: { label: 'Solve', on: ['row', 'bulk'], when: { status: ['open', 'waiting'] }, unless: 'Already solved', inverse: 'reopening' },
    reopening: { label: 'Reopen', on: ['row', 'bulk'], when: { status: 'solved' }, unless: 'Not solved', inverse: 'solution' },
  },
})
