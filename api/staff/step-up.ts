import { sql } from 'kysely'
import { audit } from '../engine/audit.ts'
import type { Ctx } from '../engine/context.ts'
import { Problem } from '../engine/errors.ts'
import { stepUpMinutes } from '../engine/http/step-up.ts'
import { giveBack, takeOrRefuse } from '../engine/limits.ts'
import { codeLimit, useCode } from './second-factor.ts'

const tries = 5, lockMinutes = 15
const locked = (seconds: number) => new Problem('rate_limited', `Too many wrong codes. Confirming is locked in this session for ${Math.ceil(seconds / 60)} minutes. Your session goes on.`, { retryAfter: seconds })

/**
 * Elevates this session for ten minutes by a fresh authenticator code. Five wrong codes lock step-up of the session for a quarter of an hour; the
 * session itself goes on. Failures are audited and committed before they are told.
 */
export async function stepUp(ctx: Ctx, code: string): Promise<{ until: string }> {
  const staffId = ctx.actor.id!, sessionId = ctx.session!.id
  const { rows: [has] } = await sql`select 1 from staff_two_factors where staff_id = ${staffId} and verified`.execute(ctx.db)
  if (!has) throw new Problem('second_factor_required', 'This needs a code of your authenticator, and you have none yet. Set up a second factor first.')
  await takeOrRefuse(ctx.db, codeLimit, 'Too many wrong codes. Wait a few minutes.', staffId)
  const outcome = await ctx.db.transaction().execute(async trx => {
    await sql`insert into elevations (session_id) values (${sessionId}) on conflict do nothing`.execute(trx)
    // the lock on this row makes tries of one session wait for each other, so that five at once count as five
    const { rows: [row] } = await sql<{ failures: number; locked_until: Date | null }>`select failures, locked_until from elevations where session_id = ${sessionId} for update`.execute(trx)
    if (row!.locked_until && row!.locked_until > ctx.now) return { refused: locked(Math.ceil((row!.locked_until.getTime() - ctx.now.getTime()) / 1000)), counts: false }
    if (await useCode(trx, ctx.config, staffId, code, ctx.now) === 'used') {
      await sql`update elevations set at = ${ctx.now}, failures = 0, locked_until = null where session_id = ${sessionId}`.execute(trx)
      await audit(trx, ctx, [{ act: 'step-up', resource: 'staff', subjectId: staffId }])
      return { refused: undefined, counts: false }
    }
    const failures = row!.failures + 1, lock = failures >= tries
    await sql`update elevations set failures = ${lock ? 0 : failures}, locked_until = ${lock ? new Date(ctx.now.getTime() + lockMinutes * 60_000) : null} where session_id = ${sessionId}`.execute(trx)
    await audit(trx, ctx, [{ act: lock ? 'step-up-lock' : 'step-up-failure', resource: 'staff', subjectId: staffId, changes: { failures: { before: row!.failures, after: failures } } }])
    const wrong = new Problem('unprocessable', 'That code is not right, or it was used before. Codes change every 30 seconds.', { errors: { code: ['That code is not right, or it was used before.'] } })
    return { refused: lock ? locked(lockMinutes * 60) : wrong, counts: true }
  })
  if (!outcome.counts) await giveBack(ctx.db, codeLimit, staffId)
  if (outcome.refused) throw outcome.refused
  return { until: new Date(ctx.now.getTime() + stepUpMinutes * 60_000).toISOString() }
}
