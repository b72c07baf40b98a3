import { verbsOf, type ResourceDefinition } from '../../../../resources/engine/define-resource.ts'
import type { Field } from '../../../../resources/engine/fields.ts'
import type { Ctx } from '../../context.ts'
import { Problem } from '../../errors.ts'
import { requireStepUp } from '../../http/step-up.ts'
import { plainObject, writable } from '../body.ts'

/** A column of the file that is read: where it stands, what it is called there, which field it fills. `id` and `version` are those of an export. */
export interface Column { index: number; head: string; name: string; field: Field | null }

/** How a file is read. Kept with the operation, so that its job reads it the same way. */
export interface Plan { columns: Column[]; width: number }

const idField: Field = { type: 'relation', label: 'Id', resource: '', nullable: true }
const versionField: Field = { type: 'int', label: 'Version', nullable: true, min: 1 }

/** Rows of this can come out of a file: it is made here, and a field tells known rows from new ones. */
export const importable = (resource: ResourceDefinition): boolean => resource.importKey !== undefined && verbsOf(resource).includes('create')

/** May this person import it? */
export const mayImport = (ctx: Pick<Ctx, 'access'>, resource: ResourceDefinition): boolean =>
  importable(resource) && ctx.access.may(resource, 'import') && (ctx.access.may(resource, 'create') || ctx.access.may(resource, 'update'))

export function requireImport(ctx: Ctx, resource: ResourceDefinition): void {
  if (mayImport(ctx, resource)) return
  throw new Problem('forbidden', ctx.access.may(resource, 'import') ? `${resource.label[1]} cannot be imported.` : `Your role, ${ctx.access.role.label.toLowerCase()}, cannot import ${resource.label[1].toLowerCase()}.`)
}

const fillable = (ctx: Pick<Ctx, 'access'>, resource: ResourceDefinition, name: string): boolean => {
  const field = Object.hasOwn(resource.fields, name) ? resource.fields[name] : undefined
  return field !== undefined && (['create', 'update'] as const).some(verb => writable(field, verb) && ctx.access.field(resource, verb, name) !== false)
}

/**
 * Reads a mapping `{ column head: field }` against the head of a file. Without one, columns that are called like a field that may be written fill it. 422 names each
 * column or field that does not exist or may not be written.
 */
export function planOf(ctx: Ctx, resource: ResourceDefinition, head: readonly string[], mapping: unknown): Plan {
  const given = mapping === undefined ? guess(ctx, resource, head) : plainObject(mapping)
  const complaints: string[] = [], columns: Column[] = []
  const short = (text: string) => `"${text.slice(0, 60)}"`
  for (const [column, name] of Object.entries(given)) {
    if (name === null || name === '') continue
    if (typeof name !== 'string') { complaints.push(`${short(column)} must be mapped to the name of a field.`); continue }
    const at = head.indexOf(column.trim())
    const field = name === 'id' ? idField : name === 'version' && resource.versioned !== false ? versionField : fillable(ctx, resource, name) ? resource.fields[name]! : undefined
    if (at < 0) complaints.push(`The file has no column ${short(column)}.`)
    else if (head.indexOf(column.trim(), at + 1) >= 0) complaints.push(`The file has the column ${short(column)} twice.`)
    else if (!field) complaints.push(`${short(name)} is no field that can be filled.`)
    else if (columns.some(c => c.name === name)) complaints.push(`Two columns are mapped to ${short(name)}.`)
    else columns.push({ index: at, head: column.trim(), name, field: name === 'id' || name === 'version' ? null : field })
  }
  if (!complaints.length && !columns.some(c => c.field)) complaints.push('No column is mapped to a field.')
  if (complaints.length) throw new Problem('unprocessable', `${complaints[0]!} Nothing was read.`, { errors: { mapping: complaints.slice(0, 100) } })
  const verbs = (['create', 'update'] as const).filter(verb => ctx.access.may(resource, verb))
  if (verbs.some(verb => resource.stepUp?.includes(verb)) || columns.some(c => c.field?.stepUp)) requireStepUp(ctx)
  return { columns, width: head.length }
}

const guess = (ctx: Ctx, resource: ResourceDefinition, head: readonly string[]): Record<string, string> =>
  Object.fromEntries(head.filter((h, i) => head.indexOf(h) === i && fillable(ctx, resource, h)).map(h => [h, h]))

/** The cells of a row that are read, in the order of the plan. */
export const cellsOf = (plan: Plan, cells: readonly string[]): string[] => plan.columns.map(c => cells[c.index] ?? '')

/** The plan as it is kept: columns by name. */
export const planColumns = (resource: ResourceDefinition, kept: readonly { head: string; name: string }[]): Column[] =>
  kept.map((c, index) => ({ index, head: c.head, name: c.name, field: c.name === 'id' || c.name === 'version' ? null : resource.fields[c.name] ?? null }))
