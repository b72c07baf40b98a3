import type { JsonField } from '../fields.ts'
import { broken, malformed, type FieldKind } from './kind.ts'

/** An object or list of at most 64 kB. */
export const json: FieldKind<JsonField> = {
  accept(value, field) {
    if (typeof value !== 'object' || value === null) return malformed(`${field.label} must be an object or a list.`)
    return JSON.stringify(value).length > 65_536 ? broken(`${field.label} is larger than 64 kB.`) : { ok: value }
  },
  fromText(value, field) { try { return { ok: JSON.parse(value) } } catch { return malformed(`${field.label} is no JSON.`) } },
  toText(value) { return value === null || value === undefined ? '' : JSON.stringify(value) },
  sql: 'jsonb',
}
