import type { DateField } from '../fields.ts'
import { malformed, plainText, type FieldKind } from './kind.ts'

/** Is this a day that exists, between the years 1900 and 2200? */
export function isDay(text: string): boolean {
  if (!/^(19|20|21)\d\d-\d\d-\d\d$/.test(text)) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text
}

/** A calendar day, `YYYY-MM-DD`. */
export const date: FieldKind<DateField> = {
  accept(value, field) { return typeof value === 'string' && isDay(value) ? { ok: value } : malformed(`${field.label} must be a day such as 2026-11-25.`) },
  fromText(value, field) { return isDay(value.trim()) ? { ok: value.trim() } : malformed(`${field.label} must be a day such as 2026-11-25.`) },
  toText: plainText,
  sql: 'date',
}
