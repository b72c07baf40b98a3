import type { EnumField } from '../fields.ts'
import { broken, malformed, plainText, type FieldKind } from './kind.ts'

const known = (value: string, field: EnumField) => field.options.some(o => o.value === value)
const sentence = (field: EnumField) => `${field.label} must be one of ${field.options.map(o => o.value).join(', ')}.`

/** One of the declared values. */
export const enumeration: FieldKind<EnumField> = {
  accept(value, field) {
    if (typeof value !== 'string') return malformed(`${field.label} must be text.`)
    return known(value, field) ? { ok: value } : broken(sentence(field))
  },
  fromText(value, field) { return known(value, field) ? { ok: value } : broken(sentence(field)) },
  toText: plainText,
  sql: 'text',
}
