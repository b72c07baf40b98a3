import type { ScoreField } from '../fields.ts'
import { broken, malformed, plainText, type FieldKind } from './kind.ts'

/** A whole number from 0 to 100. */
export const score: FieldKind<ScoreField> = {
  accept(value, field) {
    if (typeof value !== 'number' || !Number.isInteger(value)) return malformed(`${field.label} must be a whole number.`)
    return value < 0 || value > 100 ? broken(`${field.label} must lie between 0 and 100.`) : { ok: value }
  },
  fromText(value, field) { return /^[+-]?\d{1,9}$/.test(value.trim()) ? { ok: Number(value) } : malformed(`${field.label} must be a whole number.`) },
  toText: plainText,
  sql: 'int8',
}
