import { sql } from 'kysely'
import type { ApplyDeps } from '../billing/apply-told.ts'
import { takeTurn } from '../billing/apply-told.ts'
import { loadBook } from '../../api/revenue/load-book.ts'
import { rebuildMovements } from '../../api/revenue/rebuild-movements.ts'
import type { JobHandler } from '../worker.ts'

const chunk = 100

/** The job `revenue.write-due-movements`. */
export const writeDueMovementsHandler: JobHandler = async (services, _payloads, signal) => {
  await writeDueMovements({ db: services.db, book: services.config.book }, new Date(), signal)
}

/** Writes the movements of customers whose MRR time alone has changed since: at their true instant. Returns how many customers. */
export async function writeDueMovements(deps: Pick<ApplyDeps, 'db' | 'book'>, now: Date, signal?: AbortSignal): Promise<number> {
  let done = 0
  while (!signal?.aborted) {
    const count = await deps.db.transaction().execute(async trx => {
      await takeTurn(trx)
      const { rows } = await sql<{ customer_id: string }>`select distinct customer_id from (select customer_id from billing_accounts where next_due_at <= ${now} order by next_due_at limit ${chunk}) d`.execute(trx)
      const ids = rows.map(r => r.customer_id).sort()
      await rebuildMovements(trx, ids, await loadBook(trx, deps.book), deps.book, now)
      return ids.length
    })
    if (!count) break
    done += count
  }
  return done
}
