import { sql, type RawBuilder } from 'kysely'
import { columnOf, snake, tableOf, type FilterObject, type ResourceDefinition } from '../../resources/engine/define-resource.ts'
import type { Field } from '../../resources/engine/fields.ts'
import { isLeaf, limits, operatorsOf, suffixes, type Leaf, type Operator, type Where } from '../../resources/engine/filter-grammar.ts'
import { kindOf } from '../../resources/engine/fields/index.ts'
import { isDay } from '../../resources/engine/fields/date.ts'
import { withDays } from '../../resources/engine/relative-days.ts'
import { and, toSql, type Access, type Predicate } from './access.ts'
import { Problem } from './errors.ts'
import type { Registry } from './registry.ts'

export interface Scope { access: Access; registry: Registry; timeZone: string }

const refuse = (name: string): never => {
  throw new Problem('field_not_filterable', `There is no field "${name.slice(0, 80)}" to filter, sort or search by.`)
}

/** A parameter such as `mrr_gte` as field and operator: the exact field name first, then field and suffix. */
export function splitKey(key: string, resource: ResourceDefinition): { field: string; op: Operator } | undefined {
  if (key in resource.fields || key === 'id') return { field: key, op: 'eq' }
  for (const op of suffixes) if (key.endsWith(`_${op}`)) return { field: key.slice(0, -op.length - 1), op }
  if (/^[a-z][A-Za-z0-9]*\.[a-z][A-Za-z0-9]*$/.test(key)) return { field: key, op: 'eq' }
  return undefined
}

/** A filter object of a body, a view or a saved filter as one condition. Values may be JSON typed or strings. */
export function fromFilterObject(filter: FilterObject | Record<string, unknown>, resource: ResourceDefinition): Where {
  const parts: Where[] = []
  for (const [key, value] of Object.entries(filter)) {
    if (key === '_where') { parts.push(parseWhere(value)); continue }
    const split = splitKey(key, resource) ?? refuse(key)
    parts.push({ field: split.field, op: split.op, value })
  }
  return { and: parts }
}

/** Nested conditions from `_where`: JSON text or an object, bounded in depth and number. */
export function parseWhere(input: unknown): Where {
  let value = input
  if (typeof input === 'string') { try { value = JSON.parse(input) } catch { throw new Problem('malformed', '_where is no JSON.') } }
  let leaves = 0
  const read = (node: unknown, depth: number): Where => {
    if (typeof node !== 'object' || node === null || Array.isArray(node)) throw new Problem('malformed', '_where must be an object with "and", "or" or "field", "op", "value".')
    const keys = Object.keys(node)
    if (keys.length === 1 && (keys[0] === 'and' || keys[0] === 'or')) {
      if (depth >= limits.depth) throw new Problem('malformed', `_where may be nested ${limits.depth} deep.`)
      const list = (node as Record<string, unknown>)[keys[0]]
      if (!Array.isArray(list)) throw new Problem('malformed', `_where: "${keys[0]}" must be a list.`)
      const parts = list.map(n => read(n, depth + 1))
      return keys[0] === 'and' ? { and: parts } : { or: parts }
    }
    const { field, op, value: v, ...rest } = node as Record<string, unknown>
    if (typeof field !== 'string' || typeof op !== 'string' || Object.keys(rest).length) throw new Problem('malformed', '_where: a condition has exactly "field", "op" and "value".')
    if (++leaves > limits.leaves) throw new Problem('malformed', `_where may hold ${limits.leaves} conditions.`)
    return { field, op: op as Operator, value: v }
  }
  return read(value, 0)
}

/** A condition tree as SQL over the rows of `alias`. Every field is checked: that it exists, may be read, and understands the operator. */
export function compileWhere(where: Where, resource: ResourceDefinition, scope: Scope, alias: string): RawBuilder<boolean> {
  if (isLeaf(where)) return leaf(where, resource, scope, alias)
  const parts = ('and' in where ? where.and : where.or).map(w => compileWhere(w, resource, scope, alias))
  if (!parts.length) return sql<boolean>`true`
  return 'and' in where ? sql<boolean>`(${sql.join(parts, sql` and `)})` : sql<boolean>`(${sql.join(parts, sql` or `)})`
}

const idField: Field = { type: 'relation', label: 'Id', resource: '' }

function leaf(l: Leaf, resource: ResourceDefinition, scope: Scope, alias: string): RawBuilder<boolean> {
  const dot = l.field.indexOf('.')
  if (dot > 0) return throughRelation(l, dot, resource, scope, alias)
  const field = l.field === 'id' ? idField : Object.hasOwn(resource.fields, l.field) ? resource.fields[l.field]! : refuse(l.field)
  const readable: Predicate = l.field === 'id' ? true : scope.access.field(resource, 'read', l.field)
  if (readable === false || field.filter === false || !operatorsOf[field.type].length) refuse(l.field)
  if (!operatorsOf[field.type].includes(l.op)) throw new Problem('malformed', `${field.label} cannot be compared with "${String(l.op).slice(0, 20)}".`)
  const days = field.type === 'instant' || field.type === 'date' ? withDays(l, today(scope.timeZone)) : undefined
  if (days) return compileWhere(days, resource, scope, alias)
  const ref = l.field === 'id' ? sql.ref(`${alias}.id`) : reference(resource, l.field, alias, scope)
  const compared = compare(ref, field, l.op, meant(l.value, field, scope), scope.timeZone)
  return readable === true ? compared : sql<boolean>`(${toSql(readable, alias)} and ${compared})`
}

function throughRelation(l: Leaf, dot: number, resource: ResourceDefinition, scope: Scope, alias: string): RawBuilder<boolean> {
  const name = `${l.field.slice(0, dot)}Id`, rest = l.field.slice(dot + 1)
  const field = Object.hasOwn(resource.fields, name) ? resource.fields[name] : undefined
  if (!field || field.type !== 'relation' || !field.paths?.includes(rest) || scope.access.field(resource, 'read', name) === false) return refuse(l.field)
  const target = scope.registry.named(field.resource)
  if (!target) return refuse(l.field)
  const rows = scope.access.rows(target, 'read')
  if (rows === false || scope.access.field(target, 'read', rest) === false) return refuse(l.field)
  const inner = `${alias}_${snake(l.field.slice(0, dot))}`
  return sql<boolean>`exists (select 1 from ${sql.table(tableOf(target))} as ${sql.ref(inner)} where ${sql.ref(`${inner}.id`)} = ${sql.ref(`${alias}.${columnOf(name, field)}`)}
    and ${toSql(rows, inner)} and ${leaf({ field: rest, op: l.op, value: l.value }, target, scope, inner)})`
}

const calendars = new Map<string, Intl.DateTimeFormat>()
/** The present day in a zone. */
const today = (zone: string): string => {
  let calendar = calendars.get(zone)
  if (!calendar) calendars.set(zone, calendar = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' }))
  return calendar.format(new Date())
}

/** Words of a filter whose value is known only when it is used: `$me` for people, `$now`, `$now+7d`, `$now-12h` for moments (to the minute, so that totals can be kept). Whole days such as `$month-1`: relative-days.ts. */
function meant(value: unknown, field: Field, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map(v => meant(v, field, scope))
  if (typeof value !== 'string' || !value.startsWith('$')) return value
  if (value === '$me' && field.type === 'relation' && field.resource === 'people') return scope.access.person.id
  const now = field.type === 'instant' ? /^\$now(?:([+-])(\d{1,4})([dh]))?$/.exec(value) : null
  if (!now) return value
  const shift = Number(now[2] ?? 0) * (now[3] === 'h' ? 3_600_000 : 86_400_000) * (now[1] === '-' ? -1 : 1)
  return new Date(Math.floor((Date.now() + shift) / 60_000) * 60_000).toISOString()
}

/** A field as SQL: its column, or the expression its domain computes it by. */
export function reference(resource: ResourceDefinition, name: string, alias: string, scope: { registry: Registry }): RawBuilder<unknown> {
  const computed = scope.registry.server(resource.name).computed?.[name]
  return computed ? computed(alias) : sql`${sql.ref(`${alias}.${columnOf(name, resource.fields[name]!)}`)}`
}

function one(value: unknown, field: Field): unknown {
  if (value === null || typeof value === 'object') throw new Problem('malformed', `${field.label}: a single value is expected.`)
  const text = String(value)
  if (text.length > limits.text) throw new Problem('malformed', `${field.label}: the value is longer than ${limits.text} characters.`)
  const read = kindOf(field).fromText(text, field)
  if ('error' in read) throw new Problem('malformed', read.error)
  return read.ok
}

function many(value: unknown, field: Field): unknown[] {
  const list = Array.isArray(value) ? value : [value]
  if (list.length > limits.values) throw new Problem('malformed', `${field.label}: at most ${limits.values} values are possible.`)
  return list.map(v => one(v, field))
}

const like = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('%', '\\%').replaceAll('_', '\\_')

function compare(ref: RawBuilder<unknown>, field: Field, op: Operator, value: unknown, zone: string): RawBuilder<boolean> {
  if (op === 'null') {
    const wanted = Array.isArray(value) ? value[0] : value
    if (!['true', 'false'].includes(String(wanted))) throw new Problem('malformed', `${field.label}: "null" takes true or false.`)
    const empty = field.type === 'tags' ? sql<boolean>`(${ref} = '{}')` : sql<boolean>`(${ref} is null)`
    return String(wanted) === 'true' ? empty : sql<boolean>`(not ${empty})`
  }
  if (field.type === 'tags') return compareTags(ref, op, many(value, field) as string[])
  if (field.type === 'instant') return compareInstant(ref, field, op, value, zone)
  const cast = sql.raw(kindOf(field).sql)
  const p = (v: unknown) => sql`${v}::${cast}`
  switch (op) {
    case 'in': return sql<boolean>`(${ref} = any(${many(value, field)}::${cast}[]))`
    case 'nin': return sql<boolean>`(${ref} is null or not ${ref} = any(${many(value, field)}::${cast}[]))`
    case 'between': {
      const [low, high] = pair(value, field)
      return sql<boolean>`(${ref} >= ${p(low)} and ${ref} <= ${p(high)})`
    }
    default: break
  }
  if (Array.isArray(value) && value.length > 1 && op === 'eq') return sql<boolean>`(${ref} = any(${many(value, field)}::${cast}[]))`
  const v = one(Array.isArray(value) ? value.length === 1 ? value[0] : value : value, field)
  switch (op) {
    case 'eq': return sql<boolean>`(${ref} = ${p(v)})`
    case 'ne': return sql<boolean>`(${ref} is distinct from ${p(v)})`
    case 'lt': return sql<boolean>`(${ref} < ${p(v)})`
    case 'lte': return sql<boolean>`(${ref} <= ${p(v)})`
    case 'gt': return sql<boolean>`(${ref} > ${p(v)})`
    case 'gte': return sql<boolean>`(${ref} >= ${p(v)})`
    case 'like': return sql<boolean>`(${ref} ilike ${`%${like(String(v))}%`})`
    case 'nlike': return sql<boolean>`(${ref} is null or ${ref} not ilike ${`%${like(String(v))}%`})`
    case 'starts': return sql<boolean>`(${ref} ilike ${`${like(String(v))}%`})`
    case 'ends': return sql<boolean>`(${ref} ilike ${`%${like(String(v))}`})`
    default: throw new Problem('malformed', `${field.label} cannot be compared with "${op}".`)
  }
}

function pair(value: unknown, field: Field): [unknown, unknown] {
  const list = Array.isArray(value) ? value : [value]
  if (list.length !== 2) throw new Problem('malformed', `${field.label}: "between" takes two values.`)
  return [one(list[0], field), one(list[1], field)]
}

function compareTags(ref: RawBuilder<unknown>, op: Operator, values: string[]): RawBuilder<boolean> {
  switch (op) {
    case 'eq': return sql<boolean>`(${ref} @> ${values}::text[])`
    case 'ne': return sql<boolean>`(not ${ref} @> ${values}::text[])`
    case 'in': return sql<boolean>`(${ref} && ${values}::text[])`
    default: return sql<boolean>`(not ${ref} && ${values}::text[])`
  }
}

/** A bare day on an instant is that whole day in the book's zone; anything else is its millisecond, since that is what answers show. */
function compareInstant(ref: RawBuilder<unknown>, field: Field, op: Operator, value: unknown, zone: string): RawBuilder<boolean> {
  const start = (v: string) => isDay(v) ? sql`(${v}::date::timestamp at time zone ${zone})` : sql`${v}::timestamptz`
  const end = (v: string) => isDay(v) ? sql`((${v}::date + 1)::timestamp at time zone ${zone})` : sql`(${v}::timestamptz + interval '1 millisecond')`
  const on = (v: string) => sql<boolean>`(${ref} >= ${start(v)} and ${ref} < ${end(v)})`
  const until = (v: string) => sql<boolean>`(${ref} < ${end(v)})`
  if (op === 'between') {
    const [low, high] = pair(value, field) as [string, string]
    return sql<boolean>`(${ref} >= ${start(low)} and ${until(high)})`
  }
  const list = many(value, field) as string[]
  const any = sql<boolean>`(${sql.join(list.map(on), sql` or `)})`
  if (op === 'in') return any
  if (op === 'nin') return sql<boolean>`(${ref} is null or not ${any})`
  if (list.length !== 1) throw new Problem('malformed', `${field.label}: a single value is expected.`)
  const v = list[0]!
  switch (op) {
    case 'eq': return on(v)
    case 'ne': return sql<boolean>`(${ref} is null or not ${on(v)})`
    case 'lt': return sql<boolean>`(${ref} < ${start(v)})`
    case 'lte': return until(v)
    case 'gt': return sql<boolean>`(${ref} >= ${end(v)})`
    default: return sql<boolean>`(${ref} >= ${start(v)})`
  }
}

/** The text begins so, in any case; `%` and `_` are themselves. */
export const beginsWith = (ref: RawBuilder<unknown>, text: string): RawBuilder<boolean> => sql<boolean>`(${ref} ilike ${`${like(text)}%`})`

/** `q`: any searchable, always readable field contains the text. One or two letters look at beginnings only (no trigram serves them). */
export function compileSearch(q: string, resource: ResourceDefinition, scope: Scope, alias: string): RawBuilder<boolean> {
  if (q.length > limits.text || q.includes('\u0000') || !q.isWellFormed()) throw new Problem('malformed', `q must be text of at most ${limits.text} characters.`)
  const fields = Object.entries(resource.fields).filter(([name, field]) => field.search && scope.access.field(resource, 'read', name) === true).map(([name]) => name)
  if (!fields.length) refuse('q')
  const pattern = q.trim().length < 3 ? `${like(q.trim())}%` : `%${like(q.trim())}%`
  return sql<boolean>`(${sql.join(fields.map(name => sql`${reference(resource, name, alias, scope)} ilike ${pattern}`), sql` or `)})`
}

/** Rows of this resource that the person may see at all: permission, the definition's own fixed filter, not soft-deleted. */
export function visibleRows(resource: ResourceDefinition, access: Access, verb = 'read', withDeleted = false): Predicate {
  const only: Predicate = resource.only
    ? alias => sql<boolean>`(${sql.join(Object.entries(resource.only!).map(([column, v]) => v === null ? sql`${sql.ref(`${alias}.${snake(column)}`)} is null` : sql`${sql.ref(`${alias}.${snake(column)}`)} = ${sql.lit(v)}`), sql` and `)})`
    : true
  const living: Predicate = resource.softDelete && !withDeleted ? alias => sql<boolean>`${sql.ref(`${alias}.deleted_at`)} is null` : true
  return and(and(access.rows(resource, verb), only), living)
}
