import { expect, test } from 'vitest'
import { readRelative, sizeOf, spanOf, withDays } from './relative-days.ts'

test.each([
  ['$day', '2026-11-25', '2026-11-25', '2026-11-25'],
  ['$day-1', '2026-03-01', '2026-02-28', '2026-02-28'],
  ['$day+6', '2026-12-28', '2027-01-03', '2027-01-03'],
  ['$week', '2026-11-25', '2026-11-23', '2026-11-29'],
  ['$week', '2026-11-29', '2026-11-23', '2026-11-29'],
  ['$week-1', '2026-01-01', '2025-12-22', '2025-12-28'],
  ['$month', '2028-02-10', '2028-02-01', '2028-02-29'],
  ['$month-1', '2026-01-15', '2025-12-01', '2025-12-31'],
  ['$month-1', '2026-03-31', '2026-02-01', '2026-02-28'],
  ['$quarter', '2026-11-25', '2026-10-01', '2026-12-31'],
  ['$quarter-1', '2026-02-25', '2025-10-01', '2025-12-31'],
  ['$year', '2026-11-25', '2026-01-01', '2026-12-31'],
  ['$year-1', '2028-02-29', '2027-01-01', '2027-12-31'],
])('%s on %s is %s to %s', (word, today, first, last) => {
  expect(spanOf(word, today)).toEqual({ first, last })
})

test('other words are no days', () => {
  for (const word of ['$now', '$now-7d', '$me', '$months', '$month-', '$month-1d', 'month', '$day-12345', 5, null, ['$day'], '$constructor']) expect([word, readRelative(word)]).toEqual([word, undefined])
})

test('a condition on a span means the days in it, before it or after it', () => {
  const of = (op: any, value: unknown) => withDays({ field: 'at', op, value }, '2026-11-25')
  expect(of('eq', '$month-1')).toEqual({ or: [{ field: 'at', op: 'between', value: ['2026-10-01', '2026-10-31'] }] })
  expect(of('in', ['$day', '2026-01-01'])).toEqual({ or: [{ field: 'at', op: 'between', value: ['2026-11-25', '2026-11-25'] }, { field: 'at', op: 'eq', value: '2026-01-01' }] })
  expect(of('ne', '$day')).toEqual({ or: [{ field: 'at', op: 'null', value: 'true' }, { and: [{ or: [{ field: 'at', op: 'lt', value: '2026-11-25' }, { field: 'at', op: 'gt', value: '2026-11-25' }] }] }] })
  expect(of('gt', '$month')).toEqual({ field: 'at', op: 'gt', value: '2026-11-30' })
  expect(of('gte', '$month')).toEqual({ field: 'at', op: 'gte', value: '2026-11-01' })
  expect(of('lt', '$month')).toEqual({ field: 'at', op: 'lt', value: '2026-11-01' })
  expect(of('lte', '$month')).toEqual({ field: 'at', op: 'lte', value: '2026-11-30' })
  expect(of('between', ['$day-6', '$day'])).toEqual({ field: 'at', op: 'between', value: ['2026-11-19', '2026-11-25'] })
  expect(of('between', ['$now-7d', '2026-11-25'])).toBe(undefined)
  expect(of('eq', '2026-11-25')).toBe(undefined)
})

test('a tree knows its size', () => {
  const leaf = { field: 'a', op: 'eq' as const, value: 1 }
  expect(sizeOf(leaf)).toEqual({ leaves: 1, depth: 0 })
  expect(sizeOf({ and: [] })).toEqual({ leaves: 0, depth: 1 })
  expect(sizeOf({ or: [leaf, { and: [leaf, { or: [leaf] }] }] })).toEqual({ leaves: 3, depth: 3 })
})
