import { sql } from 'kysely'
import type { Database } from '../engine/database.ts'
import { snapshotDifferences } from './snapshots.ts'

/** What the books disagree about, a sentence each; empty when all is well. At most 20 of each kind. */
export async function checkLedger(db: Database): Promise<string[]> {
  const snapshots = (await snapshotDifferences(db)).map(d => `The snapshot of ${d.day}, ${d.product}, ${d.currency}, ${d.category} holds ${d.cached}, the ledger ${d.ledger}.`)
  const { rows: reversals } = await sql<{ id: string }>`
    select o.id from mrr_movements o left join mrr_movements r on r.reverses_id = o.id
    where (o.live and (r.id is not null or o.reverses_id is not null)) or (not o.live and o.reverses_id is null and r.id is null)
      or (r.id is not null and (r.amount_e4 is distinct from -o.amount_e4 or r.native_e4 <> -o.native_e4 or r.effective_at <> o.effective_at)) limit 20`.execute(db)
  const { rows: transfers } = await sql<{ customer_id: string; at: Date }>`
    select customer_id, effective_at as at from mrr_movements where live and category in ('transferIn', 'transferOut') group by 1, 2 having sum(amount_e4) <> 0 limit 20`.execute(db)
  const { rows: holdings } = await sql<{ customer_id: string; product: string; e4: number; native: number }>`
    select customer_id, product_stripe_id as product, sum(amount_e4)::bigint as e4, sum(native_e4)::bigint as native from mrr_movements where live group by 1, 2, currency
    having sum(native_e4) < 0 or (sum(native_e4) = 0 and sum(amount_e4) <> 0 and count(*) = count(amount_e4)) limit 20`.execute(db)
  const { rows: customers } = await sql<{ id: string; mrr: number; ledger: number }>`
    select c.id, c.mrr, coalesce(m.mrr, 0) as ledger from customers c left join (select customer_id, round(sum(amount_e4) / 10000)::bigint as mrr, count(*) - count(amount_e4) as unpriced from mrr_movements where live group by 1) m on m.customer_id = c.id
    where c.mrr <> coalesce(m.mrr, 0) and coalesce(m.unpriced, 0) = 0 limit 20`.execute(db)
  return [
    ...snapshots,
    ...reversals.map(r => `Movement ${r.id} and its reversal do not cancel out.`),
    ...transfers.map(t => `The transfers of customer ${t.customer_id} at ${t.at.toISOString()} do not add up to 0.`),
    ...holdings.map(h => `Customer ${h.customer_id} holds ${h.e4} (native ${h.native}) of ${h.product}, which cannot be.`),
    ...customers.map(c => `Customer ${c.id} shows an MRR of ${c.mrr}, his movements add up to ${c.ledger}.`),
  ]
}
