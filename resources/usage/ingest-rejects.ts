import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** Messages of the company's product that could not be used, with the reason; the rest of their batch was. Kept for 30 days. */
export const ingestRejects = defineResource({
  name: 'ingest-rejects',
  label: ['Rejected message', 'Rejected messages'],
  title: 'reason',
  verbs: ['read'],
  fields: {
    reason: f.text({ label: 'Reason', width: 360 }),
    type: f.text({ label: 'Type', nullable: true, width: 110 }),
    messageId: f.text({ label: 'Message id', nullable: true, mono: true, copy: true, width: 240 }),
    payload: f.text({ label: 'Message', multiline: true, mono: true, privacy: 'content', filter: false, heavy: true }),
    writeKeyId: f.relation({ label: 'Write key', resource: 'write-keys', width: 180 }),
    receivedAt: f.instant({ label: 'Received', sort: true, width: 140 }),
  },
  list: {
    columns: ['reason', 'type', 'messageId', 'writeKeyId', 'receivedAt'],
    sort: '-receivedAt',
    filters: ['type', 'writeKeyId', 'receivedAt'],
    empty: 'Every message could be used.',
  },
  show: { sections: [{ title: 'Message', fields: ['reason', 'type', 'messageId', 'writeKeyId', 'receivedAt', 'payload'] }] },
})
