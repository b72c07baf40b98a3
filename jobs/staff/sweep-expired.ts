import { sql } from 'kysely'
import type { Services } from '../../api/engine/context.ts'
import { expireApprovals, forgetOutcomes } from '../../api/engine/operations/sweep.ts'
import { forgetFiles } from '../../api/engine/rest/import/run-import.ts'

/** Removes what has run out and is of no use to anybody: sessions, links, half-finished sign-ins and enrolments, counters, old idempotency keys. */
export async function sweepExpired({ db }: Pick<Services, 'db'>): Promise<void> {
  await sql`delete from staff_sessions where expires_at < now() or seen_at < now() - interval '24 hours'`.execute(db)
  await sql`delete from staff_links where expires_at < now() - interval '30 days'`.execute(db)
  await sql`update staff_links set sealed_token = null where sealed_token is not null and expires_at < now()`.execute(db)
  await sql`delete from staff_verifications where expires_at < now()`.execute(db)
  await sql`delete from staff_enrolments where created_at < now() - interval '1 day'`.execute(db)
  await sql`delete from rate_limits where expire < ${Date.now()}`.execute(db)
  await sql`delete from idempotency_keys where created_at < now() - interval '24 hours'`.execute(db)
  await expireApprovals({ db })
  await forgetOutcomes({ db })
  await forgetFiles(db)
}
