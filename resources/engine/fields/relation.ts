import type { RelationField } from '../fields.ts'
import { malformed, plainText, type FieldKind } from './kind.ts'

const form = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** The id of a row of another resource. That it exists and may be seen is checked where it is written. */
export const relation: FieldKind<RelationField> = {
  accept(value, field) { return typeof value === 'string' && form.test(value) ? { ok: value.toLowerCase() } : malformed(`${field.label} must be an id.`) },
  fromText(value, field) { return form.test(value.trim()) ? { ok: value.trim().toLowerCase() } : malformed(`${field.label} must be an id.`) },
  toText: plainText,
  sql: 'uuid',
}
