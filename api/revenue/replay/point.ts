import { convert } from '../currency.ts'
import { add, divide, fraction, multiply, roundHalfUp, signOf, total, zero, type Fraction } from '../fraction.ts'
import { subscriptionLines, type Line } from '../line.ts'
import { rateAt } from '../rates.ts'
import { counts } from '../segments.ts'
import { RevenueError } from '../revenue-error.ts'
import { instant, integer, list, readPolicy, readRates, readState, text, type Raw } from './read-case.ts'

const minor = (f: Fraction) => Number(roundHalfUp(divide(f, fraction(10_000n))))

/** Kind `point`: MRR at an instant, in total, by customer and by item price. */
export function replayPoint(input: Raw, policyOf: unknown): Raw {
  const policy = readPolicy(policyOf)
  const currency = text(input.currency, 'input.currency'), at = instant(input.as_of, 'input.as_of')
  const rates = readRates(input.fx)
  const inBook = (line: Line, customer: string): Fraction => {
    const amount = fraction(line.mrrE4)
    if (line.currency === currency || line.mrrE4 === 0n) return amount
    const rate = rateAt(rates, line.currency, at)
    if (!rate) throw new RevenueError(`Customer ${customer} holds ${line.currency}, and no rate of it to ${currency} is in force at ${String(input.as_of)}.`)
    return convert(amount, line.currency, currency, rate.rate)
  }
  const per: [string, Fraction][] = [], items = new Map<string, Fraction>()
  let sum = zero, active = 0
  for (const [i, c] of list(input.customers, 'input.customers').entries()) {
    const id = text(c.id, `customers[${i}].id`), count = c.count === undefined ? 1 : integer(c.count, `customers[${i}].count`)
    if (count < 0) throw new RevenueError(`Customer ${id} is there ${count} times.`)
    let own = zero
    for (const [k, s] of list(c.subscriptions, `Customer ${id}: subscriptions`).entries()) {
      const where = `Customer ${id}: subscriptions[${k}]`
      const state = readState(s, -8.64e15, text(s.id, `${where}.id`), currency, where)
      if (state.status === 'past_due' && state.pastDueSince === undefined) state.pastDueSince = at
      if (!counts(state, at, policy)) continue
      for (const line of subscriptionLines(state, at, policy)) {
        const amount = inBook(line, id)
        own = add(own, amount)
        items.set(line.price, add(items.get(line.price) ?? zero, multiply(amount, fraction(BigInt(count)))))
      }
    }
    per.push([id, own])
    sum = add(sum, multiply(own, fraction(BigInt(count))))
    if (signOf(own) > 0) active += count
  }
  return {
    mrr: minor(sum), arr: minor(multiply(sum, fraction(12n))), active_customers: active,
    per: Object.fromEntries(per.map(([id, f]) => [id, minor(f)])), items: Object.fromEntries([...items].map(([id, f]) => [id, minor(f)])),
  }
}

/** Exact sum of fractions by key, as used where rows are grouped. */
export const sumBy = <T>(rows: readonly T[], key: (row: T) => string, value: (row: T) => Fraction): Map<string, Fraction> =>
  new Map([...Map.groupBy(rows, key)].map(([k, group]) => [k, total(group.map(value))]))
