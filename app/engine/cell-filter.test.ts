import { expect, test } from 'vitest'
import { sampleCustomers as customers } from '../../tests/support/manifest-sample.ts'
import { cellLeaf, withLeaf } from './cell-filter.ts'

const leaf = (name: string, value: unknown, out = false, zone = 'UTC') => cellLeaf(name, customers.fields[name]!, value, out, zone)

test('a cell becomes the condition that keeps rows like it', () => {
  expect(leaf('status', 'active')).toEqual({ field: 'status', op: 'in', value: ['active'] })
  expect(leaf('status', 'active', true)).toEqual({ field: 'status', op: 'nin', value: ['active'] })
  expect(leaf('name', 'R&D, a+b@x.com')).toEqual({ field: 'name', op: 'in', value: ['R&D, a+b@x.com'] })
  expect(leaf('mrr', 0)).toEqual({ field: 'mrr', op: 'eq', value: '0' })
  expect(leaf('mrr', 5, true)).toEqual({ field: 'mrr', op: 'ne', value: '5' })
  expect(leaf('tags', ['a', 'b'])).toEqual({ field: 'tags', op: 'in', value: ['a', 'b'] })
  expect(leaf('ownerId', 'id-1')).toEqual({ field: 'ownerId', op: 'in', value: ['id-1'] })
})

test('a moment means its day in the book’s zone', () => {
  expect(leaf('createdAt', '2026-11-25T02:30:00.000Z')).toEqual({ field: 'createdAt', op: 'eq', value: '2026-11-25' })
  expect(leaf('createdAt', '2026-11-25T02:30:00.000Z', true, 'America/New_York')).toEqual({ field: 'createdAt', op: 'ne', value: '2026-11-24' })
})

test('an empty cell means empty, where a field can be', () => {
  expect(leaf('renewsAt', null)).toEqual({ field: 'renewsAt', op: 'null', value: 'true' })
  expect(leaf('ownerId', null, true)).toEqual({ field: 'ownerId', op: 'null', value: 'false' })
  expect(leaf('tags', [], true)).toEqual({ field: 'tags', op: 'null', value: 'false' })
  expect(leaf('name', '')).toBe(null)
  expect(leaf('raw', { a: 1 })).toBe(null)
  expect(leaf('name', 'x'.repeat(501))).toBe(null)
})

test('what is left out adds up, anything else takes the place of its like', () => {
  const first = withLeaf([], leaf('status', 'active', true)!)
  expect(withLeaf(first, leaf('status', 'churned', true)!)).toEqual([{ field: 'status', op: 'nin', value: ['active', 'churned'] }])
  expect(withLeaf(withLeaf([], leaf('status', 'active')!), leaf('status', 'churned')!)).toEqual([{ field: 'status', op: 'in', value: ['churned'] }])
  expect(withLeaf(first, leaf('mrr', 5)!)).toEqual([...first, { field: 'mrr', op: 'eq', value: '5' }])
})
