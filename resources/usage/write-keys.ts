import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** Keys by which the company's own product tells of users and organisations. The key is shown once, when it is made; deleting it revokes it at once. */
export const writeKeys = defineResource({
  name: 'write-keys',
  label: ['Write key', 'Write keys'],
  nav: { group: 'Company', icon: 'key-round', order: 940 },
  title: 'name', subtitle: 'prefix',
  softDelete: true,
  stepUp: ['create', 'restore'],
  fields: {
    name: f.text({ label: 'Name', max: 100, help: 'What sends with it, such as "Production API".', width: 260 }),
    prefix: f.text({ label: 'Begins with', readonly: true, nullable: true, mono: true, width: 160 }),
    lastUsedAt: f.instant({ label: 'Last used', readonly: true, nullable: true, width: 130 }),
    createdBy: f.relation({ label: 'Made by', resource: 'people', readonly: true, nullable: true, width: 160 }),
    createdAt: f.instant({ label: 'Made', readonly: true, sort: true, width: 130 }),
  },
  list: {
    columns: ['name', 'prefix', 'lastUsedAt', 'createdBy', 'createdAt'],
    sort: '-createdAt',
    empty: 'No key yet: your product cannot tell of its users.',
  },
  show: {
    sections: [{ title: 'Write key', fields: ['name', 'prefix', 'lastUsedAt', 'createdBy', 'createdAt'] }],
    related: [{ label: 'Set aside', resource: 'ingest-rejects', by: 'writeKeyId' }],
  },
  form: { sections: [{ title: 'Write key', fields: ['name'] }] },
})
