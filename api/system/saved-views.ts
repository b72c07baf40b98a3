import { sql } from 'kysely'
import type { ResourceDefinition } from '../../resources/engine/define-resource.ts'
import { isLeaf, limits, type Where } from '../../resources/engine/filter-grammar.ts'
import { roles } from '../../resources/roles.ts'
import { Access } from '../engine/access.ts'
import type { Ctx } from '../engine/context.ts'
import { Problem } from '../engine/errors.ts'
import type { ResourceServer } from '../engine/registry.ts'
import { orderKeys } from '../engine/rest/query.ts'
import { compileSearch, compileWhere, fromFilterObject, type Scope } from '../engine/where.ts'

/** Views of one person, columns of a view, bytes of its filters, width of a column in px. */
export const viewLimits = { each: 200, columns: 60, bytes: 16_384, width: [40, 1200] } as const

const wrong = (field: string, sentence: string): Problem => new Problem('unprocessable', sentence, { errors: { [field]: [sentence] } })

/** The same complaint, with the field of the view it is about. */
const at = <T>(field: string, act: () => T): T => {
  try { return act() } catch (error) {
    if (error instanceof Problem) throw new Problem(error.code, error.message, { errors: { [field]: [error.message] } })
    throw error
  }
}

const leavesOf = (where: Where): string[] => isLeaf(where) ? [where.field] : ('and' in where ? where.and : where.or).flatMap(leavesOf)

/** Reads filters as a list would, with the rights of `scope`; answers the fields they name. */
export function readFilters(filters: unknown, resource: ResourceDefinition, scope: Scope): string[] {
  if (typeof filters !== 'object' || filters === null || Array.isArray(filters)) throw new Problem('unprocessable', 'Filters are an object such as { "status": "active" }.')
  if (Buffer.byteLength(JSON.stringify(filters)) > viewLimits.bytes) throw new Problem('unprocessable', `The filters of a view have at most ${viewLimits.bytes / 1024} kB.`)
  const { q, ...rest } = filters as Record<string, unknown>
  if (q !== undefined) {
    if (typeof q !== 'string') throw new Problem('malformed', 'q must be text.')
    if (q !== '') compileSearch(q, resource, scope, 't')
  }
  const where = fromFilterObject(rest, resource)
  const names = leavesOf(where)
  if (names.length > limits.leaves) throw new Problem('unprocessable', `A view may hold ${limits.leaves} conditions.`)
  compileWhere(where, resource, scope, 't')
  return names
}

function readSort(sort: unknown, resource: ResourceDefinition, scope: Scope): string[] {
  if (!Array.isArray(sort) || sort.length > 5) throw new Problem('unprocessable', 'The order is a list of at most five { "field", "order" }.')
  const keys = sort.map((s: unknown) => {
    const { field, order, ...more } = (typeof s === 'object' && s !== null ? s : {}) as Record<string, unknown>
    if (typeof field !== 'string' || (order !== 'asc' && order !== 'desc') || Object.keys(more).length) throw new Problem('unprocessable', 'Each part of the order is { "field", "order" }, and order is asc or desc.')
    return { field, descending: order === 'desc' }
  })
  if (keys.length) orderKeys(keys, resource, scope, 't')
  return keys.map(k => k.field)
}

/** Columns by name, and widths of columns in px; every field must be one this person may read in a list. */
function readColumns(columns: unknown, widths: unknown, resource: ResourceDefinition, access: Access): string[] {
  const known = (field: string, name: unknown) => {
    if (typeof name !== 'string' || !Object.hasOwn(resource.fields, name) || resource.fields[name]!.heavy || access.field(resource, 'read', name) === false) throw wrong(field, `There is no column "${String(name).slice(0, 80)}".`)
    return name
  }
  if (columns !== null && (!Array.isArray(columns) || !columns.length || columns.length > viewLimits.columns || new Set(columns).size !== columns.length)) throw wrong('columns', `Columns are a list of at most ${viewLimits.columns} different fields.`)
  if (widths !== null && (typeof widths !== 'object' || Array.isArray(widths) || Object.keys(widths as object).length > viewLimits.columns)) throw wrong('widths', 'Widths are an object such as { "name": 260 }.')
  const [least, most] = viewLimits.width
  for (const width of Object.values(widths ?? {})) if (!Number.isInteger(width) || width < least || width > most) throw wrong('widths', `A width is a whole number from ${least} to ${most}.`)
  return [...(columns as unknown[] ?? []).map(name => known('columns', name)), ...Object.keys(widths ?? {}).map(name => known('widths', name))]
}

interface Row { resource: string; share: string; role: string; default_for: string | null; owner_id: string; filters: unknown; sort: unknown; columns: unknown; widths: unknown }

/** A default must be theirs to see, whole: with the rights of the role that finds the list so. */
function checkDefault(ctx: Ctx, row: Row, resource: ResourceDefinition): void {
  const name = row.default_for!, role = roles[name]!
  if (row.share !== 'all' && !(row.share === 'role' && row.role === name)) throw wrong('defaultFor', `Share the view with ${role.label} or everybody before it can open first for them.`)
  const access = new Access({ id: ctx.actor.id ?? row.owner_id, role: name, rowScope: null }, role, ctx.registry.resources)
  const scope = { access, registry: ctx.registry, timeZone: ctx.config.book.timeZone }
  try {
    if (!access.may(resource, 'read')) throw new Problem('forbidden', '')
    readFilters(row.filters, resource, scope)
    readSort(row.sort, resource, scope)
  } catch (error) {
    if (error instanceof Problem) throw wrong('defaultFor', `${role.label} may not read everything this view asks for, so it cannot open first for them.`)
    throw error
  }
}

/** Holds a view to what its writer may ask of the list, and keeps the names of fields it uses. */
const keepView: NonNullable<ResourceServer['afterWrite']> = async (ctx, trx, { id, verb, values }) => {
  if (verb === 'delete' || verb === 'restore') return
  const { rows } = await sql<Row & { n: number }>`select v.*, (select count(*)::int from saved_views o where o.owner_id = v.owner_id and o.deleted_at is null) as n from saved_views v where v.id = ${id}`.execute(trx)
  const row = rows[0]!, resource = ctx.registry.named(row.resource)
  if (verb === 'create' && row.n > viewLimits.each) throw wrong('name', `One person keeps at most ${viewLimits.each} views. Remove one first.`)
  if (!resource || !ctx.access.may(resource, 'read')) throw wrong('resource', `There is no list "${row.resource.slice(0, 60)}".`)
  const scope = { access: ctx.access, registry: ctx.registry, timeZone: ctx.config.book.timeZone }
  const touched = (...names: string[]) => verb === 'create' || names.some(name => name in values)
  if (touched('filters', 'sort')) {
    const names = [...at('filters', () => readFilters(row.filters, resource, scope)), ...at('sort', () => readSort(row.sort, resource, scope))]
    await sql`update saved_views set filter_names = ${[...new Set(names)]}::text[] where id = ${id}`.execute(trx)
  }
  if (touched('columns', 'widths')) await sql`update saved_views set column_names = ${[...new Set(readColumns(row.columns, row.widths, resource, ctx.access))]}::text[] where id = ${id}`.execute(trx)
  if (row.default_for && touched('defaultFor', 'share', 'role', 'filters', 'sort')) checkDefault(ctx, row, resource)
}

export const savedViews: ResourceServer = {
  columns: ({ before, values, actorId }) => ({
    ...(before ? {} : { owner_id: actorId }),
    ...(values.role || (before && !('share' in values) && !('role' in values)) ? {} : { role: sql`(select role from staff where id = ${before?.ownerId ?? actorId})` }),
    ...(values.filters === null ? { filters: '{}' } : {}),
    ...(values.sort === null ? { sort: '[]' } : {}),
  }),
  afterWrite: keepView,
}
