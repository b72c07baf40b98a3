import type { Ctx } from '../context.ts'

/** What Hono carries along a request. */
export interface Env {
  Variables: { requestId: string; ip: string | null; nonce: string; ctx: Ctx }
  Bindings: { incoming?: { socket?: { remoteAddress?: string } } }
}
