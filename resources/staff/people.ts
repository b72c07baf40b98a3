import { defineResource } from '../engine/define-resource.ts'
import { f } from '../engine/fields.ts'

/** What every role sees of colleagues, so that owners and assignees have names. */
export const people = defineResource({
  name: 'people',
  label: ['Person', 'People'],
  title: 'name',
  table: 'staff',
  verbs: ['read'],
  fields: {
    name: f.text({ label: 'Name', sort: true, search: true, max: 200 }),
    active: f.boolean({ label: 'Active' }),
  },
  list: { columns: ['name', 'active'], sort: 'name' },
})
