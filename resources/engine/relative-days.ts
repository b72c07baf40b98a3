import { isLeaf, limits, type Leaf, type Operator, type Where } from './filter-grammar.ts'

/** First and last day of a span, both inside it. */
export interface Span { first: string; last: string }
export type Unit = 'day' | 'week' | 'month' | 'quarter' | 'year'

/** `$month-1` as unit and shift; undefined for anything else. */
export function readRelative(word: unknown): { unit: Unit; shift: number } | undefined {
  const match = typeof word === 'string' ? /^\$(day|week|month|quarter|year)([+-]\d{1,4})?$/.exec(word) : null
  return match ? { unit: match[1] as Unit, shift: Number(match[2] ?? 0) } : undefined
}

const text = (year: number, month: number, day: number): string => new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10)

/**
 * The days that a relative word means on a day: `$day` is today, `$week` the week from Monday, `$month-1` last month, `$quarter`, `$year+1`. Always whole days, which
 * belong to the book's zone. Undefined for a word that is none.
 *
 * @example spanOf('$month-1', '2026-11-25') // { first: '2026-10-01', last: '2026-10-31' }
 */
export function spanOf(word: unknown, today: string): Span | undefined {
  const relative = readRelative(word)
  if (!relative) return undefined
  const { unit, shift } = relative
  const [year, month, day] = today.split('-').map(Number) as [number, number, number]
  if (unit === 'day') return { first: text(year, month - 1, day + shift), last: text(year, month - 1, day + shift) }
  if (unit === 'week') {
    const monday = day - (new Date(`${today}T00:00:00Z`).getUTCDay() + 6) % 7 + 7 * shift
    return { first: text(year, month - 1, monday), last: text(year, month - 1, monday + 6) }
  }
  const months = unit === 'month' ? 1 : unit === 'quarter' ? 3 : 12
  const from = month - 1 - (month - 1) % months + months * shift
  return { first: text(year, from, 1), last: text(year, from + months, 0) }
}

const hasWord = (value: unknown): boolean => (Array.isArray(value) ? value : [value]).some(v => readRelative(v) !== undefined)

/** The same condition with relative words as days: `createdAt` is `$month` becomes between its first and last day. Undefined when it has none. */
export function withDays(leaf: Leaf, today: string): Where | undefined {
  if (!hasWord(leaf.value)) return undefined
  const { field, op } = leaf
  const values: unknown[] = Array.isArray(leaf.value) ? leaf.value : [leaf.value]
  if (values.length > limits.values) return undefined
  const one = (name: Operator, value: unknown): Leaf => ({ field, op: name, value })
  const inside = (v: unknown): Where => { const span = spanOf(v, today); return span ? one('between', [span.first, span.last]) : one('eq', v) }
  const outside = (v: unknown): Where => { const span = spanOf(v, today); return span ? { or: [one('lt', span.first), one('gt', span.last)] } : one('ne', v) }
  const first = (v: unknown) => spanOf(v, today)?.first ?? v, last = (v: unknown) => spanOf(v, today)?.last ?? v
  switch (op) {
    case 'eq': case 'in': return { or: values.map(inside) }
    case 'ne': case 'nin': return { or: [one('null', 'true'), { and: values.map(outside) }] }
    case 'between': return one('between', [first(values[0]), ...values.slice(1).map(last)])
    case 'lt': case 'gte': return one(op, Array.isArray(leaf.value) ? values.map(first) : first(leaf.value))
    case 'lte': case 'gt': return one(op, Array.isArray(leaf.value) ? values.map(last) : last(leaf.value))
    default: return undefined
  }
}

/** How many conditions a tree has, and how deep its groups go. */
export const sizeOf = (where: Where): { leaves: number; depth: number } => {
  if (isLeaf(where)) return { leaves: 1, depth: 0 }
  const parts = ('and' in where ? where.and : where.or).map(sizeOf)
  return { leaves: parts.reduce((n, p) => n + p.leaves, 0), depth: 1 + Math.max(0, ...parts.map(p => p.depth)) }
}
