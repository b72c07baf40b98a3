import { sql } from 'kysely'
import { applyObjects, type Told } from '../../api/billing/apply-objects.ts'
import { ownAccount } from '../../api/billing/read-event.ts'
import { createStripeReader, listable, type Listable, type StripeReader } from '../../api/billing/stripe.ts'
import { newId } from '../../api/engine/ids.ts'
import { rebuildLedger } from '../revenue/rebuild-ledger.ts'
import type { JobHandler } from '../worker.ts'
import { takeTurn, type ApplyDeps } from './apply-told.ts'

/** The job `billing.backfill-stripe`. */
export const backfillStripeHandler: JobHandler = async (services, _payloads, signal) => {
  const reader = createStripeReader(services.config.stripe)
  if (!reader) return
  await backfill({ db: services.db, book: services.config.book, reader }, { signal })
}

interface Cursor { resource: Listable; state: string; cursor: string | null; fetched: number; upper: number }

/**
 * Reads all that the list APIs tell, kind by kind, in pages of 100 up to the instant at which it began. Each page and its cursor are written
 * in one transaction, so that it goes on where it was stopped. The ledger is computed once at the end: half a history proves nothing.
 * `restart` begins again, `only` reads some kinds. Returns how many objects were read.
 */
export async function backfill(deps: Pick<ApplyDeps, 'db' | 'book'> & { reader: StripeReader }, options: { signal?: AbortSignal; restart?: boolean; only?: readonly Listable[]; now?: () => Date; onPage?: (resource: Listable, fetched: number) => void } = {}): Promise<number> {
  const now = options.now ?? (() => new Date())
  if (options.restart) await sql`delete from sync_cursors where stripe_account_id = ${ownAccount}`.execute(deps.db)
  const kinds = options.only ?? listable
  for (const resource of kinds) await sql`
    insert into sync_cursors (id, stripe_account_id, resource, upper_created) values (${newId()}, ${ownAccount}, ${resource}, ${now()}) on conflict do nothing`.execute(deps.db)
  let read = 0
  for (const resource of kinds) {
    let cursor = await cursorOf(deps, resource)
    while (cursor.state !== 'done') {
      if (options.signal?.aborted) return read
      const next = await readPage(deps, cursor, now).catch(async error => {
        await sql`update sync_cursors set state = 'failed', error = ${(error as Error).message} where resource = ${resource}`.execute(deps.db)
        throw error
      })
      read += next.fetched - cursor.fetched
      cursor = next
      options.onPage?.(resource, cursor.fetched)
    }
  }
  await rebuildLedger(deps, { signal: options.signal, now: now() })
  return read
}

async function cursorOf(deps: Pick<ApplyDeps, 'db'>, resource: Listable): Promise<Cursor> {
  const { rows: [row] } = await sql<Cursor>`select resource, state, cursor, fetched, extract(epoch from upper_created)::bigint as upper from sync_cursors where stripe_account_id = ${ownAccount} and resource = ${resource}`.execute(deps.db)
  return row!
}

async function readPage(deps: Pick<ApplyDeps, 'db'> & { reader: StripeReader }, cursor: Cursor, now: () => Date): Promise<Cursor> {
  const at = Math.floor(now().getTime() / 1000)
  const page = await deps.reader.list(cursor.resource, { after: cursor.cursor ?? undefined, createdUpTo: cursor.upper })
  const told = page.data.map((object): Told => ({ account: ownAccount, livemode: Boolean(object.livemode), source: 'backfill', at, object }))
  const done = !page.hasMore || !page.data.length
  await deps.db.transaction().execute(async trx => {
    await takeTurn(trx)
    await applyObjects(trx, told)
    await sql`
      update sync_cursors set state = ${done ? 'done' : 'running'}, cursor = ${page.data.at(-1)?.id ?? cursor.cursor}, fetched = fetched + ${page.data.length}, error = null,
        started_at = coalesce(started_at, now()), finished_at = ${done ? sql`now()` : null} where stripe_account_id = ${ownAccount} and resource = ${cursor.resource}`.execute(trx)
  })
  return cursorOf(deps, cursor.resource)
}
