import fc from 'fast-check'
import { expect, test } from 'vitest'
import { sampleCustomers as customers } from '../../tests/support/manifest-sample.ts'
import { isFixed, leastWidth, lookOf, mostWidth, moved, offeredColumns, readChosen, resized, toggled } from './column-state.ts'

test('every field that comes with a list can be a column, heavy ones cannot', () => {
  expect(offeredColumns(customers)).toEqual(['name', 'status', 'mrr', 'tags', 'createdAt', 'renewsAt', 'ownerId'])
  expect([isFixed(customers, 'name'), isFixed(customers, 'mrr')]).toEqual([true, false])
})

test('the address comes before what the person keeps, that before the definition, each part by itself', () => {
  const kept = { columns: ['name', 'tags'], widths: { name: 300 }, density: 'comfortable' as const }
  expect(lookOf(customers, {}, {}, 'default')).toEqual({ columns: ['name', 'status', 'mrr'], widths: {}, density: 'default' })
  expect(lookOf(customers, {}, kept, 'default')).toEqual(kept)
  expect(lookOf(customers, { columns: ['mrr'] }, kept, 'default')).toEqual({ ...kept, columns: ['mrr'] })
  expect(lookOf(customers, { widths: { mrr: 90 }, density: 'compact' }, kept, 'default')).toEqual({ columns: ['name', 'tags'], widths: { mrr: 90 }, density: 'compact' })
})

test('whatever was kept, nonsense is nothing chosen and unknown fields fall out', () => {
  for (const kept of [null, undefined, 5, 'x', [], { columns: 'name' }, { columns: [] }, { columns: ['gone', 5, 'raw', '__proto__'] }, { widths: { name: 'wide', gone: 100, mrr: 5, status: 99_999, tags: 100.5 } }, { density: 'huge' }]) expect(readChosen(kept, customers)).toEqual({})
  expect(readChosen({ columns: ['name', 'gone', 'name', 'mrr'], widths: { name: 300, gone: 100 }, density: 'compact', more: 1 }, customers)).toEqual({ columns: ['name', 'mrr'], widths: { name: 300 }, density: 'compact' })
})

test('moving keeps every column and puts one where it is wanted', () => {
  expect(moved(['a', 'b', 'c'], 'c', 0)).toEqual(['c', 'a', 'b'])
  expect(moved(['a', 'b', 'c'], 'a', 9)).toEqual(['b', 'c', 'a'])
  expect(moved(['a', 'b', 'c'], 'b', -3)).toEqual(['b', 'a', 'c'])
  expect(moved(['a', 'b'], 'x', 0)).toEqual(['a', 'b'])
  fc.assert(fc.property(fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 9 }), fc.nat(), fc.integer({ min: -3, max: 12 }), (names, which, to) => {
    const name = names[which % names.length]!, next = moved(names, name, to)
    expect(next.toSorted()).toEqual(names.toSorted())
    expect(next.indexOf(name)).toBe(Math.min(Math.max(to, 0), names.length - 1))
    expect(next.filter(n => n !== name)).toEqual(names.filter(n => n !== name))
  }))
})

test('a tick shows or hides, a width stays within bounds and can be taken back', () => {
  expect(toggled(['a', 'b'], 'a')).toEqual(['b'])
  expect(toggled(['a'], 'b')).toEqual(['a', 'b'])
  expect(resized({}, 'a', 250.4)).toEqual({ a: 250 })
  expect(resized({ a: 100 }, 'a', 1)).toEqual({ a: leastWidth })
  expect(resized({ a: 100 }, 'a', 5_000)).toEqual({ a: mostWidth })
  expect(resized({ a: 100, b: 80 }, 'a', null)).toEqual({ b: 80 })
})
