/** An exact number: `n / d`, reduced, d above 0. Money and rates are computed in these, never in floats. */
export interface Fraction { readonly n: bigint; readonly d: bigint }

const gcd = (a: bigint, b: bigint): bigint => {
  let x = a < 0n ? -a : a, y = b
  while (y) [x, y] = [y, x % y]
  return x
}

/** The fraction n / d. Throws RangeError when d is 0. */
export function fraction(n: bigint | number, d: bigint | number = 1n): Fraction {
  let num = BigInt(n), den = BigInt(d)
  if (den === 0n) throw new RangeError('A fraction cannot have the denominator 0.')
  if (den === 1n) return { n: num, d: 1n }
  if (den < 0n) { num = -num; den = -den }
  const g = gcd(num, den)
  return g === 1n ? { n: num, d: den } : { n: num / g, d: den / g }
}

export const zero: Fraction = { n: 0n, d: 1n }
export const one: Fraction = { n: 1n, d: 1n }

const pattern = /^([+-]?)(\d{1,30})(?:\.(\d{1,30}))?$/

/** Reads a plain decimal such as `12.50`; null for anything else (exponents, separators, blanks). */
export function parseDecimal(text: string): Fraction | null {
  const found = pattern.exec(text)
  if (!found) return null
  const [, sign, whole, part = ''] = found
  const n = BigInt(whole! + part)
  return fraction(sign === '-' ? -n : n, 10n ** BigInt(part.length))
}

export const add = (a: Fraction, b: Fraction): Fraction => a.d === b.d ? fraction(a.n + b.n, a.d) : fraction(a.n * b.d + b.n * a.d, a.d * b.d)
export const negate = (a: Fraction): Fraction => ({ n: -a.n, d: a.d })
export const subtract = (a: Fraction, b: Fraction): Fraction => add(a, negate(b))
export const multiply = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.n, a.d * b.d)
/** Throws RangeError when b is 0. */
export const divide = (a: Fraction, b: Fraction): Fraction => fraction(a.n * b.d, a.d * b.n)
export const compare = (a: Fraction, b: Fraction): number => { const x = a.n * b.d, y = b.n * a.d; return x < y ? -1 : x > y ? 1 : 0 }
export const signOf = (a: Fraction): number => a.n < 0n ? -1 : a.n > 0n ? 1 : 0
export const isZero = (a: Fraction): boolean => a.n === 0n
export const minimum = (a: Fraction, b: Fraction): Fraction => compare(a, b) <= 0 ? a : b
export const total = (list: Iterable<Fraction>): Fraction => { let sum = zero; for (const f of list) sum = add(sum, f); return sum }

export const floor = (a: Fraction): bigint => {
  const q = a.n / a.d
  return a.n < 0n && a.n % a.d !== 0n ? q - 1n : q
}
export const ceiling = (a: Fraction): bigint => -floor(negate(a))

/** To the nearest whole; a half goes to the even neighbour. Keeps sums of many roundings without drift. */
export function roundHalfEven(a: Fraction): bigint {
  const down = floor(a)
  const twice = 2n * (a.n - down * a.d)
  if (twice < a.d) return down
  if (twice > a.d) return down + 1n
  return down % 2n === 0n ? down : down + 1n
}

/** To the nearest whole; a half goes away from zero. How figures are printed. */
export function roundHalfUp(a: Fraction): bigint {
  const positive = a.n < 0n ? negate(a) : a
  const r = floor(add(positive, { n: 1n, d: 2n }))
  return a.n < 0n ? -r : r
}

/** Plain decimal text with exactly `places` digits after the point, half-up. */
export function toFixed(a: Fraction, places: number): string {
  const scaled = roundHalfUp(multiply(a, fraction(10n ** BigInt(places))))
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(places + 1, '0')
  const text = places ? `${digits.slice(0, -places)}.${digits.slice(-places)}` : digits
  return scaled < 0n ? `-${text}` : text
}

const nano: Fraction = { n: 1n, d: 1_000_000_000n }

/** Decimal text as results print it: exact within six places without trailing zeros, else rounded half-up to all six. */
export function toDecimal(a: Fraction): string {
  const text = toFixed(a, 6)
  const error = subtract(a, parseDecimal(text)!)
  if (compare(error, nano) >= 0 || compare(negate(error), nano) >= 0) return text
  return text.replace(/\.?0+$/, '')
}

/** `1/12` or `3`: how a factor is shown in a formula. */
export const toText = (a: Fraction): string => a.d === 1n ? a.n.toString() : `${a.n}/${a.d}`
