import { fraction, multiply, type Fraction } from './fraction.ts'

const none = new Set(['bif', 'clp', 'djf', 'gnf', 'jpy', 'kmf', 'krw', 'mga', 'pyg', 'rwf', 'vnd', 'vuv', 'xaf', 'xof', 'xpf'])
const three = new Set(['bhd', 'iqd', 'jod', 'kwd', 'lyd', 'omr', 'tnd'])

/** Digits of the minor unit as Stripe counts amounts: 0 for jpy, 3 for kwd, else 2 (isk and ugx too, which Stripe keeps at two). */
export const minorDigits = (currency: string): number => none.has(currency) ? 0 : three.has(currency) ? 3 : 2

/** Minor units of `from` in minor units of `to` at a rate given for major units. Exact. */
export function convert(amount: Fraction, from: string, to: string, rate: Fraction): Fraction {
  const digits = minorDigits(to) - minorDigits(from)
  const scale = digits >= 0 ? fraction(10n ** BigInt(digits)) : fraction(1n, 10n ** BigInt(-digits))
  return multiply(multiply(amount, rate), scale)
}
