import { sql, type RawBuilder } from 'kysely'
import { tableOf, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import { limits } from '../../../resources/engine/filter-grammar.ts'
import { toSql } from '../access.ts'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'
import { isId } from '../ids.ts'
import { beginsWith, compileSearch, reference, visibleRows } from '../where.ts'

export interface Found { resource: string; id: string; title: string; subtitle: string | null }

/** Rows of one resource, rows in all, and how many that match are looked at before the best are chosen. */
export const searchLimits = { each: 5, all: 40, looked: 200 } as const

const alias = 't'
const always = (ctx: Ctx, resource: ResourceDefinition, name: string | undefined): name is string => name !== undefined && name in resource.fields && ctx.access.field(resource, 'read', name) === true

/** What of a resource can be found by this person: by its readable searched fields, shown by a readable title. */
function part(ctx: Ctx, resource: ResourceDefinition, q: string, place: number): RawBuilder<Found> | undefined {
  const visible = visibleRows(resource, ctx.access)
  const searched = Object.entries(resource.fields).some(([name, field]) => field.search && always(ctx, resource, name))
  if (visible === false || !searched || !always(ctx, resource, resource.title)) return undefined
  const scope = { access: ctx.access, registry: ctx.registry, timeZone: ctx.config.book.timeZone }
  const ref = (name: string) => reference(resource, name, alias, scope)
  const title = ref(resource.title)
  const subtitle = always(ctx, resource, resource.subtitle) ? sql`left((${ref(resource.subtitle)})::text, 200)` : sql`null::text`
  const from = (condition: RawBuilder<boolean>, most: number) => sql`(select ${sql.ref(`${alias}.id`)} as id, left((${title})::text, 200) as title, ${subtitle} as subtitle
    from ${sql.table(tableOf(resource))} as ${sql.ref(alias)} where ${toSql(visible, alias)} and ${condition} limit ${most})`
  const known = isId(q) ? sql<boolean>`(${compileSearch(q, resource, scope, alias)} or ${sql.ref(`${alias}.id`)} = ${q})` : compileSearch(q, resource, scope, alias)
  // what begins with the words is looked for by itself, so that many other matches do not crowd it out
  const begins = resource.fields[resource.title]!.search ? sql`${from(beginsWith(title, q), searchLimits.each * 4)} union ` : sql``
  return sql<Found>`(select ${place}::int as place, ${resource.name} as resource, id, title, subtitle from (${begins}${from(known, searchLimits.looked)}) m
    order by lower(title) = lower(${q}) desc nulls last, (${beginsWith(sql`title`, q)}) desc nulls last, length(title), title, id limit ${searchLimits.each})`
}

/** GET /search?q=: rows of everything one may read, by title and the other searched fields; one statement. Fields and rows that may not be read never match. */
export async function search(ctx: Ctx, params: URLSearchParams): Promise<Found[]> {
  for (const key of params.keys()) if (key !== 'q') throw new Problem('unknown_parameter', `The parameter "${key.slice(0, 80)}" is not known.`)
  const given = params.getAll('q')
  if (given.length !== 1) throw new Problem('malformed', given.length ? 'q is given more than once.' : 'Say what to look for: q.')
  const q = given[0]!.trim()
  if (given[0]!.length > limits.text || !q.isWellFormed() || q.includes('\u0000')) throw new Problem('malformed', `q must be text of at most ${limits.text} characters.`)
  if (!q) return []
  const parts = ctx.registry.resources.map((r, i) => part(ctx, r, q, i)).filter(p => p !== undefined)
  if (!parts.length) return []
  const { rows } = await sql<Found>`select resource, id, title, subtitle from (${sql.join(parts, sql` union all `)}) found order by place limit ${searchLimits.all}`.execute(ctx.db)
  return rows.map(r => ({ resource: r.resource, id: r.id, title: r.title ?? '', subtitle: r.subtitle }))
}
