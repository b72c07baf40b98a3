import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'

/** How long a fresh code is good for, in this session. */
export const stepUpMinutes = 10

/** When the present elevation ends, or null. */
export const stepUpUntil = (ctx: Pick<Ctx, 'session' | 'now'>): Date | null => {
  const at = ctx.session?.stepUpAt
  const until = at ? new Date(at.getTime() + stepUpMinutes * 60_000) : null
  return until && until > ctx.now ? until : null
}

/** 403 `step_up_required` unless the person gave an authenticator code within the last ten minutes, in this session. */
export function requireStepUp(ctx: Ctx): void {
  if (!stepUpUntil(ctx)) throw new Problem('step_up_required', 'This needs a fresh code of your authenticator.')
}
