import { sql, type Kysely } from 'kysely'
import type { ResourceDefinition } from '../../../../resources/engine/define-resource.ts'
import { audit } from '../../audit.ts'
import type { Ctx } from '../../context.ts'
import { newId } from '../../ids.ts'
import { answerOf, sizes, type Operation, type OperationRow } from '../../operations/operation.ts'
import { enqueue } from '../../operations/start-operation.ts'
import { fileProblem, openCsv, type CsvFile, type CsvRecord } from './csv.ts'
import { judgeRows, keysOf, type Complaint, type Judged, type Line } from './judge-rows.ts'
import { cellsOf, planOf, type Plan } from './plan.ts'
import { importStep } from './run-import.ts'
import type { Upload } from './upload.ts'

/** What a file would do, or did: how many rows are new, changed and the same, and what is wrong with the lines that are none of these. */
export interface ImportAnswer {
  new: number; changed: number; same: number
  /** At most 500, by line; `errorCount` says how many there are. */
  errors: Complaint[]; errorCount: number
  total: number; encoding: string; delimiter: string
  /** Columns of the file that are not read. */
  ignored: string[]
}

export const mostErrors = 500
const chunk = 500

interface Opened { csv: CsvFile; plan: Plan }

async function openUpload(ctx: Ctx, resource: ResourceDefinition, upload: Upload): Promise<Opened> {
  const csv = await openCsv(upload.text())
  if (csv.head.every(h => h === '')) throw fileProblem('The first line has no column heads.')
  return { csv, plan: planOf(ctx, resource, csv.head, upload.mapping) }
}

/** Complaints about rows that have another number of cells than the head; they are not looked at further. */
const ragged = (plan: Plan, record: CsvRecord): string | null => {
  if (record.cells.length === plan.width) return null
  return `This line has ${record.cells.length} ${record.cells.length === 1 ? 'cell' : 'cells'}, the head has ${plan.width}.`
}

/** Finds lines that are about the same row as an earlier one. */
function twinsOf(resource: ResourceDefinition): (plan: Plan, line: number, cells: readonly string[]) => number | null {
  const seen = new Map<string, number>()
  return (plan, line, cells) => {
    const { id, key } = keysOf(resource, plan.columns, cells)
    let twin: number | null = null
    for (const name of [id === null ? null : `id ${id}`, key === null ? null : `key ${key}`]) {
      if (name === null) continue
      const before = seen.get(name)
      if (before === undefined) seen.set(name, line)
      else twin ??= before
    }
    return twin
  }
}

async function* chunksOf(rows: AsyncIterable<CsvRecord[]>): AsyncGenerator<CsvRecord[]> {
  let held: CsvRecord[] = []
  for await (const records of rows) {
    held = held.length ? [...held, ...records] : records
    let from = 0
    for (; held.length - from >= chunk; from += chunk) yield held.slice(from, from + chunk)
    held = held.slice(from)
  }
  if (held.length) yield held
}

/** `dryRun`: reads the whole file and says what it would do. Nothing is written. */
export async function dryRun(ctx: Ctx, resource: ResourceDefinition, upload: Upload): Promise<ImportAnswer> {
  const { csv, plan } = await openUpload(ctx, resource, upload)
  const answer: ImportAnswer = { new: 0, changed: 0, same: 0, errors: [], errorCount: 0, total: 0, encoding: upload.encoding, delimiter: csv.delimiter, ignored: csv.head.filter((h, i) => h !== '' && !plan.columns.some(c => c.index === i)) }
  const twin = twinsOf(resource)
  const complain = (c: Complaint) => { answer.errorCount++; if (answer.errors.length < mostErrors) answer.errors.push(c) }
  for await (const records of chunksOf(csv.rows)) {
    answer.total += records.length
    const lines: Line[] = [], odd: Complaint[] = []
    for (const record of records) {
      const wrong = ragged(plan, record)
      if (wrong) { odd.push({ row: record.line, field: null, message: wrong }); continue }
      const cells = cellsOf(plan, record.cells)
      lines.push({ line: record.line, id: newId(), cells, twin: twin(plan, record.line, cells) })
    }
    const judged = await judgeRows(ctx, ctx.db, resource, plan.columns, lines)
    for (const j of judged) if (j.outcome !== 'wrong') answer[j.outcome]++
    for (const c of [...odd, ...judged.flatMap(complaintsOf)].toSorted((a, b) => a.row - b.row)) complain(c)
  }
  if (!answer.total) throw fileProblem('The file has column heads and no rows.')
  return answer
}

export const complaintsOf = (j: Judged): Complaint[] => j.outcome === 'wrong' ? j.complaints : []

/**
 * Takes a file on as an operation: its lines are kept, and done at once where they are few, by a job where they are many. Each chunk of lines is one transaction; a line with something wrong is left out
 * and named, the others are done.
 */
export async function startImport(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, upload: Upload): Promise<Operation & Partial<ImportAnswer>> {
  const { csv, plan } = await openUpload(ctx, resource, upload)
  const id = newId(), twin = twinsOf(resource)
  const input = { file: upload.name, columns: plan.columns.map(c => ({ head: c.head, name: c.name })), encoding: upload.encoding, delimiter: csv.delimiter }
  await sql`set local statement_timeout = '60s'`.execute(trx)
  await sql`insert into operations (id, resource, action, state, input, inverse, created_by, on_behalf_of, request_id, created_at)
    values (${id}, ${resource.name}, 'import', 'waiting', ${JSON.stringify(input)}::jsonb, '{"kind": "import"}', ${ctx.actor.kind === 'person' ? ctx.actor.id : null}, ${ctx.onBehalfOf ? JSON.stringify(ctx.onBehalfOf) : null}::jsonb, ${ctx.requestId}, ${ctx.now})`.execute(trx)
  let total = 0
  for await (const records of chunksOf(csv.rows)) {
    total += records.length
    const rows = records.map(record => {
      const wrong = ragged(plan, record), cells = cellsOf(plan, record.cells)
      return { n: record.line, r: newId(), t: wrong ? null : twin(plan, record.line, cells), c: wrong ? null : cells.map(cell => cell.toWellFormed()), m: wrong }
    })
    await sql`insert into import_lines (operation_id, line, row_id, twin, cells, message)
      select ${id}, x.n, x.r, x.t, case when jsonb_typeof(x.c) = 'array' then array(select jsonb_array_elements_text(x.c)) end, x.m from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as x(n int, r uuid, t int, c jsonb, m text)`.execute(trx)
  }
  if (!total) throw fileProblem('The file has column heads and no rows.')
  const { rows: [op] } = await sql<OperationRow>`update operations set total = ${total}, undo_until = ${new Date(ctx.now.getTime() + 24 * 3_600_000)} where id = ${id} returning *`.execute(trx)
  await audit(trx, ctx, [{ act: 'import', resource: 'operations', subjectId: id, reason: upload.name, changes: { state: { before: null, after: 'waiting' }, total: { before: null, after: total }, columns: { before: null, after: plan.columns.map(c => c.name) } } }])
  if (total > sizes.atOnce) {
    await enqueue(ctx, trx, id)
    return answerOf(op!, ctx.now)
  }
  // few enough: one chunk, and the one that finds none left
  let after: string | null = '0'
  while (after !== null) after = await importStep(ctx, trx, resource, (await sql<OperationRow>`select * from operations where id = ${id}`.execute(trx)).rows[0]!, after)
  const { rows: [done] } = await sql<OperationRow>`select * from operations where id = ${id}`.execute(trx)
  const { rows: results } = await sql<{ id: string; outcome: string; reason: string | null }>`select subject_id as id, outcome, reason from operation_results where operation_id = ${id} order by subject_id limit ${sizes.named}`.execute(trx)
  return answerOf(done!, ctx.now, { results: results.map(r => ({ id: r.id, outcome: r.outcome, ...(r.reason ? { reason: r.reason } : {}) })) })
}
