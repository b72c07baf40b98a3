import type { Field } from '../fields.ts'
import { kindOf } from './index.ts'
import type { Reading } from './kind.ts'

const formula = /^[=+\-@\t\r]/
const words: Record<string, boolean> = { true: true, yes: true, '1': true, false: false, no: false, '0': false }

/** Texts in these cells get an apostrophe in an export where a spreadsheet would take them for a formula. */
const guarded = (field: Field): boolean => ['text', 'email', 'tags', 'json'].includes(field.type)

/** A value as the cell of an export. */
export function cellOf(value: unknown, field: Field): string {
  const text = kindOf(field).toText(value, field)
  return guarded(field) && formula.test(text) ? `'${text}` : text
}

/** The text of a cell without the apostrophe of an export. */
const bare = (cell: string): string => cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell

/** Does the cell say what the row holds already? */
export function saysTheSame(cell: string, value: unknown, field: Field): boolean {
  if (field.type === 'boolean' && typeof value === 'boolean') return words[cell.trim().toLowerCase()] === value
  if (cellOf(value, field) === cell) return true
  const read = readCell(cell, field)
  return 'ok' in read && JSON.stringify(orderedKeys(read.ok)) === JSON.stringify(orderedKeys(value instanceof Date ? value.toISOString() : value ?? null))
}

const orderedKeys = (value: unknown): unknown => Array.isArray(value) ? value.map(orderedKeys)
  : typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => a < b ? -1 : 1).map(([k, v]) => [k, orderedKeys(v)])) : value

/** A cell of an imported file as the value a body would carry: what an export wrote, and the words people write for it. Empty is null, of tags none. */
export function readCell(cell: string, field: Field): Reading {
  const text = bare(cell)
  if (text === '') return { ok: field.type === 'tags' ? [] : null }
  switch (field.type) {
    case 'tags': return { ok: text.split(',').map(t => t.trim()).filter(Boolean) }
    case 'boolean': {
      const word = text.trim().toLowerCase(), own = field.words?.findIndex(w => w.toLowerCase() === word) ?? -1
      return own >= 0 ? { ok: own === 0 } : Object.hasOwn(words, word) ? { ok: words[word] } : { error: `${field.label} must be true or false.`, malformed: true }
    }
    case 'enum': {
      const word = text.trim(), option = field.options.find(o => o.value === word) ?? field.options.find(o => o.label.toLowerCase() === word.toLowerCase())
      return kindOf(field).fromText(option?.value ?? word, field)
    }
    default: return kindOf(field).fromText(text, field)
  }
}
