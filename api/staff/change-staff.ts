import { sql, type Kysely } from 'kysely'
import type { Ctx } from '../engine/context.ts'
import { Problem } from '../engine/errors.ts'
import type { ActionResult, ActionVerb, ResourceServer } from '../engine/registry.ts'
import { endLinks, makeLink, type LinkKind } from './links.ts'

const done = (ids: readonly string[], more: Partial<ActionResult> = {}): ActionResult[] => ids.map(id => ({ id, outcome: 'done', inverse: {}, ...more }))
const endSessions = async (trx: Kysely<any>, ids: readonly string[]): Promise<void> => { await sql`delete from staff_sessions where staff_id = any(${ids}::uuid[])`.execute(trx) }

/** One active administrator must remain. Called after the write; two who take each other's role wait here, and the second is refused. */
export async function keepAnAdmin(trx: Kysely<any>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('staff: the last administrator'))`.execute(trx)
  const { rows } = await sql`select 1 from staff where role = 'admin' and active and deleted_at is null limit 1`.execute(trx)
  if (!rows.length) throw new Problem('unprocessable', 'This is the last active administrator. Give somebody else the role first.')
}

const makes = (kind: LinkKind): ActionVerb => async (ctx, trx, { ids }) => {
  const [id] = ids as [string]
  const { rows: [person] } = await sql<{ has: boolean }>`select exists (select 1 from staff_accounts where staff_id = ${id} and password is not null) as has`.execute(trx)
  if (kind === 'invitation' && person!.has) throw new Problem('unprocessable', 'This person has a password already. Make a link for a new one instead.')
  return done(ids, { once: { ...await makeLink(ctx, trx, id, kind, { now: ctx.now, createdBy: ctx.actor.id }) } })
}

const deactivate: ActionVerb = async (ctx, trx, { ids }) => {
  const others = ids.filter(id => id !== ctx.actor.id)
  if (!others.length) throw new Problem('unprocessable', 'You cannot deactivate yourself.')
  await sql`update staff set active = false, version = version + 1, updated_at = now() where id = any(${others}::uuid[])`.execute(trx)
  await keepAnAdmin(trx)
  await endSessions(trx, others)
  for (const id of others) await endLinks(trx, id)
  return ids.map(id => id === ctx.actor.id ? { id, outcome: 'skipped', reason: 'You cannot deactivate yourself' } : { id, outcome: 'done', inverse: {}, changes: { active: { before: true, after: false } } })
}

const activate: ActionVerb = async (_ctx, trx, { ids }) => {
  await sql`update staff set active = true, version = version + 1, updated_at = now() where id = any(${ids}::uuid[])`.execute(trx)
  return done(ids, { changes: { active: { before: false, after: true } } })
}

const resetSecondFactor: ActionVerb = async (_ctx, trx, { ids }) => {
  const { rows } = await sql<{ id: string }>`update staff set two_factor_enabled = false, version = version + 1, updated_at = now() where id = any(${ids}::uuid[]) returning id`.execute(trx)
  await sql`delete from staff_two_factors where staff_id = any(${ids}::uuid[])`.execute(trx)
  await sql`delete from staff_enrolments where staff_id = any(${ids}::uuid[])`.execute(trx)
  await endSessions(trx, ids)
  return done(rows.map(r => r.id), { changes: { twoFactorEnabled: { before: true, after: false } } })
}

const endAllSessions: ActionVerb = async (_ctx, trx, { ids }) => {
  await endSessions(trx, ids)
  return done(ids)
}

/** What belongs to a change of a colleague beyond its columns. */
async function afterWrite(ctx: Ctx, trx: Kysely<any>, { id, verb, values }: { id: string; verb: string; values: Record<string, any> }): Promise<void> {
  const own = id === ctx.actor.id
  if (verb === 'update' && 'role' in values) {
    if (own) throw new Problem('unprocessable', 'You cannot change your own role.', { errors: { role: ['You cannot change your own role.'] } })
    await keepAnAdmin(trx)
  }
  if (verb === 'delete') {
    if (own) throw new Problem('unprocessable', 'You cannot delete yourself.')
    await keepAnAdmin(trx)
    await endSessions(trx, [id])
    await endLinks(trx, id)
  }
}

export const staffServer: ResourceServer = {
  columns: ({ values }) => typeof values.email === 'string' ? { email: values.email.toLowerCase() } : {},
  afterWrite,
  actions: {
    invitation: makes('invitation'), 'password-reset': makes('reset'), deactivation: deactivate, activation: activate,
    'second-factor-reset': resetSecondFactor, 'session-end': endAllSessions,
  },
}
