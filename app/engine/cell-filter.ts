import type { Leaf } from '../../resources/engine/filter-grammar.ts'
import type { ManifestField } from '../../resources/engine/manifest.ts'
import { isEmpty } from './fields/kit.ts'
import { dayIn } from './format.ts'

/** The condition that keeps rows like this one in a field, or leaves them out; null where the field cannot be filtered so. */
export const cellLeaf = (name: string, field: ManifestField, value: unknown, out: boolean, zone: string): Leaf | null => {
  const may = (op: Leaf['op']): boolean => field.operators.includes(op)
  if (isEmpty(value)) return may('null') && (field.nullable === true || field.type === 'tags') ? { field: name, op: 'null', value: String(!out) } : null
  switch (field.type) {
    case 'text': case 'email': case 'enum': case 'relation': {
      const op = out ? 'nin' : 'in'
      return may(op) && String(value).length <= 500 ? { field: name, op, value: [String(value)] } : null
    }
    case 'tags': return may('in') ? { field: name, op: out ? 'nin' : 'in', value: (value as string[]).map(String) } : null
    case 'instant': return may('eq') ? { field: name, op: out ? 'ne' : 'eq', value: dayIn(new Date(String(value)), zone) } : null
    case 'boolean': case 'int': case 'money': case 'decimal': case 'score': case 'date': return may('eq') ? { field: name, op: out ? 'ne' : 'eq', value: String(value) } : null
    default: return null
  }
}

/** One more condition: what is left out adds up, anything else takes the place of the same condition. */
export const withLeaf = (filters: readonly Leaf[], leaf: Leaf): Leaf[] => {
  const same = filters.find(f => f.field === leaf.field && f.op === leaf.op)
  const list = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(String)
  if (same && leaf.op === 'nin') return filters.map(f => (f === same ? { ...leaf, value: [...new Set([...list(same.value), ...list(leaf.value)])] } : f))
  return [...filters.filter(f => f !== same), leaf]
}
