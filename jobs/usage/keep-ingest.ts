import { sql } from 'kysely'
import type { JobHandler } from '../worker.ts'

/** Makes the partitions of the months ahead; forgets ids of acts and rejected messages after 30 days. */
export const keepIngest: JobHandler = async ({ db, log }) => {
  await sql`select product_events_month((date_trunc('month', now()) + make_interval(months => m))::date) from generate_series(0, 6) m`.execute(db)
  let gone: number
  do {
    gone = Number((await sql`delete from ingest_messages where message_id in (select message_id from ingest_messages where payload is null and received_at < now() - interval '30 days' limit 10000)`.execute(db)).numAffectedRows ?? 0)
  } while (gone === 10_000)
  const rejects = await sql`delete from ingest_rejects where received_at < now() - interval '30 days'`.execute(db)
  log.info({ rejects: Number(rejects.numAffectedRows ?? 0) }, 'ingest kept in order')
}
