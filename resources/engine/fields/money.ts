import type { MoneyField } from '../fields.ts'
import { broken, malformed, plainText, type FieldKind } from './kind.ts'

/** Integer minor units beside a currency. Never negative unless declared `signed`. */
export const money: FieldKind<MoneyField> = {
  accept(value, field) {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return malformed(`${field.label} must be a whole number of minor units.`)
    const min = field.min ?? (field.signed ? -99_999_999_999_999 : 0), max = field.max ?? 99_999_999_999_999
    if (value < min) return broken(`${field.label} must be at least ${min}.`)
    if (value > max) return broken(`${field.label} must be at most ${max}.`)
    return { ok: value }
  },
  fromText(value, field) {
    if (!/^[+-]?\d{1,16}$/.test(value.trim())) return malformed(`${field.label} must be a whole number of minor units.`)
    const n = Number(value)
    return Number.isSafeInteger(n) ? { ok: n } : malformed(`${field.label} is too large.`)
  },
  toText: plainText,
  sql: 'int8',
}
