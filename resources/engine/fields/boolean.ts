import type { BooleanField } from '../fields.ts'
import { malformed, plainText, type FieldKind } from './kind.ts'

/** True or false. */
export const boolean: FieldKind<BooleanField> = {
  accept(value, field) { return typeof value === 'boolean' ? { ok: value } : malformed(`${field.label} must be true or false.`) },
  fromText(value, field) {
    return value === 'true' ? { ok: true } : value === 'false' ? { ok: false } : malformed(`${field.label} must be true or false.`)
  },
  toText: plainText,
  sql: 'bool',
}
