import type { EmailField } from '../fields.ts'
import { broken, malformed, plainText, storable, type FieldKind } from './kind.ts'

/** Bounded on purpose: linear on any input, and no claim beyond "a mail could be sent there". */
const form = /^[^\s@<>()",;:\\]{1,64}@[^\s@<>()",;:\\.]{1,63}(\.[^\s@<>()",;:\\.]{1,63}){1,8}$/

/** One address, at most 254 characters. */
export const email: FieldKind<EmailField> = {
  accept(value, field) {
    if (typeof value !== 'string') return malformed(`${field.label} must be text.`)
    if (!storable(value)) return malformed(`${field.label} holds a character that cannot be stored.`)
    const given = value.trim()
    if (!given) return broken(`${field.label} is missing.`)
    if (given.length > 254 || !form.test(given)) return broken(`${field.label} is no address such as name@company.com.`)
    return { ok: given }
  },
  fromText(value, field) { return storable(value) ? { ok: value } : malformed(`${field.label} holds a character that cannot be stored.`) },
  toText: plainText,
  sql: 'text',
}
