import { sql, type Kysely } from 'kysely'
import { snake, tableOf, type Action, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import { limits } from '../../../resources/engine/filter-grammar.ts'
import { and, toSql } from '../access.ts'
import { auditRows, type AuditEntry } from '../audit.ts'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'
import { isId, newId } from '../ids.ts'
import type { ActionResult } from '../registry.ts'
import { fromFilterObject, visibleRows } from '../where.ts'
import { requireStepUp } from '../http/step-up.ts'
import { plainObject, readValue, type Values } from './body.ts'
import { matching } from './list.ts'

/** What acting answers, for one row and for many. */
export interface Operation {
  id: string; resource: string; action: string; state: string; total: number; done: number; skipped: number; failed: number
  results?: { id: string; outcome: string; reason?: string }[]
  error?: string; undoable: boolean; undoUntil: string | null; createdBy: string | null; createdAt: string
  /** Shown in this answer and never again. */
  once?: Record<string, unknown>
}

/** The action, if it exists and this person may do it on at least some row. */
export function actionOf(ctx: Ctx, resource: ResourceDefinition, name: string): Action {
  const action = Object.hasOwn(resource.actions ?? {}, name) ? resource.actions![name]! : undefined
  if (!ctx.access.may(resource, 'read') && !ctx.access.may(resource, `action:${name}`)) throw new Problem('forbidden', `Your role, ${ctx.access.role.label.toLowerCase()}, has no access to ${resource.label[1].toLowerCase()}.`)
  if (!action) throw new Problem('not_found', `There is no action "${name.slice(0, 60)}" on ${resource.label[1].toLowerCase()}.`)
  if (!ctx.access.may(resource, `action:${name}`)) throw new Problem('forbidden', `Your role, ${ctx.access.role.label.toLowerCase()}, cannot do this: ${action.label.toLowerCase()}.`)
  return action
}

/** Reads `{ input }` by the action's form and its need of a reason. */
export function readInput(action: Action, body: Record<string, unknown>): Values {
  const input = body.input === undefined ? {} : plainObject(body.input)
  const fields = action.form ?? {}
  const errors: Record<string, string[]> = {}
  const unknown = Object.keys(input).filter(k => !Object.hasOwn(fields, k) && !(k === 'reason' && action.reason))
  if (unknown.length) throw new Problem('unwritable_field', `${unknown.map(k => `"${k.slice(0, 60)}"`).join(', ')} is not part of this action.`, { errors: Object.fromEntries(unknown.map(k => [k, ['This is not part of the action.']])) })
  const values: Values = {}
  let malformed = false
  for (const [name, field] of Object.entries(fields)) {
    if (input[name] === undefined) { if (!field.nullable && field.default === undefined) errors[name] = [`${field.label} is missing.`]; else values[name] = field.default ?? null; continue }
    const read = readValue(field, input[name])
    if ('error' in read) { errors[name] = [read.error]; malformed ||= read.malformed ?? false } else values[name] = read.ok
    if (field.type === 'tags' && Array.isArray(values[name]) && !values[name].length) errors[name] = [`${field.label} is missing.`]
  }
  if (action.reason) {
    const reason = input.reason
    if (reason !== undefined && typeof reason !== 'string') { errors.reason = ['The reason must be text.']; malformed = true }
    else if (!reason?.trim()) { if (action.reason === 'required') errors.reason = ['A reason is needed; it is kept in the audit log.'] }
    else if (reason.trim().length < (action.reasonMin ?? 0)) errors.reason = [`The reason needs at least ${action.reasonMin} characters; it is kept in the audit log.`]
    else if (reason.length > 1_000 || reason.includes('\u0000') || !reason.isWellFormed()) errors.reason = ['The reason has at most 1,000 characters.']
    else values.reason = reason.trim()
  }
  if (Object.keys(errors).length) throw new Problem(malformed ? 'malformed' : 'unprocessable', Object.values(errors)[0]![0]!, { errors })
  return values
}

/** The ids of a bulk body: listed, or found by a filter with what the person expected to hit. */
export async function selectionOf(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, body: Record<string, unknown>): Promise<string[]> {
  if (Array.isArray(body.ids)) {
    const ids = [...new Set(body.ids)]
    if (ids.length > limits.ids) throw new Problem('unprocessable', `At most ${limits.ids} rows can be named at once.`)
    if (!ids.length) throw new Problem('unprocessable', 'No row is named.')
    if (!ids.every(isId)) throw new Problem('malformed', 'ids must be a list of ids.')
    return ids as string[]
  }
  if (body.filter === undefined) throw new Problem('unprocessable', 'Name the rows: ids, or filter ({} means all).')
  const filter = plainObject(body.filter)
  const exclude = body.exclude === undefined ? [] : body.exclude
  if (!Array.isArray(exclude) || !exclude.every(isId)) throw new Problem('malformed', 'exclude must be a list of ids.')
  if (!Number.isInteger(body.expected)) throw new Problem('unprocessable', 'expected is missing: the number of rows you saw.')
  const { q, ...rest } = filter
  const where = matching(ctx, resource, { where: [fromFilterObject(rest, resource)], q: typeof q === 'string' && q ? q : undefined, ids: undefined })
  const { rows } = await sql<{ id: string }>`select t.id from ${sql.table(tableOf(resource))} as t where ${where} and not t.id = any(${exclude}::uuid[]) limit ${limits.ids + 1}`.execute(trx)
  const expected = body.expected as number
  if (rows.length <= limits.ids && rows.length !== expected) throw new Problem('selection_moved', `${rows.length} rows match now; you saw ${expected}. Nothing was done.`, { extra: { expected, found: rows.length } })
  if (rows.length > limits.ids) throw new Problem('unprocessable', `More than ${limits.ids} rows match. Narrow the filter.`)
  return rows.map(r => r.id)
}

/**
 * Runs an action on a set of rows in the caller's transaction: locks the rows the person may act on, skips those that do not meet `when`,
 * calls the verb once for the rest, remembers what it takes to undo, audits the whole and each row.
 */
export async function act(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, name: string, ids: string[], body: Record<string, unknown>, mode: 'row' | 'bulk'): Promise<Operation> {
  const action = actionOf(ctx, resource, name)
  if (!action.on.includes(mode)) throw new Problem('not_found', `"${action.label}" is not done this way.`)
  const verb = ctx.registry.server(resource.name).actions?.[name]
  if (!verb) throw new Error(`The action ${name} of ${resource.name} has no verb.`)
  if (action.stepUp) requireStepUp(ctx)
  const input = readInput(action, body)
  const visible = and(visibleRows(resource, ctx.access), ctx.access.rows(resource, `action:${name}`))
  const when = Object.entries(action.when ?? {}).map(([field, v]) => Array.isArray(v)
    ? sql`t.${sql.ref(snake(field))} = any(${v as string[]})` : v === null ? sql`t.${sql.ref(snake(field))} is null` : sql`t.${sql.ref(snake(field))} = ${v}`)
  const { rows } = await sql<{ id: string; meets: boolean }>`select t.id, ${when.length ? sql.join(when, sql` and `) : sql`true`} as meets from ${sql.table(tableOf(resource))} as t
    where t.id = any(${ids}::uuid[]) and ${toSql(visible, 't')} order by t.id for update of t`.execute(trx)
  const found = new Map(rows.map(r => [r.id, r.meets]))
  if (mode === 'row' && !found.size) throw new Problem('not_found', `There is no such ${resource.label[0].toLowerCase()}.`)
  const ready = ids.filter(id => found.get(id))
  const outcomes = new Map<string, ActionResult>((ready.length ? await verb(ctx, trx, { ids: ready, input }) : []).map(r => [r.id, r]))
  const results: ActionResult[] = ids.map(id => !found.has(id) ? { id, outcome: 'failed', reason: 'not_found' }
    : !found.get(id) ? { id, outcome: 'skipped', reason: action.unless ?? 'Not possible in its present state' } : outcomes.get(id)!)
  return remember(ctx, trx, resource, name, action, input, results)
}

async function remember(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, name: string, action: Action, input: Values, results: ActionResult[]): Promise<Operation> {
  const id = newId()
  const count = (outcome: string) => results.filter(r => r.outcome === outcome).length
  const done = count('done'), skipped = count('skipped'), failed = count('failed')
  const undoable = Boolean(action.inverse) && done > 0
  const undoUntil = undoable ? new Date(ctx.now.getTime() + (action.undoHours ?? 24) * 3_600_000) : null
  const createdBy = ctx.actor.kind === 'person' ? ctx.actor.id : null
  const reason = (input.reason as string | undefined) ?? null
  const entries: AuditEntry[] = results.filter(r => r.outcome === 'done').map(r => ({ act: name, resource: resource.name, subjectId: r.id, reason, changes: r.changes }))
  if (results.length > 1 || !entries.length) entries.push({ act: name, resource: 'operations', subjectId: id, reason, changes: { total: { before: null, after: results.length }, done: { before: null, after: done } } })
  const rows = results.map(r => ({ subject_id: r.id, outcome: r.outcome, reason: r.reason ?? null, inverse: r.inverse ?? null }))
  await sql`with operation as (insert into operations (id, resource, action, state, input, total, done, skipped, failed, inverse, undo_until, created_by, request_id, created_at, finished_at)
      values (${id}, ${resource.name}, ${name}, 'done', ${JSON.stringify(input)}::jsonb, ${results.length}, ${done}, ${skipped}, ${failed}, ${action.inverse ? JSON.stringify({ action: action.inverse }) : null}::jsonb, ${undoUntil}, ${createdBy}, ${ctx.requestId}, ${ctx.now}, now())),
    result as (insert into operation_results (operation_id, subject_id, outcome, reason, inverse)
      select ${id}, subject_id, outcome, reason, inverse from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(subject_id uuid, outcome text, reason text, inverse jsonb))
    select audit_append(${auditRows(ctx, entries)}::jsonb)`.execute(trx)
  return {
    id, resource: resource.name, action: name, state: 'done', total: results.length, done, skipped, failed,
    results: results.slice(0, 200).map(r => ({ id: r.id, outcome: r.outcome, ...(r.reason ? { reason: r.reason } : {}) })),
    undoable, undoUntil: undoUntil?.toISOString() ?? null, createdBy, createdAt: ctx.now.toISOString(),
    ...(results.length === 1 && results[0]!.once ? { once: results[0]!.once } : {}),
  }
}
