import { sql } from 'kysely'
import type { SubscriptionHistory } from '../billing/subscription-history.ts'
import type { Instant, SubscriptionState } from '../billing/subscription-state.ts'
import type { Database } from '../engine/database.ts'
import { floor, total } from './fraction.ts'
import { inBookE4 } from './ledger-rows.ts'
import type { Line } from './line.ts'
import { rateAt } from './rates.ts'
import type { Book, Timeline } from './timeline.ts'

export type Status = 'lead' | 'trialing' | 'active' | 'past_due' | 'paused' | 'churned'

/** What a customer's row shows of his billing. Amounts in 1/10,000 minor unit. */
export interface Standing {
  customerId: string
  status: Status
  /** Products by MRR, largest first (Stripe ids). */
  products: string[]
  mrrE4: bigint
  currency: string | null
  nativeE4: bigint
  seats: number | null
  cancelsAt: Instant | null
  subscriptions: { stripeId: string; mrrE4: bigint }[]
  due: Instant | null
}

/** Computes a customer's standing from his states and what he holds. Pure. */
export function standingOf(customerId: string, history: SubscriptionHistory, timeline: Timeline, book: Book, now: Instant): Standing {
  const current = [...Map.groupBy(history.states.filter(s => s.at <= now), s => s.subscription).values()].map(list => list.at(-1)!)
  const held = timeline.held.filter(l => l.mrrE4 > 0n)
  const currencies = [...new Set(held.map(l => l.currency))]
  // what the ledger adds up to; a customer with a rate missing in his past is valued at today's
  const mrr = timeline.movements.every(m => m.amount) ? floor(total(timeline.movements.map(m => m.amount!))) : inBookE4(held, book, c => rateAt(book.rates, c, now)) ?? 0n
  const live = current.filter(s => !['canceled', 'incomplete_expired', 'incomplete'].includes(s.status))
  return {
    customerId, status: statusOf(current, held, timeline), mrrE4: mrr, products: productsOf(held, live),
    currency: currencies.length === 1 ? currencies[0]! : currencies.length ? book.currency : current.at(-1)?.currency ?? null,
    nativeE4: currencies.length === 1 ? held.reduce((n, l) => n + l.mrrE4, 0n) : mrr,
    seats: live.length ? live.reduce((n, s) => n + s.items.filter(i => i.usageType !== 'metered').reduce((m, i) => m + i.quantity, 0), 0) : null,
    cancelsAt: live.reduce<Instant | null>((min, s) => s.cancelAt === undefined ? min : Math.min(min ?? Infinity, s.cancelAt), null),
    subscriptions: current.map(s => ({ stripeId: s.subscription, mrrE4: held.filter(l => l.subscription === s.subscription).reduce((n, l) => n + l.mrrE4, 0n) })),
    due: timeline.due,
  }
}

function statusOf(current: readonly SubscriptionState[], held: readonly Line[], timeline: Timeline): Status {
  const has = (status: string) => current.some(s => s.status === status)
  const paused = (s: SubscriptionState) => s.status === 'paused' || ((s.status === 'active' || s.status === 'past_due') && (s.pauseCollection === 'void' || s.pauseCollection === 'mark_uncollectible'))
  if (has('past_due') && (held.length || !has('active'))) return 'past_due'
  if (held.length) return 'active'
  if (has('trialing')) return 'trialing'
  if (current.some(paused)) return 'paused'
  if (has('active')) return 'active'
  return timeline.movements.length || has('unpaid') ? 'churned' : 'lead'
}

function productsOf(held: readonly Line[], live: readonly SubscriptionState[]): string[] {
  const sums = [...Map.groupBy(held, l => l.plan)].map(([plan, lines]) => ({ plan, mrr: lines.reduce((n, l) => n + l.mrrE4, 0n) })).sort((a, b) => a.mrr > b.mrr ? -1 : a.mrr < b.mrr ? 1 : a.plan < b.plan ? -1 : 1)
  return [...new Set([...sums.map(s => s.plan), ...live.flatMap(s => s.items.map(i => i.plan))])]
}

/** Writes standings to `customers` and the MRR of each subscription, where they differ. Does not move `version`. */
export async function writeStandings(db: Database, standings: readonly Standing[], book: Book): Promise<void> {
  const minor = (e4: bigint) => ((e4 + 5_000n) / 10_000n).toString()
  const exact = (e4: bigint) => `${e4 / 10_000n}.${String(e4 % 10_000n).padStart(4, '0')}`
  const rows = standings.map(s => ({
    id: s.customerId, status: s.status, products: s.products, mrr: minor(s.mrrE4), exact: exact(s.mrrE4), currency: s.currency ?? book.currency, native: minor(s.nativeE4), seats: s.seats, cancels: s.cancelsAt === null ? null : new Date(s.cancelsAt).toISOString(),
  }))
  await sql`
    with told as (
      select t.id, t.status, t.mrr, t.exact, t.currency, t.native, t.seats, t.cancels,
        coalesce((select array_agg(coalesce(p.name, w.product) order by w.n) from unnest(t.products) with ordinality as w(product, n) left join products p on p.stripe_id = w.product), '{}') as plans,
        (select min(s.current_period_end) from subscriptions s join billing_accounts b on b.id = s.billing_account_id where b.customer_id = t.id and s.status in ('active', 'past_due', 'trialing')) as renews
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as t(id uuid, status text, products text[], mrr bigint, exact numeric, currency text, native bigint, seats int, cancels timestamptz)
    )
    update customers c set status = t.status, plan = t.plans[1], plans = t.plans, mrr = t.mrr, mrr_exact = t.exact, currency = t.currency, mrr_native = t.native, seats = t.seats, cancels_at = t.cancels, renews_at = t.renews, updated_at = now()
    from told t where c.id = t.id and (c.status, c.plan, c.plans, c.mrr, c.mrr_exact, c.currency, c.mrr_native, c.seats, c.cancels_at, c.renews_at) is distinct from (t.status, t.plans[1], t.plans, t.mrr, t.exact, t.currency, t.native, t.seats, t.cancels, t.renews)`.execute(db)
  const subscriptions = standings.flatMap(s => s.subscriptions.map(x => ({ s: x.stripeId, mrr: minor(x.mrrE4) })))
  if (subscriptions.length) await sql`
    update subscriptions s set mrr = t.mrr from jsonb_to_recordset(${JSON.stringify(subscriptions)}::jsonb) as t(s text, mrr bigint) where s.stripe_id = t.s and s.mrr is distinct from t.mrr`.execute(db)
}
