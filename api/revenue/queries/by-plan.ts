import { sql } from 'kysely'
import type { Ctx } from '../../engine/context.ts'
import { dayOf } from '../book-time.ts'
import { divide, fraction, roundHalfUp, toFixed } from '../fraction.ts'
import { movementLink } from '../links.ts'
import { sums } from './sums.ts'

/** Which plan (a Stripe product) brings how much at the end of a day? A customer with two plans counts in both. */
export async function revenueByPlan(ctx: Ctx, input: { at?: string }) {
  const at = input.at ?? dayOf(ctx.now.getTime(), ctx.config.book.timeZone)
  const rows = await sums(ctx.db, { from: at, to: at, by: 'all', groupBy: 'plan' })
  const products = await sql<{ id: string; stripe_id: string; name: string }>`select id, stripe_id, name from products`.execute(ctx.db)
  const named = new Map(products.rows.map(p => [p.stripe_id, p]))
  const total = rows.reduce((n, r) => n + r.e4, 0n)
  return [...Map.groupBy(rows, r => r.group)].map(([plan, own]) => ({ plan, e4: own.reduce((n, r) => n + r.e4, 0n), customers: own.reduce((n, r) => n + r.customers, 0) }))
    .filter(p => p.e4 !== 0n || p.customers > 0).sort((a, b) => a.e4 > b.e4 ? -1 : a.e4 < b.e4 ? 1 : a.plan < b.plan ? -1 : 1)
    .map(p => ({
      planId: named.get(p.plan)?.id ?? null, plan: named.get(p.plan)?.name ?? p.plan, mrr: Number(roundHalfUp(divide(fraction(p.e4), fraction(10_000n)))), customers: p.customers,
      share: total === 0n ? null : Number(toFixed(fraction(p.e4, total), 6)), links: { mrr: movementLink({ to: at, planId: named.get(p.plan)?.id }) },
    }))
}
