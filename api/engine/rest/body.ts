import { sql, type Kysely } from 'kysely'
import { columnOf, tableOf, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import type { Field } from '../../../resources/engine/fields.ts'
import { kindOf } from '../../../resources/engine/fields/index.ts'
import { toSql } from '../access.ts'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'
import { visibleRows } from '../where.ts'

export type Values = Record<string, any>

export function plainObject(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Problem('malformed', 'The body must be a JSON object.')
  return body as Record<string, unknown>
}

/** Is the field filled in by the API at all, for this verb? */
export const writable = (field: Field, verb: 'create' | 'update'): boolean => !field.readonly && !(verb === 'update' && field.immutable)

/**
 * Reads a body by the definition: every key must be a field that this person may write, every value of its type and within its rules. Collects all
 * complaints; 400 when a key or type is wrong, 422 when a rule is broken.
 */
export function readBody(ctx: Pick<Ctx, 'access'>, resource: ResourceDefinition, body: unknown, verb: 'create' | 'update'): Values {
  const given = plainObject(body)
  const errors: Record<string, string[]> = {}
  const closed: Record<string, string[]> = {}
  let malformed = false
  const values: Values = {}
  for (const [name, value] of Object.entries(given)) {
    const field = Object.hasOwn(resource.fields, name) ? resource.fields[name] : undefined
    if (!field || !writable(field, verb) || ctx.access.field(resource, verb, name) === false) { closed[name] = ['This field cannot be written.']; continue }
    const read = readValue(field, value)
    if ('error' in read) { errors[name] = [read.error]; malformed ||= read.malformed ?? false; continue }
    values[name] = read.ok
  }
  if (Object.keys(closed).length) throw new Problem('unwritable_field', `${Object.keys(closed).map(k => `"${k.slice(0, 60)}"`).join(', ')} cannot be written. Nothing was changed.`, { errors: closed })
  if (malformed) throw new Problem('malformed', Object.values(errors)[0]![0]!, { errors })
  if (verb === 'create') for (const [name, field] of Object.entries(resource.fields)) {
    if (name in values || errors[name] || !writable(field, 'create')) continue
    if (field.default !== undefined) values[name] = field.default
    else if (!field.nullable && field.type !== 'tags') errors[name] = [`${field.label} is missing.`]
  }
  if (!Object.keys(errors).length) for (const [name, sentence] of Object.entries(resource.form?.check?.(values) ?? {})) errors[name] = [sentence]
  if (Object.keys(errors).length) throw new Problem('unprocessable', Object.values(errors)[0]![0]!, { errors })
  return values
}

export function readValue(field: Field, value: unknown): { ok: unknown } | { error: string; malformed?: true } {
  if (value === null || (value === '' && field.nullable && field.type !== 'json')) return field.nullable ? { ok: null } : { error: `${field.label} is missing.` }
  return kindOf(field).accept(value, field)
}

/** Relations must point at rows that exist and that the person may see; both failures sound the same. */
export async function checkRelations(ctx: Ctx, db: Kysely<any>, resource: ResourceDefinition, values: Values): Promise<void> {
  const errors: Record<string, string[]> = {}
  for (const [name, value] of Object.entries(values)) {
    const field = resource.fields[name]!
    if (field.type !== 'relation' || value === null) continue
    const target = ctx.registry.named(field.resource)
    const visible = target ? visibleRows(target, ctx.access) : false
    const found = target && visible !== false
      && (await sql`select 1 from ${sql.table(tableOf(target))} as t where t.id = ${value} and ${toSql(visible, 't')}`.execute(db)).rows.length > 0
    if (!found) errors[name] = [`${field.label}: there is no such ${(target?.label[0] ?? 'row').toLowerCase()}.`]
  }
  if (Object.keys(errors).length) throw new Problem('unprocessable', Object.values(errors)[0]![0]!, { errors })
}

/** Field values as columns, with casts that a parameter needs. */
export const toColumns = (resource: ResourceDefinition, values: Values): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => {
    const field = resource.fields[name]!
    return [columnOf(name, field), field.type === 'json' && value !== null ? JSON.stringify(value) : value]
  }))

/** A broken unique index or foreign key as a sentence at its field. */
export function constraintProblem(error: unknown, resource: ResourceDefinition): Problem | undefined {
  const { code, constraint, detail } = error as { code?: string; constraint?: string; detail?: string }
  if (code === '23505') {
    const columns = (/\(([^=]*)\)=/.exec(detail ?? '')?.[1] ?? '').split(', ').map(c => c.replace(/^lower\((.*)\)$/, '$1').replace(/::\w+/, ''))
    const hit = Object.entries(resource.fields).filter(([name, field]) => columns.includes(columnOf(name, field)) || constraint?.endsWith(`_${columnOf(name, field)}`))
    const fields = hit.length ? hit : [[resource.title, resource.fields[resource.title]!] as const]
    const sentence = `Another ${resource.label[0].toLowerCase()} already has this ${fields.map(([, field]) => field.label.toLowerCase()).join(', ')}.`
    return new Problem('unprocessable', sentence, { errors: { [fields[0]![0]]: [sentence] } })
  }
  if (code === '23514' || code === '23503' || code === '23502') return new Problem('unprocessable', 'A value breaks a rule of the database. Nothing was changed.', { cause: error })
  return undefined
}
