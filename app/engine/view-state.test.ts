import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Leaf } from '../../resources/engine/filter-grammar.ts'
import { sampleCustomers as customers } from '../../tests/support/manifest-sample.ts'
import { formatListQuery, parseListQuery, type ListQuery } from './list-query.ts'
import { addressOf, contentOf, isChanged, orderViews, queryOf, type SavedView } from './view-state.ts'

const id = '0199b6a0-0000-7000-8000-000000000001'
const parse = (search: string): ListQuery => { const { unknown: _, ...query } = parseListQuery(search, customers); return query }
const viewOf = (query: ListQuery, more: Partial<SavedView> = {}): SavedView => ({ id, version: 1, name: 'A view', resource: 'customers', share: 'me', role: 'success', defaultFor: null, ownerId: 'me', ...contentOf(query, customers), ...more })

test('a list is kept as the grammar of filters has it: its tab and chips together, nested conditions, words, order, columns', () => {
  expect(contentOf(parse('?_view=active&mrr_gte=500&tags_in=a&tags_in=b&q=R%26D&_where={"or":[{"field":"name","op":"eq","value":"x"}]}&_sort=name&_order=asc&_columns=name,mrr&_widths=name:300&_density=compact&_page=4'), customers)).toEqual({
    filters: { status: 'active', mrr_gte: '500', tags_in: ['a', 'b'], q: 'R&D', _where: { or: [{ field: 'name', op: 'eq', value: 'x' }] } },
    sort: [{ field: 'name', order: 'asc' }], columns: ['name', 'mrr'], widths: { name: 300 }, density: 'compact',
  })
  expect(contentOf(parse(''), customers)).toEqual({ filters: {}, sort: [{ field: 'mrr', order: 'desc' }], columns: null, widths: null, density: null })
})

test('every list comes back from its view as it was, through its address too, and counts as unchanged', () => {
  const text = fc.string({ minLength: 1, maxLength: 12, unit: 'binary' }).filter(s => s.isWellFormed())
  const leaf: fc.Arbitrary<Leaf> = fc.oneof(
    fc.record({ field: fc.constant('name'), op: fc.constantFrom('eq' as const, 'like' as const, 'ne' as const), value: text }),
    fc.record({ field: fc.constantFrom('tags', 'owner.active'), op: fc.constantFrom('in' as const, 'nin' as const), value: fc.array(text, { minLength: 1, maxLength: 50 }) }),
    fc.record({ field: fc.constant('renewsAt'), op: fc.constant('null' as const), value: fc.constantFrom('true', 'false') }),
    fc.record({ field: fc.constant('createdAt'), op: fc.constant('eq' as const), value: fc.constant('$month-1') }),
  )
  const state = fc.record({
    filters: fc.uniqueArray(leaf, { maxLength: 4, selector: l => `${l.field} ${l.op}` }),
    where: fc.constantFrom<ListQuery['where'][]>(null, { or: [{ field: 'name', op: 'eq' as const, value: 'A&B' }, { and: [{ field: 'mrr', op: 'lt' as const, value: '5' }] }] }, { and: [{ field: 'name', op: 'eq' as const, value: 'é' }] }),
    q: fc.oneof(fc.constant(''), text), sort: fc.constantFrom<ListQuery['sort'][]>([{ field: 'mrr', order: 'desc' }], [{ field: 'name', order: 'asc' }, { field: 'mrr', order: 'desc' }]),
    view: fc.constantFrom('', 'active'), page: fc.integer({ min: 1, max: 9 }), size: fc.constant(25), after: fc.constant(null),
    columns: fc.constantFrom(undefined, ['name', 'tags']), widths: fc.constantFrom(undefined, { name: 300, mrr: 90 }), density: fc.constantFrom(undefined, 'compact' as const),
  })
  fc.assert(fc.property(state, query => {
    const view = viewOf(query as ListQuery)
    const opened = queryOf(view, customers, 25)!
    expect(isChanged(view, opened, customers)).toBe(false)
    const { unknown, ...again } = parseListQuery(formatListQuery(opened, customers), customers)
    expect(unknown).toEqual([])
    expect(again).toEqual(opened)
    expect(contentOf(again, customers)).toEqual(contentOf(query as ListQuery, customers))
    // turning the page is no change, another condition is
    expect(isChanged(view, { ...again, page: 7 }, customers)).toBe(false)
    expect(isChanged(view, { ...again, filters: [...again.filters, { field: 'mrr', op: 'gte', value: '1' }] }, customers)).toBe(true)
  }))
})

test('each part of a view that is changed marks it so', () => {
  const view = viewOf(parse('?status=active&_columns=name,mrr'))
  const opened = queryOf(view, customers, 25)!
  const changes: Partial<ListQuery>[] = [{ filters: [] }, { q: 'x' }, { sort: [{ field: 'mrr', order: 'asc' }] }, { columns: ['mrr', 'name'] }, { columns: undefined }, { widths: { name: 200 } }, { density: 'compact' }, { where: { or: [{ field: 'name', op: 'eq', value: 'x' }] } }]
  for (const change of changes) expect([change, isChanged(view, { ...opened, ...change }, customers)]).toEqual([change, true])
})

test('values typed as JSON are the same as text', () => {
  const view = viewOf(parse(''), { filters: { mrr_gte: 500, renewsAt_null: false, tags_in: ['a'] } })
  expect(queryOf(view, customers, 25)!.filters).toEqual([{ field: 'mrr', op: 'gte', value: '500' }, { field: 'renewsAt', op: 'null', value: 'false' }, { field: 'tags', op: 'in', value: ['a'] }])
  expect(isChanged(view, parse('?mrr_gte=500&renewsAt_null=false&tags_in=a'), customers)).toBe(false)
})

test('a view that asks for what is not there is no list at all, and its address says why', () => {
  const { filters: _f, sort: _s, ...hidden } = viewOf(parse(''))
  for (const view of [hidden as SavedView, viewOf(parse(''), { filters: { colour: 'red' } }), viewOf(parse(''), { filters: { 'owner.name': 'x' } }), viewOf(parse(''), { sort: [{ field: 'gone', order: 'asc' }] })]) {
    expect(queryOf(view, customers, 25)).toBe(null)
    expect(addressOf(view, customers, 25)).toBe(`/v/${id}`)
    expect(isChanged(view, parse(''), customers)).toBe(true)
  }
  expect(queryOf(viewOf(parse(''), { columns: ['name', 'gone'], widths: {} }), customers, 25)!.columns).toEqual(['name'])
  expect(addressOf(viewOf(parse('?status=active')), customers, 25)).toBe(`/customers?_saved=${id}&status=active`)
})

test('own views stand first', () => {
  const views = [['b', 'you'], ['z', 'me'], ['a', 'you'], ['c', 'me']].map(([name, ownerId]) => viewOf(parse(''), { name: name!, ownerId: ownerId! }))
  expect(orderViews(views, 'me').map(v => v.name)).toEqual(['c', 'z', 'a', 'b'])
})
