import { sql, type Kysely } from 'kysely'
import { auditRows } from '../audit.ts'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'
import { requireStepUp } from '../http/step-up.ts'
import { plainObject } from '../rest/body.ts'
import { actionOf } from './apply-rows.ts'
import { answerOf, lockOperation, type Approval, type Operation, type OperationRow } from './operation.ts'
import { enqueue, parametersHash } from './start-operation.ts'

/** Locks an operation that waits for approval and checks that this person may decide about it: another one than who asked, with the same grant. */
async function toDecide(ctx: Ctx, trx: Kysely<any>, id: string): Promise<OperationRow> {
  const op = await lockOperation(ctx, trx, id)
  if (op.created_by === ctx.actor.id) throw new Problem('forbidden', 'You asked for this yourself; somebody else has to decide.')
  const resource = ctx.registry.named(op.resource)
  if (!resource) throw new Problem('conflict', 'What this was about does not exist any more.')
  actionOf(ctx, resource, op.action)
  if (!op.asks) throw new Problem('conflict', 'This does not wait for approval.')
  if (op.approve_until && op.approve_until < ctx.now) throw new Problem('conflict', 'Nobody approved this in time. It has to be asked for again.')
  return op
}

/**
 * POST /operations/:id/approve: by another person with the grant and a fresh step-up. Bound to the exact parameters: what was shown is what runs. When enough people
 * agree it runs, with the rights of who asked.
 */
export async function approve(ctx: Ctx, trx: Kysely<any>, id: string): Promise<Operation> {
  const op = await toDecide(ctx, trx, id)
  requireStepUp(ctx)
  if (op.approvals.some(a => a.id === ctx.actor.id)) throw new Problem('conflict', 'You have approved this already.')
  if (op.parameters_hash !== await parametersHash(trx, op)) throw new Problem('conflict', 'What was asked for is not what stands here now. It has to be asked for again.')
  const approvals: Approval[] = [...op.approvals, { id: ctx.actor.id!, name: ctx.actor.name, at: ctx.now.toISOString() }]
  const enough = approvals.length >= op.approvals_needed
  const action = ctx.registry.named(op.resource)!.actions?.[op.action]
  const runsAt = enough && action?.delaySeconds !== undefined ? new Date(ctx.now.getTime() + action.delaySeconds * 1000) : op.runs_at
  if (enough) await enqueue(ctx, trx, id, action?.delaySeconds)
  return decided(ctx, trx, id, 'approve', null, sql`approvals = ${JSON.stringify(approvals)}::jsonb, runs_at = ${runsAt}, asks = ${enough ? null : op.asks}`, { approvals: { before: op.approvals.length, after: approvals.length } })
}

/** POST /operations/:id/reject: it will not happen; who asked finds the reason. */
export async function reject(ctx: Ctx, trx: Kysely<any>, id: string, body: unknown): Promise<Operation> {
  const { reason, ...rest } = plainObject(body)
  const unknown = Object.keys(rest)
  if (unknown.length) throw new Problem('unwritable_field', `"${unknown[0]!.slice(0, 60)}" is not part of this call.`)
  if (reason !== undefined && typeof reason !== 'string') throw new Problem('malformed', 'The reason must be text.', { errors: { reason: ['The reason must be text.'] } })
  if (!reason?.trim() || reason.length > 1_000 || reason.includes('\u0000') || !reason.isWellFormed()) throw new Problem('unprocessable', 'A reason is needed, of at most 1,000 characters.', { errors: { reason: ['A reason is needed, of at most 1,000 characters.'] } })
  await toDecide(ctx, trx, id)
  return decided(ctx, trx, id, 'reject', reason.trim(), sql`state = 'cancelled', asks = null, finished_at = now(), error = ${`${ctx.actor.name} did not approve it: ${reason.trim()}`}`, { state: { before: 'waiting', after: 'cancelled' } })
}

async function decided(ctx: Ctx, trx: Kysely<any>, id: string, act: string, reason: string | null, set: ReturnType<typeof sql>, changes: Record<string, { before: unknown; after: unknown }>): Promise<Operation> {
  const { rows: [after] } = await sql<OperationRow>`with decided as (update operations set ${set} where id = ${id} returning *),
    told as (select audit_append(${auditRows(ctx, [{ act, resource: 'operations', subjectId: id, reason, changes }])}::jsonb)) select decided.* from decided, told`.execute(trx)
  ctx.totals.changed('operations')
  return answerOf(after!, ctx.now)
}
