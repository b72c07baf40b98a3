import { f } from '../../resources/engine/fields.ts'
import { operatorsOf } from '../../resources/engine/filter-grammar.ts'
import type { ManifestField, ManifestResource } from '../../resources/engine/manifest.ts'

const field = (declared: ReturnType<(typeof f)[keyof typeof f]>): ManifestField => ({ ...declared, operators: operatorsOf[declared.type], sortable: true, creatable: true, updatable: true, required: false })

/** A small resource as the manifest tells it, with a field of each kind that lists treat differently. */
export const sampleCustomers: ManifestResource = {
  name: 'customers', label: ['Customer', 'Customers'], title: 'name',
  fields: {
    name: field(f.text({ label: 'Name' })),
    status: field(f.enum({ label: 'Status', options: [{ value: 'active', label: 'Active' }, { value: 'churned', label: 'Cancelled' }] })),
    mrr: field(f.money({ label: 'MRR', currency: 'book' })),
    tags: field(f.tags({ label: 'Tags' })),
    createdAt: field(f.instant({ label: 'Created' })),
    renewsAt: field(f.instant({ label: 'Renews', nullable: true })),
    ownerId: field(f.relation({ label: 'Owner', resource: 'people', nullable: true, paths: ['active'] })),
    raw: { ...field(f.json({ label: 'Raw' })), heavy: true, operators: [], sortable: false },
  },
  list: { columns: ['name', 'status', 'mrr'], sort: '-mrr', sums: ['mrr'], views: { active: { label: 'Active', filter: { status: 'active' } } }, filters: ['status', 'mrr'] },
  show: { sections: [], related: [] }, form: { sections: [] },
  can: { create: true, update: true, delete: true, restore: true, export: true, import: false, history: true }, actions: {}, stepUp: [], versioned: true,
}
