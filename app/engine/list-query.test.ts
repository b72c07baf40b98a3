import fc from 'fast-check'
import { expect, test } from 'vitest'
import { f } from '../../resources/engine/fields.ts'
import { operatorsOf, type Leaf, type Where } from '../../resources/engine/filter-grammar.ts'
import type { ManifestField, ManifestResource } from '../../resources/engine/manifest.ts'
import { allLeaves, filterParams, formatListQuery, parseKey, parseListQuery, type ListQuery } from './list-query.ts'

const field = (declared: ReturnType<(typeof f)[keyof typeof f]>): ManifestField => ({
  ...declared, operators: operatorsOf[declared.type], sortable: true, creatable: true, updatable: true, required: false,
})

const customers: ManifestResource = {
  name: 'customers', label: ['Customer', 'Customers'], title: 'name',
  fields: {
    name: field(f.text({ label: 'Name' })),
    status: field(f.enum({ label: 'Status', options: [{ value: 'active', label: 'Active' }, { value: 'churned', label: 'Cancelled' }] })),
    mrr: field(f.money({ label: 'MRR', currency: 'book' })),
    tags: field(f.tags({ label: 'Tags' })),
    createdAt: field(f.instant({ label: 'Created' })),
    check_in: field(f.boolean({ label: 'Check-in' })),
    ownerId: field(f.relation({ label: 'Owner', resource: 'people', paths: ['active'] })),
  },
  list: { columns: ['name', 'status', 'mrr'], sort: '-mrr', sums: ['mrr'], views: { active: { label: 'Active', filter: { status: 'active' } } }, filters: ['status', 'mrr'] },
  show: { sections: [], related: [] }, form: { sections: [] },
  can: { create: true, update: true, delete: true, restore: true, export: true, import: false, history: true }, actions: {}, stepUp: [], versioned: true,
}

const parse = (search: string): ReturnType<typeof parseListQuery> => parseListQuery(search, customers)
const empty: ListQuery = { filters: [], where: null, q: '', sort: [{ field: 'mrr', order: 'desc' }], view: '', page: 1, size: 25, after: null }

test('the exact name of a field wins over field and suffix', () => {
  const known = (name: string): boolean => name === 'check_in' || name === 'check' || name === 'name'
  expect(parseKey('check_in', known)).toEqual({ field: 'check_in', op: 'eq' })
  expect(parseKey('check_nin', known)).toEqual({ field: 'check', op: 'nin' })
  expect(parseKey('name_nlike', known)).toEqual({ field: 'name', op: 'nlike' })
  expect(parseKey('name_contains', known)).toBe(null)
})

test('an address of the API grammar is a list: filters, lists of values, sort, view, page', () => {
  const query = parse('?status_in=active&status_in=churned&mrr_gte=10000&tags=vip&_sort=name,mrr&_order=asc,desc&_view=active&_page=3&_size=50&q=a%26b')
  expect(query.filters).toEqual([
    { field: 'status', op: 'in', value: ['active', 'churned'] },
    { field: 'mrr', op: 'gte', value: '10000' },
    { field: 'tags', op: 'eq', value: 'vip' },
  ])
  expect(query).toMatchObject({ q: 'a&b', view: 'active', page: 3, size: 50, sort: [{ field: 'name', order: 'asc' }, { field: 'mrr', order: 'desc' }], unknown: [] })
})

test('a filter on a field that does not exist is named, never silently dropped', () => {
  expect(parse('?colour=red&name_contains=x&status=active').unknown).toEqual(['colour', 'name_contains'])
  expect(parse('?owner.active=true').filters).toEqual([{ field: 'owner.active', op: 'eq', value: 'true' }])
  expect(parse('?owner.name=x&__proto__=1').unknown).toEqual(['owner.name'])
})

test('a key given twice is a list of values', () => {
  expect(parse('?status=active&status=churned').filters).toEqual([{ field: 'status', op: 'in', value: ['active', 'churned'] }])
})

test('an address with nonsense falls back to what is sensible', () => {
  expect(parse('?_page=-1&_size=9999&_view=nope&_sort=nope&_where={')).toMatchObject({ page: 1, size: 25, view: '', sort: empty.sort, where: null, unknown: ['_where'] })
})

test('what equals the default is not in the address', () => {
  expect(formatListQuery(empty, customers)).toBe('')
  expect(formatListQuery({ ...empty, size: 50 }, customers, 50)).toBe('')
})

test('R&D, a+b@x.com, and fifty values survive the address', () => {
  for (const value of ['R&D', 'a+b@x.com', '50% off_', 'ü = ?#', '#1', ' lead'])
    expect(parse(formatListQuery({ ...empty, filters: [{ field: 'name', op: 'like', value }] }, customers)).filters).toEqual([{ field: 'name', op: 'like', value }])
  const fifty = Array.from({ length: 50 }, (_, i) => `value ${i}`)
  expect(parse(formatListQuery({ ...empty, filters: [{ field: 'name', op: 'in', value: fifty }] }, customers)).filters).toEqual([{ field: 'name', op: 'in', value: fifty }])
})

test('every list state comes back from its address as it was', () => {
  const text = fc.string({ minLength: 1, maxLength: 20, unit: 'binary' }).filter(s => s.isWellFormed())
  const leaf: fc.Arbitrary<Leaf> = fc.oneof(
    fc.record({ field: fc.constant('name'), op: fc.constantFrom('eq' as const, 'like' as const, 'nlike' as const, 'ne' as const, 'starts' as const), value: text }),
    fc.record({ field: fc.constant('tags'), op: fc.constantFrom('in' as const, 'nin' as const), value: fc.array(text, { minLength: 1, maxLength: 60 }) }),
    fc.record({ field: fc.constant('mrr'), op: fc.constant('between' as const), value: fc.tuple(fc.nat().map(String), fc.nat().map(String)).map(pair => [...pair]) }),
  )
  const state = fc.record({
    filters: fc.uniqueArray(leaf, { maxLength: 4, selector: l => `${l.field} ${l.op}` }),
    where: fc.constantFrom<(Where | null)[]>(null, { or: [{ field: 'name', op: 'eq' as const, value: 'A&B' }, { field: 'mrr', op: 'lt' as const, value: 5 }] }),
    q: fc.oneof(fc.constant(''), text),
    sort: fc.constantFrom(empty.sort, [{ field: 'name', order: 'asc' as const }, { field: 'createdAt', order: 'desc' as const }]),
    view: fc.constantFrom('', 'active'), page: fc.integer({ min: 1, max: 400 }), size: fc.constantFrom(25, 50, 100), after: fc.oneof(fc.constant(null), text),
  })
  fc.assert(fc.property(state, query => {
    expect(parse(formatListQuery(query, customers))).toEqual({ ...query, unknown: [] })
  }))
})

test('a tab and a chip on the same field both hold', () => {
  const query = parse('?_view=active&status=churned&mrr_gte=5')
  const params = filterParams(allLeaves(query, customers), query.where, query.q)
  expect(params.getAll('status')).toEqual(['active'])
  expect(params.get('mrr_gte')).toBe('5')
  expect(JSON.parse(params.get('_where')!)).toEqual({ field: 'status', op: 'eq', value: 'churned' })
})
