import { sql, type Kysely } from 'kysely'
import { columnOf, tableOf, type ResourceDefinition } from '../../../../resources/engine/define-resource.ts'
import { toSql } from '../../access.ts'
import { differences } from '../../audit.ts'
import type { Ctx } from '../../context.ts'
import type { ActionResult } from '../../registry.ts'
import { takers, type DoneRow, type TakeBack } from '../../operations/take-back.ts'
import { Problem } from '../../errors.ts'
import { reference, visibleRows } from '../../where.ts'
import { requireImport } from './plan.ts'

interface Inverse { made?: true; version: number; values?: Record<string, unknown> }

/** Takes an import back: rows it made go away, rows it changed get back what they held. What was touched since, or has something hanging on it, stays as it is. */
export const takeImportBack: TakeBack = async (ctx, trx, resource, _op, rows) => {
  requireImport(ctx, resource)
  const present = await lockUntouched(ctx, trx, resource, rows)
  const results: ActionResult[] = []
  const made = rows.filter(r => present.has(r.subject_id) && (r.inverse as Inverse).made), changed = rows.filter(r => present.has(r.subject_id) && !(r.inverse as Inverse).made)
  const gone = await removeMade(trx, resource, made.map(r => r.subject_id))
  for (const row of rows) if (!present.has(row.subject_id) || ((row.inverse as Inverse).made && !gone.has(row.subject_id))) results.push({ id: row.subject_id, outcome: 'skipped', reason: 'Changed since' })
  for (const { subject_id: id } of made) if (gone.has(id)) results.push({ id, outcome: 'done', changes: differences(resource, pickFilled(present.get(id)!), {}) })
  await putBack(ctx, trx, resource, changed)
  for (const { subject_id: id, inverse } of changed) {
    const before = (inverse as Inverse).values!, now = present.get(id)!
    results.push({ id, outcome: 'done', changes: differences(resource, Object.fromEntries(Object.keys(before).map(k => [k, now[k]])), before) })
  }
  return results
}
takers.set('import', takeImportBack)

const pickFilled = (row: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.entries(row).filter(([k, v]) => k !== 'id' && v !== null && !(Array.isArray(v) && !v.length)))

/** The rows that are as the import left them, locked, with what they hold in fields of ours. */
async function lockUntouched(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, rows: readonly DoneRow[]): Promise<Map<string, Record<string, any>>> {
  const names = Object.entries(resource.fields).filter(([, f]) => !f.readonly).map(([name]) => name)
  const { rows: found } = await sql<Record<string, any>>`select t.id, t.version as _version, ${sql.join(names.map(n => sql`${reference(resource, n, 't', ctx)} as ${sql.ref(n)}`))} from ${sql.table(tableOf(resource))} as t
    where t.id = any(${rows.map(r => r.subject_id)}::uuid[]) and ${toSql(visibleRows(resource, ctx.access), 't')} order by t.id for update of t`.execute(trx)
  const versions = new Map(rows.map(r => [r.subject_id, (r.inverse as Inverse).version]))
  return new Map(found.filter(r => r._version === versions.get(r.id)).map(({ _version, ...r }) => [r.id as string, r]))
}

/** Rows that only the import knows are removed for good, so that the same file can be imported again. One that others point at by now is left. */
async function removeMade(trx: Kysely<any>, resource: ResourceDefinition, ids: readonly string[]): Promise<Set<string>> {
  if (!ids.length) return new Set()
  await sql`savepoint remove_made`.execute(trx)
  try {
    const { rows } = await sql<{ id: string }>`delete from ${sql.table(tableOf(resource))} where id = any(${ids}::uuid[]) returning id`.execute(trx)
    await sql`release savepoint remove_made`.execute(trx)
    return new Set(rows.map(r => r.id))
  } catch (error) {
    await sql`rollback to savepoint remove_made`.execute(trx)
    if ((error as { code?: string }).code !== '23503') throw error
    if (ids.length === 1) return new Set()
  }
  const half = ids.length >> 1
  return new Set([...await removeMade(trx, resource, ids.slice(0, half)), ...await removeMade(trx, resource, ids.slice(half))])
}

async function putBack(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, rows: readonly DoneRow[]): Promise<void> {
  const table = sql.table(tableOf(resource))
  const sets = rows.map(r => ({ id: r.subject_id, values: (r.inverse as Inverse).values! }))
  for (const group of Map.groupBy(sets, s => Object.keys(s.values).toSorted().join(' ')).values()) {
    const names = Object.keys(group[0]!.values)
    if (names.some(n => !resource.fields[n])) throw new Problem('undo_conflict', 'This cannot be taken back: a field it filled is gone.')
    const json = JSON.stringify(group.map(g => ({ id: g.id, ...Object.fromEntries(names.map(n => [columnOf(n, resource.fields[n]!), g.values[n]])) })))
    await sql`update ${table} as t set ${sql.join([...names.map(n => { const c = columnOf(n, resource.fields[n]!); return sql`${sql.ref(c)} = ${sql.ref(`r.${c}`)}` }), sql`version = t.version + 1`, sql`updated_at = now()`])}
      from jsonb_populate_recordset(null::${table}, ${json}::jsonb) as r where t.id = r.id`.execute(trx)
  }
  const after = ctx.registry.server(resource.name).afterWrite
  if (after) for (const { id, values } of sets) await after(ctx, trx, { id, verb: 'update', values })
}
