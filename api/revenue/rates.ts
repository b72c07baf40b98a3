import type { Fraction } from './fraction.ts'
import { parseDecimal } from './fraction.ts'
import { RevenueError } from './revenue-error.ts'
import type { Instant } from '../billing/subscription-state.ts'

/** One rate of exchange: book currency for one major unit of another, in force from an instant until the next. */
export interface Rate { from: Instant; text: string; rate: Fraction; id?: string }

/** Rates by currency, each list ascending by `from`. */
export type RateTable = ReadonlyMap<string, readonly Rate[]>

/** Reads one rate. Throws RevenueError when it is no positive decimal. */
export function parseRate(currency: string, from: Instant, text: string, id?: string): Rate {
  const rate = parseDecimal(text)
  if (!rate || rate.n <= 0n) throw new RevenueError(`The rate ${JSON.stringify(text)} of ${currency} is no decimal above 0.`)
  return { from, text, rate, id }
}

/** The rate in force at an instant, or just before it; null when there is none. */
export function rateAt(table: RateTable, currency: string, at: Instant, before = false): Rate | null {
  const list = table.get(currency)
  if (!list) return null
  for (let i = list.length - 1; i >= 0; i--) if (before ? list[i]!.from < at : list[i]!.from <= at) return list[i]!
  return null
}
