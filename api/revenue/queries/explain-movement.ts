import { sql } from 'kysely'
import { shapeOf } from '../../billing/stripe-shape.ts'
import type { Ctx } from '../../engine/context.ts'
import { Problem } from '../../engine/errors.ts'
import { isId } from '../../engine/ids.ts'

/** Why a row has its category, in one sentence each. Worked in docs/metrics.md. */
const rules: Record<string, { id: string; sentence: string }> = {
  new: { id: 'new', sentence: 'A customer who never had MRR begins to have it, at the start of the service first paid for.' },
  expansion: { id: 'expansion', sentence: 'The MRR of a customer rises; the full difference counts at the instant of the change, whatever is prorated.' },
  contraction: { id: 'contraction', sentence: 'The MRR of a customer falls but stays above 0; the full difference counts at the instant of the change.' },
  churn: { id: 'churn', sentence: 'The MRR of a customer falls to 0, when the subscription ends, not when its end is asked for.' },
  reactivation: { id: 'reactivation', sentence: 'A customer who had MRR before and then none has it again; the whole amount counts, whatever the gap.' },
  fx: { id: 'fx', sentence: 'A rate of exchange changed: the native MRR held, times the new rate less the old.' },
  transferIn: { id: 'transfer', sentence: 'A customer changed plans: what the old plan held is carried over to this one.' },
  transferOut: { id: 'transfer', sentence: 'A customer changed plans: what this plan held is carried over to the new one.' },
  adjustment: { id: 'adjustment', sentence: 'A closed month learned of a fact later: the difference is shown here.' },
}

interface Line { subscription: string; item?: string; plan: string; price: string; currency: string; mrrE4: string; interval: string; intervalCount: number; quantity: number; unitAmount: string | null; tiersMode?: string; gross: string; net: string; discounts: { name?: string; percentOff?: string; amountOff?: string; amount: string }[]; taxPercent?: string; factor: string }

/** 1/10,000 minor units as minor units with four places. */
const exact = (e4: bigint): string => { const s = (e4 < 0n ? -e4 : e4).toString().padStart(5, '0'); return `${e4 < 0n ? '-' : ''}${s.slice(0, -4)}.${s.slice(-4)}` }

/** A line's formula filled in, as one line of text: `(3 x 4900 - 10 % = 1470) x 1/1 = 13230.0000`. */
export function formulaText(l: Line): string {
  const gross = l.unitAmount === null ? `${l.tiersMode ?? 'tiered'} tiers for ${l.quantity}` : `${l.quantity} x ${l.unitAmount}`
  const off = l.discounts.map(d => ` - ${d.percentOff !== undefined ? `${d.percentOff} %` : d.amountOff} (${d.name ?? 'discount'}: ${d.amount})`).join('')
  const tax = l.taxPercent === undefined ? '' : ` without ${Number(l.taxPercent)} % tax`
  return `(${gross} = ${l.gross}${off}${tax} = ${l.net}) x ${l.factor} per month = ${exact(BigInt(l.mrrE4))}`
}

/** JSON paths of an event's payload that carry what revenue reads. */
export function usedPaths(objectType: string, object: unknown, prefix = 'data.object'): string[] {
  const paths: string[] = []
  const walk = (value: unknown, at: string) => {
    if (Array.isArray(value)) value.forEach((v, i) => walk(v, `${at}[${i}]`))
    else if (typeof value === 'object' && value !== null) for (const [k, v] of Object.entries(value)) walk(v, `${at}.${k}`)
    else paths.push(at)
  }
  walk(shapeOf(objectType, object), prefix)
  return paths
}

/** One movement with everything behind it: lines before and after, the rule, the object version and the raw event with the paths it was read from. */
export async function explainMovement(ctx: Ctx, id: string) {
  if (!isId(id)) throw new Problem('not_found', 'There is no such movement.')
  const { rows: [m] } = await sql<Record<string, any>>`
    select m.*, m.amount_exact::text as amount_exact, trim_scale(m.rate)::text as rate, m.day::text as day, (m.native_e4::numeric / 10000)::numeric(24,4)::text as native_exact, p.name as plan, c.name as customer,
      (select coalesce(sum(x.amount_e4), 0)::text from mrr_movements x where x.live and x.customer_id = m.customer_id and x.effective_at < m.effective_at) as before_e4,
      (select coalesce(sum(x.amount_e4), 0)::text from mrr_movements x where x.live and x.customer_id = m.customer_id and x.effective_at <= m.effective_at) as after_e4
    from mrr_movements m left join products p on p.id = m.plan_id left join customers c on c.id = m.customer_id where m.id = ${id} and m.live`.execute(ctx.db)
  if (!m) throw new Problem('not_found', 'There is no such movement.')
  const [version, event, subscription] = await Promise.all([
    m.object_version_id ? sql<Record<string, any>>`select v.id, v.object_type, v.object_id, v.effective_at, v.recorded_at, v.source, coalesce(v.payload, e.payload #> '{data,object}') as payload from object_versions v left join stripe_events e on e.id = v.event_id where v.id = ${m.object_version_id}`.execute(ctx.db).then(r => r.rows[0]) : undefined,
    m.event_id ? sql<Record<string, any>>`select id, stripe_id, type, created_at, received_at, payload from stripe_events where id = ${m.event_id}`.execute(ctx.db).then(r => r.rows[0]) : undefined,
    m.subscription_id ? sql<Record<string, any>>`select id, stripe_id, plan, status from subscriptions where id = ${m.subscription_id}`.execute(ctx.db).then(r => r.rows[0]) : undefined,
  ])
  const line = (l: Line) => ({ ...l, mrrExact: exact(BigInt(l.mrrE4)), mrrE4: undefined, formula: formulaText(l) })
  return {
    movement: {
      id: m.id, customerId: m.customer_id, customer: m.customer, effectiveAt: m.effective_at, recordedAt: m.recorded_at, day: m.day, category: m.category, cause: m.cause, planId: m.plan_id, plan: m.plan ?? m.product_stripe_id,
      amount: m.amount, amountExact: m.amount_exact, bookCurrency: m.book_currency, nativeAmount: m.native_amount, nativeExact: m.native_exact, currency: m.currency, rate: m.rate, fxRateId: m.fx_rate_id, quality: m.quality, stripeCustomerId: m.stripe_customer_id,
    },
    before: { amountExact: exact(BigInt(m.before_e4)), currency: m.book_currency }, after: { amountExact: exact(BigInt(m.after_e4)), currency: m.book_currency },
    lines: { before: (m.lines.before as Line[]).map(line), after: (m.lines.after as Line[]).map(line) },
    subscription: subscription ? { id: subscription.id, stripeId: subscription.stripe_id, plan: subscription.plan, status: subscription.status } : { id: null, stripeId: m.subscription_stripe_id, plan: null, status: null },
    rule: rules[m.category],
    objectVersion: version ? { id: version.id, objectType: version.object_type, objectId: version.object_id, effectiveAt: version.effective_at, recordedAt: version.recorded_at, source: version.source, payload: version.payload } : null,
    event: event ? { id: event.id, stripeId: event.stripe_id, type: event.type, created: event.created_at, receivedAt: event.received_at, payload: event.payload } : null,
    usedPaths: event ? usedPaths(String(event.payload?.data?.object?.object), event.payload?.data?.object) : version ? usedPaths(version.object_type, version.payload, 'payload') : [],
  }
}
