import { sql, type RawBuilder } from 'kysely'
import { createHash } from 'node:crypto'
import { tableOf, type FilterObject, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import type { ListSummary } from '../../../resources/engine/manifest.ts'
import { toSql } from '../access.ts'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'
import { compileSearch, compileWhere, fromFilterObject, reference, visibleRows } from '../where.ts'
import { keyset, orderBy, orderKeys, parseListQuery, type ListQuery } from './query.ts'
import { present, selection } from './select.ts'

const alias = 't'

export interface ListAnswer { rows: Record<string, unknown>[]; total: number; exact: boolean; next: string | undefined }

/** The rows a query matches, as one SQL condition: permission, fixed filter, the person's filter, search. */
export function matching(ctx: Ctx, resource: ResourceDefinition, query: Pick<ListQuery, 'where' | 'q' | 'ids'>): RawBuilder<boolean> {
  const scope = { access: ctx.access, registry: ctx.registry, timeZone: ctx.config.book.timeZone }
  const parts: RawBuilder<boolean>[] = []
  const visible = visibleRows(resource, ctx.access)
  if (visible === false) throw new Problem('forbidden', `Your role, ${ctx.access.role.label.toLowerCase()}, has no access to ${resource.label[1].toLowerCase()}.`)
  if (visible !== true) parts.push(toSql(visible, alias))
  for (const w of query.where) parts.push(compileWhere(w, resource, scope, alias))
  if (query.q !== undefined) parts.push(compileSearch(query.q, resource, scope, alias))
  if (query.ids) parts.push(sql<boolean>`${sql.ref(`${alias}.id`)} = any(${query.ids}::uuid[])`)
  return parts.length ? sql<boolean>`${sql.join(parts, sql` and `)}` : sql<boolean>`true`
}

/** GET /r: a page of rows, its total, and the cursor of the next page. Two statements, run side by side. */
export async function list(ctx: Ctx, resource: ResourceDefinition, params: URLSearchParams): Promise<ListAnswer> {
  const scope = { access: ctx.access, registry: ctx.registry, timeZone: ctx.config.book.timeZone }
  const query = parseListQuery(params, resource, scope)
  const where = matching(ctx, resource, query)
  const keys = orderKeys(query.sort, resource, scope, alias)
  const { columns, conditional } = selection(resource, ctx.access, ctx.registry, alias, true)
  const size = query.ids ? query.ids.length : query.end - query.start
  const behind = query.after === undefined ? sql`` : sql` and ${keyset.behind(query.after, keys)}`
  const page = size === 0 ? Promise.resolve({ rows: [] as Record<string, unknown>[] }) : sql<Record<string, unknown>>`
    select ${columns}${keyset.columns(keys)} from ${sql.table(tableOf(resource))} as ${sql.ref(alias)}
    where ${where}${behind} order by ${orderBy(keys)} limit ${size + (query.ids ? 0 : 1)} offset ${query.after === undefined && !query.ids ? query.start : 0}`.execute(ctx.db)
  const [{ rows }, total] = await Promise.all([page, countOf(ctx, resource, where)])
  const more = !query.ids && rows.length > size
  const shown = more ? rows.slice(0, size) : rows
  const next = more ? keyset.cursor(shown.at(-1)!, keys) : undefined
  return { rows: shown.map(row => present(row, conditional, keys.length)), total: total.value, exact: total.exact, next }
}

/** How many rows match: exact, remembered while that is dear; or the planner's estimate where the definition says so and the table is large. */
export async function countOf(ctx: Ctx, resource: ResourceDefinition, where: RawBuilder<boolean>): Promise<{ value: number; exact: boolean }> {
  const table = tableOf(resource)
  const from = sql`from ${sql.table(table)} as ${sql.ref(alias)} where ${where}`
  if (resource.list.total === 'estimate') {
    const estimate = sql`explain (format json) select 1 ${from}`.execute(ctx.db).then(r => Number((r.rows[0] as any)['QUERY PLAN'][0].Plan['Plan Rows']))
    const rows = await estimate
    if (rows > 50_000) return { value: rows, exact: false }
  }
  const compiled = sql`${from}`.compile(ctx.db)
  const key = `${table} ${createHash('sha1').update(compiled.sql).update(JSON.stringify(compiled.parameters)).digest('base64')}`
  const value = await ctx.totals.get(table, key, async () => {
    const { rows: [row] } = await sql<{ n: number }>`select count(*) as n ${from}`.execute(ctx.db)
    return row!.n
  })
  return { value, exact: true }
}

/** GET /r/summary: the total and the sums of what the filter leaves, and the size of each scope tab. */
export async function summary(ctx: Ctx, resource: ResourceDefinition, params: URLSearchParams): Promise<ListSummary> {
  const scope = { access: ctx.access, registry: ctx.registry, timeZone: ctx.config.book.timeZone }
  const query = parseListQuery(params, resource, scope)
  const where = matching(ctx, resource, query)
  const table = sql.table(tableOf(resource)), t = sql.ref(alias)
  const sums = (resource.list.sums ?? []).filter(name => ctx.access.field(resource, 'read', name) === true)
  const views = viewsOf(ctx, resource)
  const all = matching(ctx, resource, { where: [], q: undefined, ids: undefined })
  const compiledViews = views.map(([name, filter]) => sql`count(*) filter (where ${compileWhere(fromFilterObject(filter, resource), resource, scope, alias)}) as ${sql.ref(name)}`)
  const [total, sumRow, viewRow] = await Promise.all([
    countOf(ctx, resource, where),
    sums.length ? sql<Record<string, string | null>>`select ${sql.join(sums.map(name => sql`round(sum(${exactly(resource, name, ctx)}))::text as ${sql.ref(name)}`))} from ${table} as ${t} where ${where}`.execute(ctx.db) : null,
    tabCounts(ctx, resource, sql`select ${sql.join([sql`count(*) as "all"`, ...compiledViews])} from ${table} as ${t} where ${all}`, ['all', ...views.map(([name]) => name)]),
  ])
  return {
    total: total.value, exact: total.exact, views: viewRow,
    sums: Object.fromEntries(sums.map(name => [name, Number(sumRow?.rows[0]?.[name] ?? 0)])),
  }
}

/** Sizes of all tabs in one statement, kept like totals: each under its own key, counted together when one is asked for. */
async function tabCounts(ctx: Ctx, resource: ResourceDefinition, query: RawBuilder<Record<string, number>>, names: string[]): Promise<Record<string, number>> {
  const { sql: text, parameters } = query.compile(ctx.db)
  const key = `tabs ${createHash('sha1').update(text).update(JSON.stringify(parameters)).digest('base64')}`
  let together: Promise<Record<string, number>> | undefined
  const count = () => together ??= query.execute(ctx.db).then(r => r.rows[0]!)
  return Object.fromEntries(await Promise.all(names.map(async name => [name, await ctx.totals.get(tableOf(resource), `${key} ${name}`, async () => (await count())[name]!)] as const)))
}

/** What a sum goes over: the unrounded column where the definition names one. */
const exactly = (resource: ResourceDefinition, name: string, ctx: Pick<Ctx, 'registry'>): RawBuilder<unknown> => {
  const field = resource.fields[name]!
  return field.type === 'money' && field.exact ? sql.ref(`${alias}.${field.exact}`) : reference(resource, name, alias, ctx)
}

/** The scope tabs this person can see: those whose every field may be read. */
export function viewsOf(ctx: Pick<Ctx, 'access' | 'registry' | 'config'>, resource: ResourceDefinition): [string, FilterObject][] {
  const scope = { access: ctx.access, registry: ctx.registry, timeZone: ctx.config.book.timeZone }
  return Object.entries(resource.list.views ?? {}).filter(([, view]) => {
    try { compileWhere(fromFilterObject(view.filter, resource), resource, scope, alias); return true } catch { return false }
  }).map(([name, view]) => [name, view.filter])
}
