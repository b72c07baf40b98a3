import { sql, type Kysely, type RawBuilder } from 'kysely'
import { tableOf, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import { limits } from '../../../resources/engine/filter-grammar.ts'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'
import { isId } from '../ids.ts'
import { plainObject } from '../rest/body.ts'
import { matching } from '../rest/list.ts'
import { fromFilterObject } from '../where.ts'

/** The rows a bulk body means: named, or found by a filter with the number the person saw. */
export type Selection = { ids: string[] } | { where: RawBuilder<boolean>; expected: number | undefined; asked: Record<string, unknown> }

const mostLeftOut = 10_000

/** Reads `{ ids }` or `{ filter, exclude?, expected }`. A preview needs no `expected`. */
export function readSelection(ctx: Ctx, resource: ResourceDefinition, body: Record<string, unknown>, preview = false): Selection {
  if (body.ids !== undefined) {
    if (body.filter !== undefined || body.exclude !== undefined) throw new Problem('unprocessable', 'Name the rows by ids or by filter, not by both.')
    if (!Array.isArray(body.ids)) throw new Problem('malformed', 'ids must be a list of ids.')
    const ids = [...new Set(body.ids)]
    if (ids.length > limits.ids) throw new Problem('unprocessable', `At most ${limits.ids} rows can be named at once. More are told by a filter.`)
    if (!ids.length) throw new Problem('unprocessable', 'No row is named.')
    if (!ids.every(isId)) throw new Problem('malformed', 'ids must be a list of ids.')
    return { ids: (ids as string[]).map(id => id.toLowerCase()) }
  }
  if (body.filter === undefined) throw new Problem('unprocessable', 'Name the rows: ids, or filter ({} means all).')
  const filter = plainObject(body.filter)
  const exclude = body.exclude === undefined ? [] : body.exclude
  if (!Array.isArray(exclude) || !exclude.every(isId)) throw new Problem('malformed', 'exclude must be a list of ids.')
  if (exclude.length > mostLeftOut) throw new Problem('unprocessable', `At most ${mostLeftOut} rows can be left out.`)
  const { expected } = body
  if (expected === undefined ? !preview : !Number.isInteger(expected) || (expected as number) < 0) throw new Problem('unprocessable', 'expected is missing: the number of rows you saw.', { errors: { expected: ['The number of rows you saw.'] } })
  const { q, ...rest } = filter
  if (q !== undefined && typeof q !== 'string') throw new Problem('malformed', 'q must be text.')
  const where = matching(ctx, resource, { where: [fromFilterObject(rest, resource)], q: q || undefined, ids: undefined })
  return { where: exclude.length ? sql<boolean>`(${where} and not t.id = any(${exclude}::uuid[]))` : where, expected: expected as number | undefined, asked: { filter, ...(exclude.length ? { exclude } : {}), expected } }
}

/** 409 when the rows found are not those the person saw: more than 1 % off, or at all where there are fewer than 100. */
export function requireExpected(expected: number | undefined, found: number): void {
  if (expected === undefined) return
  const tolerated = Math.min(expected, found) < 100 ? 0 : expected / 100
  if (Math.abs(found - expected) > tolerated) throw new Problem('selection_moved', `${found.toLocaleString('en')} rows match now; you saw ${expected.toLocaleString('en')}. Nothing was done.`, { extra: { expected, found } })
}

/** The ids when there are no more than a request does itself, otherwise nothing. */
export async function fewOf(trx: Kysely<any>, resource: ResourceDefinition, where: RawBuilder<boolean>): Promise<string[] | undefined> {
  const { rows } = await sql<{ id: string }>`select t.id from ${sql.table(tableOf(resource))} as t where ${where} limit ${limits.ids + 1}`.execute(trx)
  return rows.length > limits.ids ? undefined : rows.map(r => r.id)
}

/** Freezes the rows of an operation in one statement: whatever matches later is not touched. Answers how many. */
export async function freeze(trx: Kysely<any>, operationId: string, resource: ResourceDefinition, rows: { ids: readonly string[] } | { where: RawBuilder<boolean> }): Promise<number> {
  await sql`set local statement_timeout = '120s'`.execute(trx)
  const from = 'ids' in rows ? sql`unnest(${rows.ids}::uuid[]) as t(id)` : sql`${sql.table(tableOf(resource))} as t where ${rows.where}`
  const { numAffectedRows } = await sql`insert into operation_results (operation_id, subject_id, outcome) select ${operationId}, t.id, 'waiting' from ${from}`.execute(trx)
  return Number(numAffectedRows ?? 0)
}
