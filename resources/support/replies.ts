import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** Answers to a ticket: public ones are for the customer and stop the clock, internal ones stay among colleagues. What was said is not changed. */
export const replies = defineResource({
  name: 'replies',
  label: ['Reply', 'Replies'],
  title: 'body',
  table: 'ticket_replies',
  verbs: ['read', 'create'],
  scope: { own: 'ticket.customer.ownerId' },
  fields: {
    body: f.text({ label: 'Reply', multiline: true, max: 20_000, search: true, privacy: 'content', width: 480 }),
    ticketId: f.relation({ label: 'Ticket', resource: 'tickets', paths: ['status', 'customerId', 'assigneeId'], width: 260 }),
    kind: f.enum({
      label: 'For', look: 'plain', default: 'public', width: 100,
      options: [{ value: 'public', label: 'Customer', tone: 'plain' }, { value: 'internal', label: 'Colleagues', tone: 'muted' }],
    }),
    authorId: f.relation({ label: 'Colleague', resource: 'people', nullable: true, readonly: true, width: 160 }),
    userId: f.relation({ label: 'User', resource: 'users', nullable: true, readonly: true, width: 160 }),
    createdAt: f.instant({ label: 'Written', readonly: true, sort: true, width: 120 }),
  },
  list: {
    columns: ['body', 'ticketId', 'kind', 'authorId', 'userId', 'createdAt'],
    sort: '-createdAt',
    views: { mine: { label: 'Mine', filter: { authorId: '$me' } }, internal: { label: 'Among colleagues', filter: { kind: 'internal' } } },
    filters: ['ticketId', 'kind', 'authorId', 'createdAt'],
    empty: 'Nobody has answered yet.',
  },
  show: { sections: [{ title: 'Reply', fields: ['body', 'ticketId', 'kind', 'authorId', 'userId', 'createdAt'] }] },
  form: { sections: [{ title: 'Reply', fields: ['body', 'kind', 'ticketId'] }] },
})
