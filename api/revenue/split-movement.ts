import { add, compare, divide, floor, fraction, isZero, minimum, multiply, negate, signOf, subtract, total, zero, type Fraction } from './fraction.ts'

export interface Side { before: Fraction; after: Fraction }
/** What one plan takes over from or hands to others, and what it moves in the customer's own category. */
export interface Part { transfer: Fraction; own: Fraction }

/**
 * Splits a customer's change among his plans so that each plan's row adds up and transfers sum to 0.
 * Plans left hand their old amount to plans entered, in proportion to the new amounts; what then still runs against the
 * customer's direction is transferred too, so that every own part has the sign of the whole. Amounts are whole 1/10,000 units
 * (or exact fractions in a replay); shares are cut to whole units and the last takes the rest.
 */
export function splitMovement(sides: readonly Side[]): Part[] {
  const parts = sides.map(s => ({ transfer: zero, own: subtract(s.after, s.before) }))
  const before = total(sides.map(s => s.before)), after = total(sides.map(s => s.after))
  if (isZero(before) || isZero(after)) return parts
  const left = sides.flatMap((s, i) => isZero(s.after) && !isZero(s.before) ? [i] : [])
  const entered = sides.flatMap((s, i) => isZero(s.before) && !isZero(s.after) ? [i] : [])
  if (left.length && entered.length) {
    const moved = total(left.map(i => sides[i]!.before))
    for (const i of left) give(parts[i]!, negate(sides[i]!.before))
    share(moved, entered.map(i => sides[i]!.after)).forEach((part, k) => give(parts[entered[k]!]!, part))
  }
  const direction = compare(after, before)
  const against = parts.flatMap((p, i) => signOf(p.own) !== 0 && signOf(p.own) !== direction ? [i] : [])
  if (direction === 0) {
    for (const p of parts) { p.transfer = add(p.transfer, p.own); p.own = zero }
  } else if (against.length) {
    const along = parts.flatMap((p, i) => signOf(p.own) === direction ? [i] : [])
    const excess = total(against.map(i => parts[i]!.own))
    const weights = along.map(i => direction > 0 ? parts[i]!.own : negate(parts[i]!.own))
    for (const i of against) { parts[i]!.transfer = add(parts[i]!.transfer, parts[i]!.own); parts[i]!.own = zero }
    share(direction > 0 ? negate(excess) : excess, weights).forEach((part, k) => {
      const signed = direction > 0 ? negate(part) : part
      const p = parts[along[k]!]!
      p.transfer = subtract(p.transfer, signed)
      p.own = add(p.own, signed)
    })
  }
  return parts
}

function give(part: Part, amount: Fraction): void {
  part.transfer = add(part.transfer, amount)
  part.own = subtract(part.own, amount)
}

/** Shares an amount by weights in whole units; none gets more than its weight while the amount is not above their sum. */
function share(amount: Fraction, weights: readonly Fraction[]): Fraction[] {
  const sum = total(weights)
  const capped = compare(amount, sum) <= 0
  let rest = amount
  const shares = weights.map(w => {
    const part = fraction(floor(divide(multiply(amount, w), sum)))
    rest = subtract(rest, part)
    return part
  })
  for (let i = shares.length - 1; i >= 0 && !isZero(rest); i--) {
    const room = capped ? minimum(rest, subtract(weights[i]!, shares[i]!)) : rest
    shares[i] = add(shares[i]!, room)
    rest = subtract(rest, room)
  }
  return shares
}
