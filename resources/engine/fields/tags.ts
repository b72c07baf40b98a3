import type { TagsField } from '../fields.ts'
import { broken, malformed, storable, type FieldKind } from './kind.ts'

/** A set of labels of 1 to 40 characters without comma, in the order given, each once. */
export const tags: FieldKind<TagsField> = {
  accept(value, field) {
    if (!Array.isArray(value) || value.some(v => typeof v !== 'string')) return malformed(`${field.label} must be a list of texts.`)
    const list = [...new Set((value as string[]).map(v => v.trim()).filter(Boolean))]
    const wrong = list.find(v => v.length > 40 || v.includes(',') || /[\r\n]/.test(v))
    if (list.some(v => !storable(v))) return malformed(`${field.label} holds a character that cannot be stored.`)
    if (wrong !== undefined) return broken(`The label "${wrong.slice(0, 40)}" must be one line of at most 40 characters without comma.`)
    const max = field.max ?? 50
    if (list.length > max) return broken(`${field.label}: at most ${max} labels are possible.`)
    return { ok: list }
  },
  fromText(value, field) { return storable(value) && value.length <= 500 ? { ok: value } : malformed(`${field.label} must be text.`) },
  toText(value) { return Array.isArray(value) ? value.join(', ') : '' },
  sql: 'text',
}
