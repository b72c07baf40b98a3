import type { IntField } from '../fields.ts'
import { broken, malformed, plainText, type FieldKind } from './kind.ts'

/** A whole number that a double holds exactly. */
export const int: FieldKind<IntField> = {
  accept(value, field) {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return malformed(`${field.label} must be a whole number.`)
    const min = field.min ?? -2_147_483_648, max = field.max ?? 2_147_483_647
    if (value < min) return broken(`${field.label} must be at least ${min}.`)
    if (value > max) return broken(`${field.label} must be at most ${max}.`)
    return { ok: value }
  },
  fromText(value, field) {
    if (!/^[+-]?\d{1,16}$/.test(value.trim())) return malformed(`${field.label} must be a whole number.`)
    const n = Number(value)
    return Number.isSafeInteger(n) ? { ok: n } : malformed(`${field.label} is too large.`)
  },
  toText: plainText,
  sql: 'int8',
}
