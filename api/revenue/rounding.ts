import { floor, fraction, roundHalfUp, subtract, type Fraction } from './fraction.ts'

/** Signed categories of a row in the order in which left-over units are given. */
export const categoryOrder = ['new', 'expansion', 'contraction', 'churn', 'reactivation', 'fx', 'transferIn', 'transferOut', 'adjustment'] as const

/**
 * Prints a row so that it adds up: opening and closing half-up, the categories by largest remainder (floors first, left-over units to the
 * largest fractions, ties in `categoryOrder`). `parts` must be in that order. All results in whole units.
 */
export function roundRow<K extends string>(opening: Fraction, parts: readonly (readonly [K, Fraction])[], closing: Fraction): { opening: bigint; parts: Record<K, bigint>; closing: bigint } {
  const first = roundHalfUp(opening), last = roundHalfUp(closing)
  const rounded = parts.map(([name, value], order) => { const low = floor(value); return { name, low, rest: subtract(value, fraction(low)), order } })
  let left = last - first - rounded.reduce((sum, p) => sum + p.low, 0n)
  const largest = rounded.toSorted((a, b) => { const x = a.rest.n * b.rest.d, y = b.rest.n * a.rest.d; return x > y ? -1 : x < y ? 1 : a.order - b.order })
  for (const p of largest) { if (left <= 0n) break; p.low += 1n; left -= 1n }
  return { opening: first, closing: last, parts: Object.fromEntries(rounded.map(p => [p.name, p.low])) as Record<K, bigint> }
}
