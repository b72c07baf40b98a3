import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'
import { densities } from '../engine/preferences.ts'
import { roles } from '../roles.ts'

const roleOptions = Object.entries(roles).map(([value, role]) => ({ value, label: role.label }))

/** Lists as somebody left them: filter, order and columns under a name, for oneself, one's role or all. */
export const savedViews = defineResource({
  name: 'saved-views',
  label: ['Saved view', 'Saved views'],
  title: 'name', subtitle: 'resource',
  softDelete: true,
  names: { of: 'resource', columns: [{ fields: ['filters', 'sort'], column: 'filter_names' }, { fields: ['columns', 'widths'], column: 'column_names' }] },
  fields: {
    name: f.text({ label: 'Name', max: 80, sort: true, search: true, width: 260 }),
    resource: f.text({ label: 'List', max: 60, immutable: true, width: 150 }),
    share: f.enum({
      label: 'For', default: 'me', look: 'plain', width: 120,
      options: [{ value: 'me', label: 'Only me' }, { value: 'role', label: 'My role' }, { value: 'all', label: 'Everybody' }],
    }),
    role: f.enum({ label: 'Role', nullable: true, look: 'plain', options: roleOptions, help: 'Whose role it is for. Left empty, it is that of the owner.', width: 150 }),
    defaultFor: f.enum({ label: 'Opens first for', nullable: true, look: 'plain', options: roleOptions, help: 'The role that finds the list so.', width: 150 }),
    ownerId: f.relation({ label: 'Made by', resource: 'people', readonly: true, width: 160 }),
    filters: f.json({ label: 'Filters', nullable: true, help: 'As the address of the list says it: {"status": "active"}.' }),
    sort: f.json({ label: 'Order', nullable: true, help: 'Such as [{"field": "mrr", "order": "desc"}].' }),
    columns: f.json({ label: 'Columns', nullable: true }),
    widths: f.json({ label: 'Widths', nullable: true }),
    density: f.enum({ label: 'Rows', nullable: true, look: 'plain', options: densities.map(value => ({ value, label: { compact: 'Compact', default: 'Normal', comfortable: 'Comfortable' }[value] })) }),
    createdAt: f.instant({ label: 'Made', readonly: true, sort: true, width: 130 }),
    updatedAt: f.instant({ label: 'Changed', readonly: true }),
  },
  list: {
    columns: ['name', 'resource', 'share', 'role', 'defaultFor', 'ownerId', 'createdAt'],
    sort: 'name',
    views: {
      mine: { label: 'Mine', filter: { ownerId: '$me' } },
      shared: { label: 'Shared', filter: { share_in: ['role', 'all'] } },
    },
    filters: ['resource', 'share', 'ownerId', 'defaultFor'],
    empty: 'Save a list with its filters from the list itself.',
  },
  show: { sections: [{ title: 'View', fields: ['name', 'resource', 'share', 'role', 'defaultFor', 'ownerId', 'createdAt', 'updatedAt'] }, { title: 'What it shows', fields: ['filters', 'sort', 'columns', 'density'] }] },
  form: { sections: [{ title: 'View', fields: ['name', 'resource', 'share', 'role', 'defaultFor'] }, { title: 'What it shows', fields: ['filters', 'sort', 'columns', 'widths', 'density'] }] },
})
