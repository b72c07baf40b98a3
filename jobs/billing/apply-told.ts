import { sql } from 'kysely'
import type { Need } from '../../api/billing/catalog.ts'
import { applyObjects, type Told } from '../../api/billing/apply-objects.ts'
import { ownAccount } from '../../api/billing/read-event.ts'
import type { StripeReader } from '../../api/billing/stripe.ts'
import type { Config } from '../../api/engine/config.ts'
import type { Database } from '../../api/engine/database.ts'
import { loadBook } from '../../api/revenue/load-book.ts'
import { rebuildMovements } from '../../api/revenue/rebuild-movements.ts'

export interface ApplyDeps {
  db: Database
  book: Config['book']
  /** null: Stripe is not connected, events count as they tell. */
  reader: StripeReader | null
  /** What Stripe did not know when it was asked, and when: not asked again for ten minutes. */
  unknown: Map<string, number>
}

/** Stripe could not be asked (away, or a fault): the work waits, it is not at fault. */
export class FetchFailed extends Error {}

class NeedsFetch extends Error {
  readonly needs: Need[]
  constructor(needs: Need[]) { super('Something has to be fetched first.'); this.needs = needs }
}

const keyOf = (n: Need) => `${n.objectType} ${n.objectId}`

/**
 * The one way in which knowledge becomes ledger: in one transaction the objects are written down, the movements of the customers they touch
 * are computed anew, and `settle` marks what was done. Where an event cannot be trusted alone the transaction is given up, the object is
 * fetched (once), and the work starts again with it. Writers of the ledger take turns.
 */
export async function applyTold(deps: ApplyDeps, told: readonly Told[], now: () => Date, settle: (db: Database) => Promise<void> = async () => undefined): Promise<void> {
  const fetched: Told[] = []
  const asked = new Set<string>()
  for (;;) {
    try {
      await deps.db.transaction().execute(async trx => {
        await takeTurn(trx)
        await settle(trx)
        const { customers } = await applyObjects(trx, [...told, ...fetched])
        const book = await loadBook(trx, deps.book)
        await rebuildMovements(trx, [...customers].sort(), book, deps.book, now(), { accept: needs => {
          const open = needs.filter(n => !asked.has(keyOf(n)) && (deps.unknown.get(keyOf(n)) ?? 0) < Date.now() - 600_000)
          if (deps.reader && open.length) throw new NeedsFetch(open)
        } })
      })
      return
    } catch (error) {
      if (!(error instanceof NeedsFetch)) throw error
      for (const need of error.needs) {
        asked.add(keyOf(need))
        const object = await fetchOne(deps, need.objectType, need.objectId)
        if (object) fetched.push({ account: told[0]?.account ?? ownAccount, livemode: Boolean(object.livemode), source: 'refetch', at: Math.floor(now().getTime() / 1000), object, decides: need.because === 'tie' })
      }
    }
  }
}

/** Fetches one object; null when Stripe does not know it. Throws FetchFailed when Stripe cannot be asked. */
export async function fetchOne(deps: ApplyDeps, objectType: string, id: string) {
  try {
    const object = await deps.reader!.fetch(objectType, id)
    if (!object) deps.unknown.set(`${objectType} ${id}`, Date.now())
    return object
  } catch (error) {
    throw new FetchFailed(`Stripe could not be asked for ${objectType} ${id}: ${(error as Error).message}`, { cause: error })
  }
}

/** Waits, up to a minute, until no other transaction writes the ledger. Held until this one ends. */
export async function takeTurn(db: Database): Promise<void> {
  await sql`select set_config('statement_timeout', '60000', true), set_config('lock_timeout', '60000', true)`.execute(db)
  await sql`select pg_advisory_xact_lock(hashtext('revenue.ledger'))`.execute(db)
}
