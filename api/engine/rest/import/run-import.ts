import { sql, type Kysely } from 'kysely'
import { tableOf, type ResourceDefinition } from '../../../../resources/engine/define-resource.ts'
import { auditRows } from '../../audit.ts'
import type { Ctx } from '../../context.ts'
import { Problem } from '../../errors.ts'
import type { OperationRow } from '../../operations/operation.ts'
import { finish, runners, type Runner } from '../../operations/run-operation.ts'
import { judgeRows, type Complaint, type Judged, type Line } from './judge-rows.ts'
import { planColumns, requireImport } from './plan.ts'
import './take-back.ts'
import { writeRows, type Fit } from './write-rows.ts'

const chunk = 500
interface Outcome { line: number; subject_id: string; outcome: 'done' | 'skipped' | 'failed'; reason: string | null; inverse: unknown; field: string | null; message: string | null }

/**
 * The next lines of an import, in the caller's transaction: judged against what the rows hold now, written, and marked as done. Right and fields are those of today. Answers the
 * last line, or nothing when none is left. A killed worker goes on with the first line that is still there.
 */
export const importStep: Runner = async (ctx, trx, resource, op, after) => {
  requireImport(ctx, resource)
  const columns = planColumns(resource, op.input.columns)
  const gone = columns.find(c => c.field === null && c.name !== 'id' && c.name !== 'version')
  if (gone) throw new Problem('conflict', `The field "${gone.name}" is gone.`)
  const from = /^\d+$/.test(after) ? Number(after) : 0
  const { rows } = await sql<{ line: number; row_id: string; twin: number | null; cells: string[] }>`select line, row_id, twin, cells from import_lines where operation_id = ${op.id} and cells is not null and line > ${from} order by line limit ${chunk}`.execute(trx)
  if (!rows.length) { await end(ctx, trx, resource, op); return null }
  const lines: Line[] = rows.map(r => ({ line: r.line, id: r.row_id, cells: r.cells, twin: r.twin }))
  const judged = await judgeRows(ctx, trx, resource, columns, lines, true)
  await spareDoubles(trx, op, judged)
  const written = await writeRows(ctx, trx, resource, judged.filter((j): j is Fit => j.outcome === 'new' || j.outcome === 'changed'))
  const outcomes: Outcome[] = []
  const failed = (line: number, id: string, complaints: readonly Complaint[]) => {
    const { field, message } = complaints[0]!
    outcomes.push({ line, subject_id: id, outcome: 'failed', reason: `Line ${line}: ${message}`.slice(0, 1_000), inverse: null, field, message: complaints.map(c => c.message).join(' ').slice(0, 1_000) })
  }
  const rowIds = new Map(rows.map(r => [r.line, r.row_id]))
  for (const j of judged) {
    if (j.outcome === 'wrong') failed(j.line, rowIds.get(j.line)!, j.complaints)
    else if (j.outcome === 'same') outcomes.push({ line: j.line, subject_id: j.id, outcome: 'skipped', reason: 'Holds this already', inverse: null, field: null, message: null })
  }
  const entries = []
  for (const w of written) {
    if ('complaint' in w) { failed(w.judged.line, rowIds.get(w.judged.line)!, [w.complaint]); continue }
    outcomes.push({ line: w.judged.line, subject_id: w.judged.id, outcome: 'done', reason: null, inverse: w.inverse, field: null, message: null })
    entries.push({ act: 'import', resource: resource.name, subjectId: w.judged.id, reason: op.input.file ?? null, changes: w.changes })
  }
  await keep(trx, op, outcomes, auditRows(ctx, entries))
  ctx.totals.changed(tableOf(resource))
  return String(rows.at(-1)!.line)
}
runners.set('import', importStep)

/** A row that two lines are about, one by its id and one by its key, is done by the first of them. */
async function spareDoubles(trx: Kysely<any>, op: OperationRow, judged: Judged[]): Promise<void> {
  const { rows } = await sql<{ id: string }>`select subject_id as id from operation_results where operation_id = ${op.id} and subject_id = any(${judged.map(j => j.id)}::uuid[])`.execute(trx)
  const done = new Set(rows.map(r => r.id))
  judged.forEach((j, i) => {
    if (j.outcome === 'wrong') return
    if (done.has(j.id)) judged[i] = { line: j.line, id: j.id, outcome: 'wrong', complaints: [{ row: j.line, field: null, message: 'An earlier line is about the same row.' }] }
    done.add(j.id)
  })
}

async function keep(trx: Kysely<any>, op: OperationRow, outcomes: readonly Outcome[], entries: string): Promise<void> {
  const count = (outcome: string) => outcomes.filter(o => o.outcome === outcome).length
  const json = JSON.stringify(outcomes).replaceAll('\\u0000', '')
  await sql`with told as (select * from jsonb_to_recordset(${json}::jsonb) as r(line int, subject_id uuid, outcome text, reason text, inverse jsonb, field text, message text)),
      result as (insert into operation_results (operation_id, subject_id, outcome, reason, inverse) select ${op.id}, subject_id, outcome, reason, inverse from told),
      mark as (update import_lines l set cells = null, field = told.field, message = told.message from told where l.operation_id = ${op.id} and l.line = told.line),
      progress as (update operations set state = 'running', started_at = coalesce(started_at, now()), attempts = 0, done = done + ${count('done')}, skipped = skipped + ${count('skipped')}, failed = failed + ${count('failed')} where id = ${op.id})
    select audit_append(${entries}::jsonb)`.execute(trx)
}

/** Lines that were no rows count as failed from the start. */
async function end(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, op: OperationRow): Promise<void> {
  const { rows: [n] } = await sql<{ failed: number }>`with odd as (select row_id, line, message from import_lines l where l.operation_id = ${op.id} and l.message is not null and not exists (select 1 from operation_results r where r.operation_id = l.operation_id and r.subject_id = l.row_id)),
      result as (insert into operation_results (operation_id, subject_id, outcome, reason) select ${op.id}, row_id, 'failed', 'Line ' || line || ': ' || message from odd returning 1),
      told as (select count(*)::int as n from result)
    update operations set failed = failed + (select n from told) where id = ${op.id} returning failed`.execute(trx)
  await finish(ctx, trx, resource, { ...op, failed: n!.failed })
}

/** Removes what is left of files whose import ended before their end; what was wrong with a line stays for a month. */
export async function forgetFiles(db: Kysely<any>): Promise<void> {
  await sql`update import_lines l set cells = null from operations o where o.id = l.operation_id and l.cells is not null and (o.state in ('failed', 'cancelled', 'undone') or o.created_at < now() - interval '7 days')`.execute(db)
  await sql`delete from import_lines l using operations o where o.id = l.operation_id and o.created_at < now() - interval '30 days'`.execute(db)
}
