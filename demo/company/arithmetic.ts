import type { Coupon, Price } from './wire.ts'

/** `amount x part / whole` in whole minor units, half away from zero. */
export function share(amount: number, part: number, whole: number): number {
  const doubled = 2n * BigInt(amount) * BigInt(part)
  const divisor = 2n * BigInt(whole)
  const half = doubled < 0n ? -BigInt(whole) : BigInt(whole)
  return Number((doubled + half) / divisor)
}

/** The share of a percentage that may have up to two decimals. */
export function percentOf(amount: number, percent: number): number {
  return share(amount, Math.round(percent * 100), 10_000)
}

/** What a quantity of a price costs for one interval, in minor units; tiers are graduated. */
export function amountOf(price: Price, quantity: number): number {
  if (!price.tiers) return (price.unit_amount ?? 0) * quantity
  let amount = 0
  let below = 0
  for (const tier of price.tiers) {
    const upTo = Math.min(quantity, tier.up_to ?? quantity)
    if (upTo <= below) break
    amount += (upTo - below) * (tier.unit_amount ?? 0) + (tier.flat_amount ?? 0)
    below = upTo
  }
  return amount
}

/** Splits a sum over weights so that the parts add up exactly: floors first, the units left over to the largest remainders. */
export function split(sum: number, weights: readonly number[]): number[] {
  const whole = weights.reduce((total, weight) => total + weight, 0)
  if (whole === 0) return weights.map(() => 0)
  const exact = weights.map((weight) => BigInt(sum) * BigInt(weight))
  const parts = exact.map((value) => Number(value / BigInt(whole)))
  let left = sum - parts.reduce((total, part) => total + part, 0)
  const order = exact.map((value, index) => [value % BigInt(whole), index] as const).sort((a, b) => (a[0] === b[0] ? a[1] - b[1] : a[0] < b[0] ? 1 : -1))
  for (const [, index] of order) {
    if (left-- <= 0) break
    parts[index]++
  }
  return parts
}

/**
 * What each coupon takes from each amount, coupon after coupon on what the one before left.
 * One row per coupon, one column per amount.
 */
export function discountsOn(amounts: readonly number[], coupons: readonly Coupon[]): number[][] {
  const left = [...amounts]
  return coupons.map((coupon) => {
    const sum = left.reduce((total, amount) => total + amount, 0)
    const off = coupon.percent_off === null ? split(Math.min(coupon.amount_off ?? 0, sum), left) : left.map((amount) => percentOf(amount, coupon.percent_off!))
    off.forEach((part, index) => (left[index] -= part))
    return off
  })
}
