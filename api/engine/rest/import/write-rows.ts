import { sql, type Kysely } from 'kysely'
import { columnOf, tableOf, type ResourceDefinition } from '../../../../resources/engine/define-resource.ts'
import { toSql } from '../../access.ts'
import { differences, type Changes } from '../../audit.ts'
import type { Ctx } from '../../context.ts'
import { Problem } from '../../errors.ts'
import { constraintProblem, type Values } from '../body.ts'
import type { Complaint, Judged } from './judge-rows.ts'

export type Fit = Extract<Judged, { outcome: 'new' | 'changed' }>
/** What became of a line that was fit to be written. */
export type Written = { judged: Fit; inverse: unknown; changes: Changes } | { judged: Fit; complaint: Complaint }

/** Columns of a row as JSON that PostgreSQL reads by the table's own types. */
const columnsOf = (ctx: Ctx, resource: ResourceDefinition, j: Fit): Record<string, unknown> => {
  const values = Object.fromEntries(Object.entries(j.values).map(([name, value]) => [columnOf(name, resource.fields[name]!), value]))
  return { ...values, ...ctx.registry.server(resource.name).columns?.({ ...(j.outcome === 'changed' ? { before: j.before } : {}), values: j.values, now: ctx.now, actorId: ctx.actor.id }), id: j.id }
}

/**
 * Writes new and changed rows, those with the same columns in one statement. Where a rule of the database is broken, each row is tried by itself, so that one
 * line never takes others with it.
 */
export async function writeRows(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, rows: readonly Fit[]): Promise<Written[]> {
  if (!rows.length) return []
  const tried = await attempt(trx, resource, () => writeAll(ctx, trx, resource, rows))
  if (!(tried instanceof Problem)) return rows.map(j => done(resource, j))
  if (rows.length === 1) return [{ judged: rows[0]!, complaint: complaintOf(rows[0]!, tried) }]
  const results: Written[] = []
  for (const row of rows) results.push(...await writeRows(ctx, trx, resource, [row]))
  return results
}

/** Runs a step that may be given up without giving up the transaction. */
async function attempt(trx: Kysely<any>, resource: ResourceDefinition, run: () => Promise<void>): Promise<Problem | undefined> {
  await sql`savepoint import_rows`.execute(trx)
  try { await run() } catch (error) {
    await sql`rollback to savepoint import_rows`.execute(trx)
    const problem = error instanceof Problem && error.status < 500 ? error : constraintProblem(error, resource)
    if (!problem) throw error
    return problem
  }
  await sql`release savepoint import_rows`.execute(trx)
  return undefined
}

async function writeAll(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, rows: readonly Fit[]): Promise<void> {
  const table = sql.table(tableOf(resource))
  const groups = Map.groupBy(rows.map(j => ({ j, columns: columnsOf(ctx, resource, j) })), g => `${g.j.outcome} ${Object.keys(g.columns).toSorted().join(' ')}`)
  for (const group of groups.values()) {
    const names = Object.keys(group[0]!.columns), json = JSON.stringify(group.map(g => g.columns)), list = (prefix: string) => sql.join(names.map(n => sql.ref(prefix ? `${prefix}.${n}` : n)))
    if (group[0]!.j.outcome === 'new') await sql`insert into ${table} (${list('')}) select ${list('r')} from jsonb_populate_recordset(null::${table}, ${json}::jsonb) as r`.execute(trx)
    else await sql`update ${table} as t set ${sql.join([...names.filter(n => n !== 'id').map(n => sql`${sql.ref(n)} = ${sql.ref(`r.${n}`)}`), sql`version = t.version + 1`, sql`updated_at = now()`])} from jsonb_populate_recordset(null::${table}, ${json}::jsonb) as r where t.id = r.id`.execute(trx)
  }
  for (const [outcome, verb] of [['new', 'create'], ['changed', 'update']] as const) {
    const ids = rows.filter(j => j.outcome === outcome).map(j => j.id), allowed = ctx.access.rows(resource, verb)
    if (!ids.length || allowed === true) continue
    const { rows: beyond } = await sql`select 1 from ${table} as t where t.id = any(${ids}::uuid[]) and not coalesce(${toSql(allowed, 't')}, false) limit 1`.execute(trx)
    if (beyond.length) throw new Problem('forbidden', `This would put the ${resource.label[0].toLowerCase()} beyond what you may change.`)
  }
  const after = ctx.registry.server(resource.name).afterWrite
  if (after) for (const j of rows) await after(ctx, trx, { id: j.id, verb: j.outcome === 'new' ? 'create' : 'update', values: j.values })
}

const pick = (row: Record<string, any>, like: Values): Values => Object.fromEntries(Object.keys(like).map(k => [k, row[k] ?? null]))

/** How it is taken back: a new row goes away, a changed one gets back what it held, each only while it is as this left it. */
function done(resource: ResourceDefinition, j: Fit): Written {
  if (j.outcome === 'new') return { judged: j, inverse: { made: true, version: 1 }, changes: differences(resource, {}, j.values) }
  const before = pick(j.before, j.values)
  return { judged: j, inverse: { values: before, version: (j.before.version as number) + 1 }, changes: differences(resource, before, j.values) }
}

const complaintOf = (j: Fit, problem: Problem): Complaint => {
  const [field, sentences] = Object.entries(problem.errors ?? {})[0] ?? [null, undefined]
  return { row: j.line, field, message: sentences?.[0] ?? problem.message }
}
