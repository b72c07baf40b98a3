import { sql, type Kysely, type RawBuilder } from 'kysely'
import { actionsOf, tableOf, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import { toSql } from '../access.ts'
import { audit } from '../audit.ts'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'
import { isId } from '../ids.ts'
import { show } from '../rest/show.ts'
import { reference, visibleRows } from '../where.ts'
import type { OperationRow } from './operation.ts'

export interface Outcome { id: string; outcome: string; reason?: string }
const outcomes = ['waiting', 'done', 'skipped', 'failed']
const page = 200

/** The operation if it may be seen, and nothing but known parameters. */
async function seen(ctx: Ctx, id: string, params: URLSearchParams, known: readonly string[]): Promise<OperationRow> {
  for (const key of params.keys()) if (!known.includes(key)) throw new Problem('unknown_parameter', `The parameter "${key.slice(0, 80)}" is not known.`)
  await show(ctx, ctx.registry.named('operations')!, id)
  const { rows: [op] } = await sql<OperationRow>`select * from operations where id = ${id}`.execute(ctx.db)
  return op!
}

const condition = (id: string, params: URLSearchParams): RawBuilder<boolean> => {
  const wanted = params.getAll('outcome')
  const wrong = wanted.find(o => !outcomes.includes(o))
  if (wrong !== undefined) throw new Problem('malformed', `outcome is one of ${outcomes.join(', ')}.`)
  return wanted.length ? sql<boolean>`(operation_id = ${id} and outcome = any(${wanted}))` : sql<boolean>`(operation_id = ${id})`
}

const whole = (params: URLSearchParams, name: string, otherwise: number): number => {
  const text = params.get(name)
  if (text === null) return otherwise
  if (!/^\d{1,9}$/.test(text)) throw new Problem('malformed', `${name} must be a whole number.`)
  return Number(text)
}

/** GET /operations/:id/results: what became of each row, a page at a time, by id. `_after` is the id of the last row seen. */
export async function results(ctx: Ctx, id: string, params: URLSearchParams): Promise<{ rows: Outcome[]; total: number; next: string | undefined }> {
  await seen(ctx, id, params, ['_start', '_end', '_after', 'outcome'])
  const start = whole(params, '_start', 0), end = whole(params, '_end', start + page), after = params.get('_after')
  if (end < start || end - start > page) throw new Problem('malformed', `A page has at most ${page} rows.`)
  if (start > 10_000) throw new Problem('malformed', 'Rows beyond 10000 are reached with _after=<cursor>.')
  if (after !== null && !isId(after)) throw new Problem('malformed', '_after is no cursor of this list.')
  const where = condition(id, params), size = end - start
  const [{ rows }, { rows: [count] }] = await Promise.all([
    sql<{ id: string; outcome: string; reason: string | null }>`select subject_id as id, outcome, reason from operation_results where ${where} ${after === null ? sql`` : sql`and subject_id > ${after}`} order by subject_id limit ${size + 1} offset ${after === null ? start : 0}`.execute(ctx.db),
    sql<{ n: number }>`select count(*) as n from operation_results where ${where}`.execute(ctx.db),
  ])
  const shown = rows.slice(0, size)
  return { rows: shown.map(r => ({ id: r.id, outcome: r.outcome, ...(r.reason ? { reason: r.reason } : {}) })), total: count!.n, next: rows.length > size ? shown.at(-1)?.id : undefined }
}

/** What an operation was asked to do and what became of it, by reason. Input and selection are shown to who asked and to those who may do the same. */
export async function outcome(ctx: Ctx, id: string, params: URLSearchParams): Promise<Record<string, unknown>> {
  const op = await seen(ctx, id, params, [])
  const { rows } = await sql<{ outcome: string; reason: string | null; n: number }>`select outcome, reason, count(*) as n from operation_results where operation_id = ${id} group by 1, 2 order by 3 desc, 1, 2 limit 100`.execute(ctx.db)
  const resource = ctx.registry.named(op.resource)
  const open = op.created_by === ctx.actor.id || (resource && ctx.access.may(resource, 'read') && (actionsOf(resource)[op.action] ? ctx.access.may(resource, `action:${op.action}`) : false))
  return {
    reasons: rows.map(r => ({ outcome: r.outcome, reason: r.reason, n: r.n })),
    takingBack: op.taking_back, takenBack: op.taken_back, retryOf: op.retry_of, approvals: op.approvals, approveUntil: op.asks ? op.approve_until?.toISOString() ?? null : null,
    runsAt: op.state === 'waiting' && op.runs_at ? op.runs_at.toISOString() : null,
    ...(open ? { input: op.input, selection: op.selection } : {}),
  }
}

const cell = (text: string): string => {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** GET /operations/:id/results.csv: id, name where it may be read, outcome and reason of each row, in parts so that no file is ever whole in memory. */
export async function resultsCsv(ctx: Ctx, id: string, params: URLSearchParams): Promise<{ name: string; lines: AsyncGenerator<Buffer> }> {
  const op = await seen(ctx, id, params, ['outcome'])
  const where = condition(id, params)
  const resource = ctx.registry.named(op.resource)
  return { name: `${op.resource}-${op.action}-${op.created_at.toISOString().slice(0, 10)}.csv`, lines: lines(ctx, op, where, resource) }
}

async function* lines(ctx: Ctx, op: OperationRow, where: RawBuilder<boolean>, resource: ResourceDefinition | undefined): AsyncGenerator<Buffer> {
  const title = titleOf(ctx, resource)
  yield Buffer.from('id,name,outcome,reason\r\n')
  let after = '00000000-0000-0000-0000-000000000000', rows: { id: string; name: string | null; outcome: string; reason: string | null }[], n = 0
  do {
    ({ rows } = await sql<(typeof rows)[number]>`select o.subject_id as id, ${title ? title.name : sql`null`} as name, o.outcome, o.reason
      from (select * from operation_results where ${where} and subject_id > ${after} order by subject_id limit 1000) o ${title ? title.join : sql``} order by o.subject_id`.execute(ctx.db))
    n += rows.length
    after = rows.at(-1)?.id ?? after
    if (rows.length) yield Buffer.from(rows.map(r => `${[r.id, r.name ?? '', r.outcome, r.reason ?? ''].map(cell).join(',')}\r\n`).join(''))
  } while (rows.length === 1_000)
  await ctx.db.transaction().execute((trx: Kysely<any>) => audit(trx, ctx, [{ act: 'export', resource: 'operations', subjectId: op.id, changes: { rows: { before: null, after: n } } }]))
}

/** The name of a row, for those who may read it. */
function titleOf(ctx: Ctx, resource: ResourceDefinition | undefined): { name: RawBuilder<unknown>; join: RawBuilder<unknown> } | undefined {
  if (!resource) return undefined
  const visible = visibleRows(resource, ctx.access, 'read', true)
  if (visible === false || ctx.access.field(resource, 'read', resource.title) !== true) return undefined
  return { name: sql`(${reference(resource, resource.title, 't', ctx)})::text`, join: sql`left join ${sql.table(tableOf(resource))} t on t.id = o.subject_id and ${toSql(visible, 't')}` }
}
