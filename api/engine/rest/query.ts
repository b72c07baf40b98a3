import { sql, type RawBuilder } from 'kysely'
import { columnOf, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import { limits, type Where } from '../../../resources/engine/filter-grammar.ts'
import { Problem } from '../errors.ts'
import { isId } from '../ids.ts'
import { parseWhere, reference, splitKey, type Scope } from '../where.ts'

export interface Sort { field: string; descending: boolean }

/** What a list was asked for, checked in form but not yet against permission. */
export interface ListQuery {
  where: Where[]
  q: string | undefined
  sort: Sort[]
  start: number
  end: number
  after: string | undefined
  /** `?id=1&id=2`: these rows, unpaged. */
  ids: string[] | undefined
}

const whole = (text: string | undefined, name: string, otherwise: number): number => {
  if (text === undefined) return otherwise
  if (!/^-?\d{1,9}$/.test(text)) throw new Problem('malformed', `${name} must be a whole number.`)
  return Number(text)
}

/** Field names of all resources: a plain parameter of such a name is meant as a filter, any other is unknown. */
const vocabularies = new WeakMap<object, Set<string>>()
const vocabulary = (scope: Scope): Set<string> => {
  let found = vocabularies.get(scope.registry)
  if (!found) vocabularies.set(scope.registry, found = new Set(scope.registry.resources.flatMap(r => Object.keys(r.fields))))
  return found
}

/** Parses the query of a list, export or summary. Every parameter is known or refused; none is ignored. */
export function parseListQuery(params: URLSearchParams, resource: ResourceDefinition, scope: Scope): ListQuery {
  const values = new Map<string, string[]>()
  let count = 0
  for (const [key, value] of params) {
    if (++count > 1_000) throw new Problem('malformed', 'There are more than 1,000 parameters.')
    const list = values.get(key)
    if (list) list.push(value)
    else values.set(key, [value])
  }
  const single = (name: string): string | undefined => {
    const list = values.get(name)
    values.delete(name)
    if (list && list.length > 1) throw new Problem('malformed', `${name} is given ${list.length} times.`)
    return list?.[0]
  }
  const start = whole(single('_start'), '_start', 0)
  const end = whole(single('_end'), '_end', start + limits.page)
  if (start < 0) throw new Problem('malformed', '_start must not be negative.')
  if (end < start) throw new Problem('malformed', '_end must not be smaller than _start.')
  if (end - start > limits.page) throw new Problem('malformed', `A page has at most ${limits.page} rows.`)
  if (start > limits.offset) throw new Problem('malformed', `Rows beyond ${limits.offset} are reached with _after=<cursor>, which is as fast there as on page 1.`)
  const after = single('_after')
  const q = single('q')
  const sort = parseSort(single('_sort'), single('_order'), resource)
  const where: Where[] = []
  const nested = single('_where')
  if (nested !== undefined) where.push(parseWhere(nested))

  const ids = values.get('id')
  values.delete('id')
  if (ids) {
    if (ids.length > limits.ids) throw new Problem('malformed', `At most ${limits.ids} ids are possible.`)
    const wrong = ids.find(id => !isId(id)) as string | undefined
    if (wrong !== undefined) throw new Problem('malformed', `"${wrong.slice(0, 40)}" is no id.`)
  }
  for (const [key, list] of values) {
    const split = splitKey(key, resource)
    if (!split) {
      if (vocabulary(scope).has(key)) throw new Problem('field_not_filterable', `There is no field "${key.slice(0, 80)}" to filter, sort or search by.`)
      throw new Problem('unknown_parameter', `The parameter "${key.slice(0, 80)}" is not known.`)
    }
    where.push({ field: split.field, op: split.op, value: list.length === 1 ? list[0] : list })
  }
  return { where, q: q === '' ? undefined : q, sort, start, end, after, ids }
}

export function parseSort(fields: string | undefined, orders: string | undefined, resource: ResourceDefinition): Sort[] {
  if (fields === undefined) {
    if (orders !== undefined) throw new Problem('malformed', '_order without _sort.')
    const name = resource.list.sort
    return [{ field: name.replace(/^-/, ''), descending: name.startsWith('-') }]
  }
  const names = fields.split(',')
  const directions = orders === undefined ? names.map(() => 'asc') : orders.split(',')
  if (names.length > 5) throw new Problem('malformed', 'At most five fields can be sorted by.')
  if (directions.length !== names.length) throw new Problem('malformed', '_order must name asc or desc for each field of _sort.')
  return names.map((field, i) => {
    const direction = directions[i]!.toLowerCase()
    if (direction !== 'asc' && direction !== 'desc') throw new Problem('malformed', '_order is asc or desc.')
    return { field, descending: direction === 'desc' }
  })
}

/** One key of the order: its SQL, its direction, whether it may be null. */
export interface OrderKey { ref: RawBuilder<unknown>; descending: boolean; nullable: boolean; cast: string; name: string }

/** The order with `id` as last key, in the direction of the last field so that one index serves both ways. Checked against permission. */
export function orderKeys(sort: readonly Sort[], resource: ResourceDefinition, scope: Scope, alias: string): OrderKey[] {
  const keys: OrderKey[] = sort.filter((s, i) => sort.findIndex(o => o.field === s.field) === i).map(s => {
    if (s.field === 'id') return { ref: sql.ref(`${alias}.id`), descending: s.descending, nullable: false, cast: 'uuid', name: 'id' }
    const field = Object.hasOwn(resource.fields, s.field) ? resource.fields[s.field] : undefined
    if (!field || !field.sort || scope.access.field(resource, 'read', s.field) !== true)
      throw new Problem('field_not_filterable', `There is no field "${s.field.slice(0, 80)}" to filter, sort or search by.`)
    const cast = field.type === 'instant' ? 'timestamptz' : field.type === 'date' ? 'date' : field.type === 'decimal' ? 'numeric'
      : ['int', 'money', 'score'].includes(field.type) ? 'int8' : field.type === 'boolean' ? 'bool' : field.type === 'relation' ? 'uuid' : 'text'
    return { ref: reference(resource, s.field, alias, scope), descending: s.descending, nullable: field.nullable ?? false, cast, name: s.field }
  })
  if (!keys.some(k => k.name === 'id')) keys.push({ ref: sql.ref(`${alias}.id`), descending: keys.at(-1)?.descending ?? false, nullable: false, cast: 'uuid', name: 'id' })
  return keys
}

export const orderBy = (keys: readonly OrderKey[]): RawBuilder<unknown> =>
  sql.join(keys.map(k => k.nullable ? sql`${k.ref} ${sql.raw(k.descending ? 'desc' : 'asc')} nulls last` : sql`${k.ref} ${sql.raw(k.descending ? 'desc' : 'asc')}`))

const cursorOf = (values: unknown[]): string => Buffer.from(JSON.stringify(values)).toString('base64url')

/** The cursor of a row for this order, and the condition for the rows behind a cursor. */
export const keyset = {
  cursor(row: Record<string, unknown>, keys: readonly OrderKey[]): string {
    return cursorOf([keys.map(k => `${k.name}${k.descending ? '-' : '+'}`).join(','), ...keys.map((k, i) => {
      const v = k.name === 'id' ? row.id : row[`_k${i}`]
      return v === undefined ? null : v
    })])
  },
  /** Selected beside the row, as text so that nothing is lost on the way; the id is there anyway. Begins with a comma. */
  columns: (keys: readonly OrderKey[]): RawBuilder<unknown> => sql.join(keys.map((k, i) => k.name === 'id' ? sql`` : sql`, ${k.ref}::text as ${sql.ref(`_k${i}`)}`), sql``),
  behind(cursor: string, keys: readonly OrderKey[]): RawBuilder<boolean> {
    let values: unknown[]
    try { values = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')) } catch { throw new Problem('malformed', '_after is no cursor of this list.') }
    const shape = keys.map(k => `${k.name}${k.descending ? '-' : '+'}`).join(',')
    if (!Array.isArray(values) || values.length !== keys.length + 1 || values[0] !== shape || values.slice(1).some(v => v !== null && !(typeof v === 'string' && v.length <= 500)))
      throw new Problem('malformed', '_after is a cursor of another order of this list.')
    const at = (i: number) => sql`${values[i + 1]}::${sql.raw(keys[i]!.cast)}`
    const uniform = keys.every(k => !k.nullable && k.descending === keys[0]!.descending)
    if (uniform) {
      const left = sql.join(keys.map(k => k.ref)), right = sql.join(keys.map((_, i) => at(i)))
      return sql<boolean>`((${left}) ${sql.raw(keys[0]!.descending ? '<' : '>')} (${right}))`
    }
    // Mixed directions or nulls: spelled out. Nulls come last either way.
    const alternatives = keys.map((key, i) => {
      const same = keys.slice(0, i).map((k, j) => values[j + 1] === null ? sql`${k.ref} is null` : sql`${k.ref} = ${at(j)}`)
      const beyond = values[i + 1] === null ? sql`false`
        : key.nullable ? sql`(${key.ref} ${sql.raw(key.descending ? '<' : '>')} ${at(i)} or ${key.ref} is null)` : sql`${key.ref} ${sql.raw(key.descending ? '<' : '>')} ${at(i)}`
      return sql`(${sql.join([...same, beyond], sql` and `)})`
    })
    return sql<boolean>`(${sql.join(alternatives, sql` or `)})`
  },
}

export { columnOf }
