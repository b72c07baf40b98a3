import type { DecimalField } from '../fields.ts'
import { broken, malformed, plainText, type FieldKind } from './kind.ts'

const form = /^[+-]?\d{1,20}(\.\d{1,12})?$/
/** Compares two decimal strings exactly, by scaled integers. */
const scaled = (s: string): bigint => {
  const [whole = '0', part = ''] = s.replace('+', '').split('.')
  return BigInt(whole + part.padEnd(12, '0'))
}

/** An exact decimal, carried as text. */
export const decimal: FieldKind<DecimalField> = {
  accept(value, field) {
    if (typeof value !== 'string' || !form.test(value)) return malformed(`${field.label} must be a decimal number as text, such as "1.0845".`)
    if (field.min !== undefined && scaled(value) < scaled(field.min)) return broken(`${field.label} must be at least ${field.min}.`)
    if (field.max !== undefined && scaled(value) > scaled(field.max)) return broken(`${field.label} must be at most ${field.max}.`)
    return { ok: value }
  },
  fromText(value, field) { return form.test(value.trim()) ? { ok: value.trim() } : malformed(`${field.label} must be a decimal number.`) },
  toText: plainText,
  sql: 'numeric',
}
