import type { Action } from '../../../resources/engine/define-resource.ts'
import { Problem } from '../errors.ts'
import { plainObject, readValue, type Values } from '../rest/body.ts'

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
