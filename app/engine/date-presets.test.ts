import { expect, test } from 'vitest'
import { spanOf } from '../../resources/engine/relative-days.ts'
import { datePresets, presetOf, spanWords } from './date-presets.ts'

const days = (value: string | readonly string[], today: string): [string, string] => {
  const [from, to] = typeof value === 'string' ? [value, value] : [value[0]!, value[1]!]
  return [spanOf(from, today)!.first, spanOf(to, today)!.last]
}

test('each preset means the days its words say', () => {
  expect(Object.fromEntries(datePresets.map(p => [p.label, days(p.value, '2026-11-25')]))).toEqual({
    Today: ['2026-11-25', '2026-11-25'], Yesterday: ['2026-11-24', '2026-11-24'],
    'Last 7 days': ['2026-11-19', '2026-11-25'], 'Last 30 days': ['2026-10-27', '2026-11-25'], 'Last 90 days': ['2026-08-28', '2026-11-25'],
    'This week': ['2026-11-23', '2026-11-29'], 'This month': ['2026-11-01', '2026-11-30'], 'Last month': ['2026-10-01', '2026-10-31'],
    'This quarter': ['2026-10-01', '2026-12-31'], 'Last quarter': ['2026-07-01', '2026-09-30'], 'This year': ['2026-01-01', '2026-12-31'], 'Last year': ['2025-01-01', '2025-12-31'],
    'Next 7 days': ['2026-11-25', '2026-12-01'], 'Next 30 days': ['2026-11-25', '2026-12-24'],
  })
})

test('a condition is told from a preset by operator and value', () => {
  expect(presetOf({ op: 'eq', value: '$month-1' })?.label).toBe('Last month')
  expect(presetOf({ op: 'between', value: ['$day-6', '$day'] })?.label).toBe('Last 7 days')
  expect(presetOf({ op: 'gte', value: '$month-1' })).toBe(undefined)
  expect(presetOf({ op: 'eq', value: '2026-11-25' })).toBe(undefined)
})

test('spans read as people say them', () => {
  expect(['$day', '$day-1', '$day+1', '$day-7', '$week-1', '$month', '$quarter-2', '$year+1', '$month+3', '$now-7d', 'x'].map(spanWords)).toEqual(
    ['today', 'yesterday', 'tomorrow', '7 days ago', 'last week', 'this month', '2 quarters ago', 'next year', 'in 3 months', undefined, undefined])
})
