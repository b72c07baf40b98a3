import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** What colleagues write down about a customer. `@Name` in the text mentions a colleague. */
export const notes = defineResource({
  name: 'notes',
  label: ['Note', 'Notes'],
  title: 'body',
  softDelete: true,
  scope: { own: 'customer.ownerId' },
  fields: {
    body: f.text({ label: 'Note', multiline: true, max: 10_000, search: true, privacy: 'content', help: '@ and the name of a colleague mentions them.', width: 480 }),
    customerId: f.relation({ label: 'Customer', resource: 'customers', immutable: true, paths: ['status', 'ownerId', 'tags'], width: 220 }),
    ticketId: f.relation({ label: 'Ticket', resource: 'tickets', nullable: true, immutable: true, paths: ['status'], width: 200 }),
    pinned: f.boolean({ label: 'Pinned', default: false, words: ['Pinned', 'Not pinned'], width: 90 }),
    mentions: f.tags({ label: 'Mentions', readonly: true, width: 180 }),
    authorId: f.relation({ label: 'Written by', resource: 'people', nullable: true, readonly: true, width: 160 }),
    createdAt: f.instant({ label: 'Written', readonly: true, sort: true, width: 120 }),
    updatedAt: f.instant({ label: 'Changed', readonly: true }),
  },
  list: {
    columns: ['body', 'customerId', 'mentions', 'authorId', 'createdAt'],
    sort: '-createdAt',
    views: { mine: { label: 'Mine', filter: { authorId: '$me' } }, pinned: { label: 'Pinned', filter: { pinned: true } } },
    filters: ['customerId', 'authorId', 'mentions', 'pinned', 'createdAt'],
    empty: 'Nobody wrote a note yet.',
  },
  show: { sections: [{ title: 'Note', fields: ['body', 'customerId', 'ticketId', 'pinned', 'mentions', 'authorId', 'createdAt', 'updatedAt'] }] },
  form: { sections: [{ title: 'Note', fields: ['body', 'customerId', 'ticketId', 'pinned'] }] },
})
