import { sql, type Kysely, type RawBuilder } from 'kysely'
import { tableOf, versioned, type ResourceDefinition } from '../../../../resources/engine/define-resource.ts'
import { readCell, saysTheSame } from '../../../../resources/engine/fields/cell.ts'
import { kindOf } from '../../../../resources/engine/fields/index.ts'
import { toSql } from '../../access.ts'
import type { Ctx } from '../../context.ts'
import { Problem } from '../../errors.ts'
import { isId } from '../../ids.ts'
import { reference, visibleRows } from '../../where.ts'
import { readBody, type Values } from '../body.ts'
import type { Column } from './plan.ts'

/** A line of the file: the cells that are read, in the order of the columns. `id` is what its row is called if it is new. */
export interface Line { line: number; id: string; cells: readonly string[]; /** An earlier line of the same row. */ twin: number | null }
export interface Complaint { row: number; field: string | null; message: string }
export type Judged =
  | { line: number; id: string; outcome: 'new'; values: Values }
  | { line: number; id: string; outcome: 'changed'; values: Values; before: Record<string, any> }
  | { line: number; id: string; outcome: 'same' }
  | { line: number; id: string; outcome: 'wrong'; complaints: Complaint[] }

type Known = Record<string, any> & { id: string; version?: number; _seen: boolean; _may: boolean }

/** What a line would do, before anything is written: rows known by id or `importKey` are compared with what they hold, all others are new. */
export async function judgeRows(ctx: Ctx, db: Kysely<any>, resource: ResourceDefinition, columns: readonly Column[], lines: readonly Line[], lock = false): Promise<Judged[]> {
  const known = await knownRows(ctx, db, resource, columns, lines, lock)
  const judged = lines.map(line => judge(ctx, resource, columns, line, known))
  await checkRelations(ctx, db, resource, judged)
  await checkUnique(ctx, db, resource, judged)
  return judged
}

/** The keys of a line: its id and the value of its import key, where the file tells them. */
export function keysOf(resource: ResourceDefinition, columns: readonly Column[], cells: readonly string[]): { id: string | null; key: string | null } {
  const cell = (name: string | undefined): string | null => {
    const at = columns.findIndex(c => c.name === name)
    if (at < 0 || !name) return null
    const text = cells[at]!
    if (name === 'id') return text.trim().toLowerCase() || null
    const read = readCell(text, columns[at]!.field!)
    return 'ok' in read && read.ok !== null && String(read.ok).trim() !== '' ? String(read.ok).trim() : null
  }
  return { id: cell('id'), key: cell(resource.importKey) }
}

interface Rows { byId: Map<string, Known>; byKey: Map<string, Known[]> }

async function knownRows(ctx: Ctx, db: Kysely<any>, resource: ResourceDefinition, columns: readonly Column[], lines: readonly Line[], lock: boolean): Promise<Rows> {
  const keys = lines.map(l => keysOf(resource, columns, l.cells))
  const ids = keys.flatMap(k => isId(k.id) ? [k.id] : []), values = [...new Set(keys.flatMap(k => k.key === null ? [] : [k.key]))]
  const byId = new Map<string, Known>(), byKey = new Map<string, Known[]>()
  if (!ids.length && !values.length) return { byId, byKey }
  const keyField = resource.importKey ? resource.fields[resource.importKey]! : undefined
  const keyRef = resource.importKey ? reference(resource, resource.importKey, 't', ctx) : sql`null`
  const cast = sql.raw(keyField ? kindOf(keyField).sql : 'text')
  const where = [...ids.length ? [sql`t.id = any(${ids}::uuid[])`] : [], ...values.length && keyField ? [sql`${keyRef} = any(${values}::${cast}[])`] : []]
  // a row about to be written is read whole, as every change of a row is
  const names = lock ? Object.keys(resource.fields) : columns.filter(c => c.field).map(c => c.name)
  const { rows } = await sql<Known>`select t.id, ${versioned(resource) ? sql`t.version` : sql`null`} as version, (${keyRef})::text as _key,
      coalesce(${toSql(visibleRows(resource, ctx.access), 't')}, false) as _seen, coalesce(${toSql(ctx.access.rows(resource, 'update'), 't')}, false) as _may${names.length ? sql`, ` : sql``}${sql.join(names.map(name => sql`${reference(resource, name, 't', ctx)} as ${sql.ref(name)}`))}
    from ${sql.table(tableOf(resource))} as t where (${sql.join(where, sql` or `)}) ${lock ? sql`order by t.id for update of t` : sql``}`.execute(db)
  for (const row of rows) {
    byId.set(row.id, row)
    if (row._key !== null) byKey.set(row._key, [...byKey.get(row._key) ?? [], row])
  }
  return { byId, byKey }
}

function judge(ctx: Ctx, resource: ResourceDefinition, columns: readonly Column[], line: Line, known: Rows): Judged {
  const wrong = (field: string | null, message: string): Judged => ({ line: line.line, id: line.id, outcome: 'wrong', complaints: [{ row: line.line, field, message }] })
  const one = resource.label[0].toLowerCase(), keyLabel = resource.importKey ? resource.fields[resource.importKey]!.label : 'Id'
  if (line.twin !== null) return wrong(resource.importKey ?? 'id', `Line ${line.twin} is about the same ${one}.`)
  const { id, key } = keysOf(resource, columns, line.cells)
  if (id !== null && !isId(id)) return wrong('id', 'Id must be an id, or empty for a new row.')
  const found = id !== null ? known.byId.get(id) : key !== null ? known.byKey.get(key)?.[0] : undefined
  if (id !== null && !found?._seen) return wrong('id', `There is no such ${one}.`)
  if (found && !found._seen) return wrong(resource.importKey!, `Another ${one} already has this ${keyLabel.toLowerCase()}.`)
  const body: Record<string, unknown> = {}, complaints: Complaint[] = []
  columns.forEach((column, i) => {
    const { field, name } = column, cell = line.cells[i]!
    if (!field || (found && saysTheSame(cell, found[name], field))) return
    const read = readCell(cell, field)
    if ('error' in read) complaints.push({ row: line.line, field: name, message: read.error })
    // what a new row leaves out is filled in by the definition
    else if (found || (read.ok !== null && !(Array.isArray(read.ok) && !read.ok.length))) body[name] = read.ok
  })
  if (found && !complaints.length && !Object.keys(body).length) return { line: line.line, id: found.id, outcome: 'same' }
  const versionAt = columns.findIndex(c => c.name === 'version'), version = versionAt < 0 ? '' : line.cells[versionAt]!.trim()
  if (found && version !== '' && version !== String(found.version)) return wrong('version', `Somebody changed this ${one} since the file was made.`)
  if (found && !found._may) return wrong(null, `This ${one} is not yours to change.`)
  const verb = found ? 'update' : 'create'
  if (!found && !ctx.access.may(resource, 'create')) return wrong(null, `Your role, ${ctx.access.role.label.toLowerCase()}, cannot make ${resource.label[1].toLowerCase()}.`)
  let values: Values | undefined
  try { values = readBody(ctx, resource, body, verb) } catch (error) {
    if (!(error instanceof Problem) || !error.errors) throw error
    for (const [field, sentences] of Object.entries(error.errors)) if (!complaints.some(c => c.field === field)) complaints.push({ row: line.line, field, message: sentences[0]! })
  }
  if (complaints.length || !values) return { line: line.line, id: line.id, outcome: 'wrong', complaints }
  return found ? { line: line.line, id: found.id, outcome: 'changed', values, before: found } : { line: line.line, id: line.id, outcome: 'new', values }
}

const written = (judged: readonly Judged[]) => judged.filter(j => j.outcome === 'new' || j.outcome === 'changed')
const spoil = (judged: Judged[], of: Judged, field: string, message: string): void => { judged[judged.indexOf(of)] = { line: of.line, id: of.id, outcome: 'wrong', complaints: [{ row: of.line, field, message }] } }

/** Relations must point at rows that are there and may be seen: one question a field, whatever the number of lines. */
async function checkRelations(ctx: Ctx, db: Kysely<any>, resource: ResourceDefinition, judged: Judged[]): Promise<void> {
  for (const [name, field] of Object.entries(resource.fields)) {
    if (field.type !== 'relation') continue
    const with_ = written(judged).filter(j => j.values[name])
    if (!with_.length) continue
    const target = ctx.registry.named(field.resource), visible = target ? visibleRows(target, ctx.access) : false
    const there = new Set(target && visible !== false ? (await sql<{ id: string }>`select t.id from ${sql.table(tableOf(target))} as t where t.id = any(${[...new Set(with_.map(j => j.values[name] as string))]}::uuid[]) and ${toSql(visible, 't')}`.execute(db)).rows.map(r => r.id) : [])
    for (const j of with_) if (!there.has(j.values[name])) spoil(judged, j, name, `${field.label}: there is no such ${(target?.label[0] ?? 'row').toLowerCase()}.`)
  }
}

/** Values that only one row may have: neither another row's, nor twice among these lines. */
async function checkUnique(ctx: Ctx, db: Kysely<any>, resource: ResourceDefinition, judged: Judged[]): Promise<void> {
  for (const [name, field] of Object.entries(resource.fields)) {
    if (!('unique' in field) || !field.unique) continue
    const with_ = written(judged).filter(j => typeof j.values[name] === 'string')
    if (!with_.length) continue
    const ref: RawBuilder<unknown> = reference(resource, name, 't', ctx)
    const { rows } = await sql<{ id: string; value: string }>`select t.id, (${ref})::text as value from ${sql.table(tableOf(resource))} as t where ${ref} = any(${with_.map(j => j.values[name])}::text[])`.execute(db)
    const holders = new Map(rows.map(r => [r.value, r.id])), first = new Map<string, number>()
    for (const j of with_) {
      const value = j.values[name] as string, holder = holders.get(value), before = first.get(value)
      if (holder !== undefined && holder !== j.id) spoil(judged, j, name, `Another ${resource.label[0].toLowerCase()} already has this ${field.label.toLowerCase()}.`)
      else if (before !== undefined) spoil(judged, j, name, `Line ${before} has the same ${field.label.toLowerCase()}.`)
      else first.set(value, j.line)
    }
  }
}
