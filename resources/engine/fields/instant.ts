import type { InstantField } from '../fields.ts'
import { isDay } from './date.ts'
import { malformed, type FieldKind, type Reading } from './kind.ts'

const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/

const read = (value: string, field: InstantField): Reading => {
  if (!form.test(value) || !isDay(value.slice(0, 10))) return malformed(`${field.label} must be a moment such as 2026-11-25T09:00:00Z.`)
  const at = new Date(value)
  return Number.isNaN(at.getTime()) ? malformed(`${field.label} must be a moment such as 2026-11-25T09:00:00Z.`) : { ok: at.toISOString() }
}

/** A moment, ISO 8601 with a zone. In filters a bare day means that day in the book's zone (api/engine/where.ts). */
export const instant: FieldKind<InstantField> = {
  accept(value, field) { return typeof value === 'string' ? read(value, field) : malformed(`${field.label} must be a moment such as 2026-11-25T09:00:00Z.`) },
  fromText(value, field) { return isDay(value.trim()) ? { ok: value.trim() } : read(value.trim(), field) },
  toText(value) { return value instanceof Date ? value.toISOString() : value === null || value === undefined ? '' : String(value) },
  sql: 'timestamptz',
}
