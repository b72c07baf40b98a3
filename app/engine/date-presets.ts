import type { Leaf, Operator } from '../../resources/engine/filter-grammar.ts'
import { readRelative } from '../../resources/engine/relative-days.ts'

export interface DatePreset { label: string; op: Operator; value: string | readonly string[] }

/** Spans one asks for every day. They stay relative: a view saved with "last month" means another month in December. Days belong to the book's zone. */
export const datePresets: readonly DatePreset[] = [
  { label: 'Today', op: 'eq', value: '$day' },
  { label: 'Yesterday', op: 'eq', value: '$day-1' },
  { label: 'Last 7 days', op: 'between', value: ['$day-6', '$day'] },
  { label: 'Last 30 days', op: 'between', value: ['$day-29', '$day'] },
  { label: 'Last 90 days', op: 'between', value: ['$day-89', '$day'] },
  { label: 'This week', op: 'eq', value: '$week' },
  { label: 'This month', op: 'eq', value: '$month' },
  { label: 'Last month', op: 'eq', value: '$month-1' },
  { label: 'This quarter', op: 'eq', value: '$quarter' },
  { label: 'Last quarter', op: 'eq', value: '$quarter-1' },
  { label: 'This year', op: 'eq', value: '$year' },
  { label: 'Last year', op: 'eq', value: '$year-1' },
  { label: 'Next 7 days', op: 'between', value: ['$day', '$day+6'] },
  { label: 'Next 30 days', op: 'between', value: ['$day', '$day+29'] },
]

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

/** The preset that a condition is, if it is one. */
export const presetOf = (leaf: Pick<Leaf, 'op' | 'value'>): DatePreset | undefined => datePresets.find(p => p.op === leaf.op && same(p.value, leaf.value))

/** `$month-1` in words: last month. Undefined for a word that names no days. */
export const spanWords = (word: string): string | undefined => {
  const relative = readRelative(word)
  if (!relative) return undefined
  const { unit, shift } = relative
  if (unit === 'day') return shift === 0 ? 'today' : shift === -1 ? 'yesterday' : shift === 1 ? 'tomorrow' : shift < 0 ? `${-shift} days ago` : `in ${shift} days`
  return shift === 0 ? `this ${unit}` : shift === -1 ? `last ${unit}` : shift === 1 ? `next ${unit}` : shift < 0 ? `${-shift} ${unit}s ago` : `in ${shift} ${unit}s`
}
