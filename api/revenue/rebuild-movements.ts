import { sql } from 'kysely'
import type { Need } from '../billing/catalog.ts'
import { insertRows, type Row } from '../billing/bulk-rows.ts'
import { loadVersions, type CustomerVersions } from '../billing/load-versions.ts'
import { subscriptionHistory, type SubscriptionHistory } from '../billing/subscription-history.ts'
import type { Config } from '../engine/config.ts'
import type { Database } from '../engine/database.ts'
import { newId } from '../engine/ids.ts'
import { showVersions } from '../billing/apply-objects.ts'
import { ledgerRow, reversalOf, rowKey, type LedgerRow, type Names, type StoredRow } from './ledger-rows.ts'
import { standingOf, writeStandings, type Standing } from './customer-standing.ts'
import { addToSnapshots } from './snapshots.ts'
import { timelineOf, type Book } from './timeline.ts'

export interface Rebuilt {
  /** What should be fetched before the answer is trusted. */
  needs: Need[]
  reversed: number
  added: number
}

interface Computed { needs: Need[]; histories: Map<string, SubscriptionHistory>; standings: Standing[]; reversals: Row[]; additions: Row[]; /** Versions that a mirror should show instead of another of the same second. */ misshown: string[] }

/** What the ledger of some customers should say, against what it says. With `fromRaw`, versions are cut anew from the raw payloads. */
async function compute(db: Database, customerIds: readonly string[], book: Book, settings: Config['book'], now: Date, fromRaw = false, accept?: (needs: Need[]) => void): Promise<Computed> {
  const known = await loadVersions(db, customerIds, fromRaw)
  const histories = new Map([...known].map(([id, v]) => [id, subscriptionHistory(v)]))
  const needs = [...new Map([...histories.values()].flatMap(h => h.needs).map(n => [`${n.objectType} ${n.objectId}`, n])).values()]
  accept?.(needs)
  const names = await loadNames(db, known)
  const wanted = new Map<string, LedgerRow[]>(), standings: Standing[] = []
  for (const [customerId, history] of histories) {
    const timeline = timelineOf(history.states, book, now.getTime())
    const { owners } = known.get(customerId)!
    wanted.set(customerId, timeline.movements.map(m => ledgerRow(m, customerId, owners.get(m.subscription)!, names, book, settings.timeZone)))
    standings.push(standingOf(customerId, history, timeline, book, now.getTime()))
  }
  const misshown = [...histories.values()].flatMap(h => h.latest).filter(l => { const m = names.shown.get(l.subscription); return m && m.at === l.effectiveAt && m.versionId !== null && m.versionId !== l.versionId }).map(l => l.versionId)
  return { needs, histories, standings, misshown, ...difference(await loadLive(db, customerIds), wanted) }
}

/** How many rows of these customers' live ledger a computation from the raw payloads would take back and add. Writes nothing. */
export async function compareMovements(db: Database, customerIds: readonly string[], book: Book, settings: Config['book'], now: Date): Promise<{ reversed: number; added: number }> {
  const { reversals, additions } = await compute(db, customerIds, book, settings, now, true)
  return { reversed: reversals.length, added: additions.length }
}

/**
 * Computes the movements of some customers anew from every known version and writes the difference: for each row that is no longer so a
 * reversal, for each that is so now a row. Then what follows from it: customers' columns, touched days, when time alone changes them next.
 * Runs in the caller's transaction, which has its turn to write the ledger. `accept` is asked about needs before anything is written.
 */
export async function rebuildMovements(db: Database, customerIds: readonly string[], book: Book, settings: Config['book'], now: Date, options: { accept?: (needs: Need[]) => void; fromRaw?: boolean } = {}): Promise<Rebuilt> {
  if (!customerIds.length) return { needs: [], reversed: 0, added: 0 }
  const { needs, histories, standings, reversals, additions, misshown } = await compute(db, customerIds, book, settings, now, options.fromRaw, options.accept)
  await showVersions(db, misshown)
  await insertRows(db, 'mrr_movements', [...reversals, ...additions])
  await addToSnapshots(db, [...reversals, ...additions])
  await writeStandings(db, standings, book)
  await writeNextDue(db, histories, standings)
  return { needs, reversed: reversals.length, added: additions.length }
}

async function loadNames(db: Database, known: ReadonlyMap<string, CustomerVersions>): Promise<Names & { shown: Map<string, { versionId: string | null; at: number }> }> {
  const subscriptions = [...new Set([...known.values()].flatMap(v => [...v.owners.keys()]))]
  const products = await sql<{ id: string; stripe_id: string }>`select id, stripe_id from products`.execute(db)
  const subs = subscriptions.length ? await sql<{ id: string; stripe_id: string; object_version_id: string | null; at: number }>`select id, stripe_id, object_version_id, extract(epoch from version_at)::bigint as at from subscriptions where stripe_id = any(${subscriptions})`.execute(db) : { rows: [] }
  return { products: new Map(products.rows.map(r => [r.stripe_id, r.id])), subscriptions: new Map(subs.rows.map(r => [r.stripe_id, r.id])), shown: new Map(subs.rows.map(r => [r.stripe_id, { versionId: r.object_version_id, at: Number(r.at) }])) }
}

const storedColumns = sql.raw(`id, stripe_account_id, customer_id, billing_account_id, stripe_customer_id, subscription_id, subscription_stripe_id, plan_id, product_stripe_id, effective_at, day::text, category, cause, currency,
  native_e4, native_amount, book_currency, amount_e4, amount, amount_exact::text, rate::text, fx_rate_id, customer_delta, plan_delta, currency_delta, quality, object_version_id, event_id, lines`)

async function loadLive(db: Database, customerIds: readonly string[]): Promise<StoredRow[]> {
  const { rows } = await sql<StoredRow>`select ${storedColumns}, (extract(epoch from effective_at) * 1000)::bigint as effective from mrr_movements where live and customer_id = any(${customerIds as string[]})`.execute(db)
  return rows
}

/** Rows to write so that the live ledger says what is wanted. */
function difference(live: readonly StoredRow[], wanted: ReadonlyMap<string, readonly LedgerRow[]>): { reversals: Row[]; additions: Row[] } {
  const reversals: Row[] = [], additions: Row[] = []
  const byCustomer = Map.groupBy(live, r => r.customer_id)
  for (const [customerId, rows] of wanted) {
    const missing = Map.groupBy(rows, r => r.key)
    for (const stored of byCustomer.get(customerId) ?? []) {
      const same = missing.get(rowKey(stored))
      if (same?.length) { same.pop(); continue }
      const { effective: _, ...row } = stored
      reversals.push(reversalOf({ ...row, recorded_at: new Date().toISOString(), policy_version: 1 }))
    }
    for (const row of [...missing.values()].flat())
      additions.push({ ...row.columns, id: newId(), live: true, reverses_id: null, recorded_at: new Date().toISOString(), policy_version: 1 })
  }
  return { reversals, additions }
}

async function writeNextDue(db: Database, histories: ReadonlyMap<string, SubscriptionHistory>, standings: readonly Standing[]): Promise<void> {
  const rows = standings.map(s => ({ c: s.customerId, due: s.due === null ? null : new Date(s.due).toISOString(), missing: histories.get(s.customerId)!.missing }))
  await sql`
    update billing_accounts b set next_due_at = t.due, missing_refs = t.missing
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as t(c uuid, due timestamptz, missing text[])
    where b.customer_id = t.c and (b.next_due_at is distinct from t.due or b.missing_refs is distinct from t.missing)`.execute(db)
}
