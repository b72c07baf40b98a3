import { fraction, type Fraction } from '../fraction.ts'

/** The n-th root of a fraction of at least 0, exact where it is rational with small parts, else to 1e-30 (far beyond what is printed). Newton in whole numbers. */
export function nthRoot(f: Fraction, n: number): Fraction {
  const exact = [rootOf(f.n, n), rootOf(f.d, n)] as const
  if (exact[0] ** BigInt(n) === f.n && exact[1] ** BigInt(n) === f.d) return fraction(exact[0], exact[1])
  const scale = 10n ** 30n
  return fraction(rootOf(f.n * scale ** BigInt(n) / f.d, n), scale)
}

/** floor of the n-th root of a whole number of at least 0. */
function rootOf(value: bigint, n: number): bigint {
  if (value < 2n) return value
  const k = BigInt(n)
  let x = 1n << BigInt(Math.ceil(value.toString(2).length / n) + 1)
  for (;;) {
    const next = ((k - 1n) * x + value / x ** (k - 1n)) / k
    if (next >= x) return x
    x = next
  }
}
