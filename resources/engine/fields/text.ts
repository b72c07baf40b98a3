import type { TextField } from '../fields.ts'
import { broken, malformed, plainText, storable, type FieldKind } from './kind.ts'

const patterns = new Map<string, RegExp>()
const compiled = (source: string): RegExp => {
  let found = patterns.get(source)
  if (!found) patterns.set(source, found = new RegExp(source, 'u'))
  return found
}

/** Text of at most 10,000 characters unless declared otherwise; trimmed when it is one line. */
export const text: FieldKind<TextField> = {
  accept(value, field) {
    if (typeof value !== 'string') return malformed(`${field.label} must be text.`)
    if (!storable(value)) return malformed(`${field.label} holds a character that cannot be stored.`)
    const given = field.multiline ? value : value.trim()
    const min = field.min ?? (field.nullable ? 0 : 1)
    if (given.length < min) return broken(min === 1 ? `${field.label} is missing.` : `${field.label} needs at least ${min} characters.`)
    const max = field.max ?? 10_000
    if (given.length > max) return broken(`${field.label} has ${given.length} characters; at most ${max} are possible.`)
    if (!field.multiline && /[\r\n]/.test(given)) return broken(`${field.label} must be one line.`)
    if (field.pattern && given && !compiled(field.pattern).test(given)) return broken(field.help ? `${field.label}: ${field.help}` : `${field.label} does not have the form ${field.pattern}.`)
    return { ok: given }
  },
  fromText(value, field) { return storable(value) ? { ok: value } : malformed(`${field.label} holds a character that cannot be stored.`) },
  toText: plainText,
  sql: 'text',
}
