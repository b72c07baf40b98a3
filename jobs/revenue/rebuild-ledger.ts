import { sql } from 'kysely'
import { loadBook } from '../../api/revenue/load-book.ts'
import { compareMovements, rebuildMovements } from '../../api/revenue/rebuild-movements.ts'
import { takeTurn, type ApplyDeps } from '../billing/apply-told.ts'
import type { JobHandler } from '../worker.ts'

const chunk = 100

/** The job `revenue.rebuild-ledger`. */
export const rebuildLedgerHandler: JobHandler = async (services, _payloads, signal) => {
  await rebuildLedger({ db: services.db, book: services.config.book }, { signal })
}

/**
 * Computes the whole ledger anew, a hundred customers at a time. With `fromRaw` from the raw events; with `compare` nothing is written. The
 * sums say how many rows were (or would be) taken back and added: 0 and 0 when the ledger was right.
 */
export async function rebuildLedger(deps: Pick<ApplyDeps, 'db' | 'book'>, options: { fromRaw?: boolean; compare?: boolean; now?: Date; signal?: AbortSignal } = {}): Promise<{ customers: number; reversed: number; added: number }> {
  const sum = { customers: 0, reversed: 0, added: 0 }
  let after = '00000000-0000-0000-0000-000000000000'
  while (!options.signal?.aborted) {
    const { rows } = await sql<{ customer_id: string }>`select distinct customer_id from billing_accounts where customer_id > ${after} order by 1 limit ${chunk}`.execute(deps.db)
    if (!rows.length) break
    const ids = rows.map(r => r.customer_id)
    after = ids.at(-1)!
    const now = options.now ?? new Date()
    const part = options.compare ? await compareMovements(deps.db, ids, await loadBook(deps.db, deps.book), deps.book, now)
      : await deps.db.transaction().execute(async trx => {
        await takeTurn(trx)
        return rebuildMovements(trx, ids, await loadBook(trx, deps.book), deps.book, now, { fromRaw: options.fromRaw })
      })
    sum.customers += ids.length; sum.reversed += part.reversed; sum.added += part.added
  }
  return sum
}
