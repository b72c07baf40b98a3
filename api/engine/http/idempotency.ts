import { createHash } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import { canonical } from '../audit.ts'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'

export interface Answer { status: number; body: any; headers?: Record<string, string> }

/**
 * Runs a write in one transaction. With an Idempotency-Key the answer is kept for 24 hours per person and route: the same key and body answer the same
 * again without acting; the same key with another body is 409. Two at once: the second waits for the first and gets its answer.
 */
export async function writing(ctx: Ctx, request: { key: string | undefined; route: string; body: unknown }, act: (trx: Kysely<any>) => Promise<Answer>): Promise<Answer> {
  const { key } = request
  if (key === undefined) return ctx.db.transaction().execute(act)
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) throw new Problem('malformed', 'Idempotency-Key has 1 to 255 visible ASCII characters.')
  const hash = createHash('sha256').update(canonical(request.body)).digest('hex')
  return ctx.db.transaction().execute(async trx => {
    const mine = sql`staff_id = ${ctx.actor.id} and route = ${request.route} and key = ${key}`
    await sql`delete from idempotency_keys where ${mine} and created_at < now() - interval '24 hours'`.execute(trx)
    const { rows } = await sql`insert into idempotency_keys (staff_id, route, key, request_hash) values (${ctx.actor.id}, ${request.route}, ${key}, ${hash}) on conflict do nothing returning 1`.execute(trx)
    if (!rows.length) {
      const { rows: [kept] } = await sql<{ request_hash: string; status: number; body: any }>`select request_hash, status, body from idempotency_keys where ${mine}`.execute(trx)
      if (kept!.request_hash !== hash) throw new Problem('idempotency_mismatch', 'This Idempotency-Key was used with another body. Nothing was done.')
      return { status: kept!.status, body: kept!.body.body, headers: kept!.body.headers }
    }
    const answer = await act(trx)
    // what is shown once is not kept: the same key answers without it
    const { once: _, ...kept } = answer.body ?? {}
    await sql`update idempotency_keys set status = ${answer.status}, body = ${JSON.stringify({ body: kept, headers: answer.headers })}::jsonb where ${mine}`.execute(trx)
    return answer
  })
}
