import { createHash, randomBytes } from 'node:crypto'
import { sql, type Kysely, type RawBuilder } from 'kysely'
import type { ResourceDefinition } from '../../resources/engine/define-resource.ts'
import type { Ctx } from './context.ts'
import { newId } from './ids.ts'

export type Changes = Record<string, { before: unknown; after: unknown }>

export interface AuditEntry {
  /** A noun or verb: create, update, delete, restore, export, sign-in, suspension ... */
  act: string
  resource: string
  subjectId?: string | null
  reason?: string | null
  changes?: Changes
}

/** JSON with sorted keys: the same value has the same bytes, whoever wrote it. */
export function canonical(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const entries = Object.entries(value).filter(([, v]) => v !== undefined).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`
}

/** The digest that the chain covers: SHA-256 over salt, reason and changes. */
export const digestOf = (salt: Buffer, reason: string | null, changes: unknown): Buffer =>
  createHash('sha256').update(salt).update(canonical({ reason, changes: changes ?? null })).digest()

/** Rows for audit_append, from the context of whoever acts. */
export function auditRows(ctx: Pick<Ctx, 'actor' | 'onBehalfOf' | 'requestId' | 'ip'>, entries: readonly AuditEntry[]): string {
  return JSON.stringify(entries.map(e => {
    const salt = randomBytes(16)
    const changes = e.changes && Object.keys(e.changes).length ? JSON.parse(JSON.stringify(e.changes)) : null
    return {
      id: newId(), actorKind: ctx.actor.kind, actorId: ctx.actor.id, actorName: ctx.actor.name, onBehalfOf: ctx.onBehalfOf?.id ?? null,
      act: e.act, resource: e.resource, subjectId: e.subjectId ?? null, requestId: ctx.requestId, ip: ctx.ip,
      reason: e.reason ?? null, changes, salt: salt.toString('hex'), digest: digestOf(salt, e.reason ?? null, changes).toString('hex'),
    }
  }))
}

/**
 * Writes audit rows as the last statement of the caller's transaction: it locks the head of the chain until commit. When it fails, the change
 * fails with it.
 */
export async function audit(trx: Kysely<any>, ctx: Pick<Ctx, 'actor' | 'onBehalfOf' | 'requestId' | 'ip'>, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length) await sql`select audit_append(${auditRows(ctx, entries)}::jsonb)`.execute(trx)
}

/** The same as an expression, for statements that write row and audit in one. */
export const auditCall = (rows: string): RawBuilder<unknown> => sql`audit_append(${rows}::jsonb)`

const same = (a: unknown, b: unknown) => canonical(a instanceof Date ? a.toISOString() : a ?? null) === canonical(b instanceof Date ? b.toISOString() : b ?? null)

/** Field differences of a change, redacted as declared; fields that did not change are left out. */
export function differences(resource: ResourceDefinition, before: Record<string, unknown>, after: Record<string, unknown>): Changes {
  const changes: Changes = {}
  for (const [name, field] of Object.entries(resource.fields)) {
    if (!(name in before) && !(name in after)) continue
    if (field.audit === 'omit' || same(before[name], after[name])) continue
    changes[name] = field.audit === 'redact' || field.privacy === 'secret'
      ? { before: before[name] == null ? null : '[redacted]', after: after[name] == null ? null : '[redacted]' }
      : { before: before[name] ?? null, after: after[name] ?? null }
  }
  return changes
}
