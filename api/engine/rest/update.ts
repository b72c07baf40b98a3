import { sql, type Kysely } from 'kysely'
import { tableOf, verbsOf, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import { toSql } from '../access.ts'
import { auditRows, differences, type AuditEntry, type Changes } from '../audit.ts'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'
import { requireStepUp } from '../http/step-up.ts'
import { isId, newId } from '../ids.ts'
import { reference, visibleRows } from '../where.ts'
import { checkRelations, constraintProblem, readBody, toColumns, type Values } from './body.ts'
import { mayStand } from './create.ts'
import { missing, show } from './show.ts'

export interface Written { row: Record<string, any>; operationId: string | undefined }

/** `"v7"` (or `v7`, `*`) -> 7, undefined for any. */
export function parseIfMatch(header: string | undefined): number | undefined | null {
  if (header === undefined) return null
  if (header.trim() === '*') return undefined
  const match = /^(?:W\/)?"?v(\d{1,9})"?$/.exec(header.trim())
  if (!match) throw new Problem('malformed', 'If-Match must be the ETag of the row, such as "v3".')
  return Number(match[1])
}

/** The whole row under its field names, locked, if the person may see it. */
export async function lockRow(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, id: string, verb: string, withDeleted = false): Promise<{ row: Record<string, any>; may: boolean }> {
  const visible = visibleRows(resource, ctx.access, 'read', withDeleted)
  if (visible === false || !isId(id)) throw missing(resource)
  const names = Object.keys(resource.fields)
  const { rows: [row] } = await sql<Record<string, any>>`select t.id, t.version, ${sql.join([...names.map(name => sql`${reference(resource, name, 't', ctx)} as ${sql.ref(name)}`), sql`coalesce(${toSql(ctx.access.rows(resource, verb), 't')}, false) as _may`])}
    ${resource.softDelete ? sql`, t.deleted_at as _deleted` : sql``} from ${sql.table(tableOf(resource))} as t where t.id = ${id} and ${toSql(visible, 't')} for update of t`.execute(trx)
  if (!row) throw missing(resource)
  const { _may, ...rest } = row
  return { row: rest, may: _may }
}

/** Remembers an act and how to take it back, and audits it: one statement, the last of the transaction. */
export async function record(ctx: Ctx, trx: Kysely<any>, operation: { resource: string; action: string; inverse: unknown; subjectId: string }, entries: AuditEntry[]): Promise<string> {
  const id = newId()
  await sql`with operation as (insert into operations (id, resource, action, state, total, done, inverse, undo_until, created_by, request_id, created_at, finished_at)
      values (${id}, ${operation.resource}, ${operation.action}, 'done', 1, 1, ${JSON.stringify(operation.inverse)}::jsonb, now() + interval '24 hours', ${ctx.actor.kind === 'person' ? ctx.actor.id : null}, ${ctx.requestId}, now(), now())),
    result as (insert into operation_results (operation_id, subject_id, outcome) values (${id}, ${operation.subjectId}, 'done'))
    select audit_append(${auditRows(ctx, entries)}::jsonb)`.execute(trx)
  return id
}

/** PATCH /r/:id: the named fields only, against the version the person saw. 428 without If-Match, 412 with the present row when it moved on. */
export async function update(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, id: string, body: unknown, ifMatch: string | undefined): Promise<Written> {
  if (!verbsOf(resource).includes('update') || !ctx.access.may(resource, 'update')) throw new Problem('forbidden', `Your role, ${ctx.access.role.label.toLowerCase()}, cannot change ${resource.label[1].toLowerCase()}.`)
  if (resource.stepUp?.includes('update')) requireStepUp(ctx)
  const expected = parseIfMatch(ifMatch)
  const values = readBody(ctx, resource, body, 'update')
  const { row: before, may } = await lockRow(ctx, trx, resource, id, 'update')
  if (!may) throw new Problem('forbidden', `Only some ${resource.label[1].toLowerCase()} are yours to change; this one is not.`)
  if (expected === null) throw new Problem('precondition_required', 'Say which version you saw: If-Match with the ETag of the row.')
  if (expected !== undefined && expected !== before.version) throw new Problem('stale', `Somebody changed this ${resource.label[0].toLowerCase()} since you opened it. Nothing was written.`, { extra: { current: await show(ctx, resource, id, trx) } })
  await checkRelations(ctx, trx, resource, values)
  const changes = differences(resource, pick(before, values), values)
  const moved = Object.fromEntries(Object.entries(values).filter(([name]) => name in changes || resource.fields[name]!.audit === 'omit'))
  if (!Object.keys(moved).length) return { row: await show(ctx, resource, id, trx), operationId: undefined }
  if (Object.keys(moved).some(name => resource.fields[name]!.stepUp)) requireStepUp(ctx)
  const extra = ctx.registry.server(resource.name).columns?.({ before, values: moved, now: ctx.now, actorId: ctx.actor.id }) ?? {}
  await writeColumns(trx, resource, id, { ...toColumns(resource, moved), ...extra })
  await mayStand(ctx, trx, resource, id, 'update')
  await ctx.registry.server(resource.name).afterWrite?.(ctx, trx, { id, verb: 'update', values: moved })
  const row = await show(ctx, resource, id, trx)
  const operationId = await record(ctx, trx, { resource: resource.name, action: 'update', subjectId: id, inverse: { values: pick(before, moved), version: before.version + 1 } },
    [{ act: 'update', resource: resource.name, subjectId: id, changes }])
  return { row, operationId }
}

const pick = (row: Record<string, any>, like: Values): Values => Object.fromEntries(Object.keys(like).map(k => [k, row[k] ?? null]))

export async function writeColumns(trx: Kysely<any>, resource: ResourceDefinition, id: string, columns: Record<string, unknown>): Promise<void> {
  const sets = Object.entries(columns).map(([c, v]) => sql`${sql.ref(c)} = ${v}`)
  try {
    await sql`update ${sql.table(tableOf(resource))} set ${sql.join([...sets, sql`version = version + 1`, sql`updated_at = now()`])} where id = ${id}`.execute(trx)
  } catch (error) { throw constraintProblem(error, resource) ?? error }
}

/** DELETE /r/:id marks the row; POST /r/:id/restore brings it back. Both honour If-Match and leave an operation. */
export async function softDelete(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, id: string, ifMatch: string | undefined, restore: boolean): Promise<Written> {
  if (!resource.softDelete || !ctx.access.may(resource, 'delete')) throw new Problem('forbidden', `Your role, ${ctx.access.role.label.toLowerCase()}, cannot ${restore ? 'restore' : 'delete'} ${resource.label[1].toLowerCase()}.`)
  if (resource.stepUp?.includes(restore ? 'restore' : 'delete')) requireStepUp(ctx)
  const expected = parseIfMatch(ifMatch)
  const { row: before, may } = await lockRow(ctx, trx, resource, id, 'delete', restore)
  if (!may) throw new Problem('forbidden', `Only some ${resource.label[1].toLowerCase()} are yours to delete; this one is not.`)
  if (expected !== null && expected !== undefined && expected !== before.version)
    throw new Problem('stale', `Somebody changed this ${resource.label[0].toLowerCase()} since you opened it. Nothing was written.`, { extra: restore ? {} : { current: await show(ctx, resource, id, trx) } })
  if (restore && !before._deleted) return { row: await show(ctx, resource, id, trx), operationId: undefined }
  const row = restore ? {} : await show(ctx, resource, id, trx)
  await writeColumns(trx, resource, id, { deleted_at: restore ? null : ctx.now })
  await ctx.registry.server(resource.name).afterWrite?.(ctx, trx, { id, verb: restore ? 'restore' : 'delete', values: {} })
  const after = restore ? await show(ctx, resource, id, trx) : row
  const act = restore ? 'restore' : 'delete'
  const changes: Changes = { deletedAt: { before: restore ? before._deleted?.toISOString() ?? null : null, after: restore ? null : ctx.now.toISOString() } }
  const operationId = await record(ctx, trx, { resource: resource.name, action: act, subjectId: id, inverse: { version: before.version + 1 } }, [{ act, resource: resource.name, subjectId: id, changes }])
  return { row: after, operationId }
}
