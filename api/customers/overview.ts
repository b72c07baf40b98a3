import { sql, type RawBuilder } from 'kysely'
import { toSql } from '../engine/access.ts'
import type { Ctx } from '../engine/context.ts'
import { show } from '../engine/rest/show.ts'
import { visibleRows } from '../engine/where.ts'

/** Head figures of a customer's page. What this person may not read is absent. Sums in minor units; `overdue` and `card` are null where there is none. */
export interface Overview {
  id: string
  mrr?: { amount: number; currency: string; change30d: number; native?: { amount: number; currency: string } }
  plan?: { name: string | null; others: number; seats?: number | null; interval?: string | null; subscriptionId?: string }
  renewal?: { at: string | null; cancelsAt: string | null }
  owner?: { id: string; name: string } | null
  tickets?: { open: number; overdue: number }
  users?: { total: number; seenInWeek: number }
  lastContactAt?: string | null
  overdue?: { amount: number; currency: string; invoices: number; since: string; attempts: number; nextAttemptAt: string | null; invoiceId: string; number: string | null } | null
  card?: { brand: string | null; last4: string } | null
}

const latest = (...times: (Date | null | undefined)[]): string | null => times.filter(t => t instanceof Date).sort((a, b) => b.getTime() - a.getTime())[0]?.toISOString() ?? null

/** GET /customers/:id/overview: the row as this person may see it, and one statement over what hangs on it. */
export async function overview(ctx: Ctx, id: string): Promise<Overview> {
  const customers = ctx.registry.named('customers')!
  const row = await show(ctx, customers, id)
  const has = (field: string) => Object.hasOwn(row, field)
  const parts: Record<string, RawBuilder<unknown>> = {}
  /** Adds a part over the rows of a resource that may be seen, if its fields may be read. */
  const add = (name: string, resource: string, fields: readonly string[], part: (visible: RawBuilder<boolean>) => RawBuilder<unknown>) => {
    const r = ctx.registry.named(resource)
    const visible = r ? visibleRows(r, ctx.access) : false
    if (r && visible !== false && fields.every(f => ctx.access.field(r, 'read', f) === true)) parts[name] = part(toSql(visible, 't'))
  }
  if (has('mrr')) parts.change = sql`(select coalesce(sum(t.amount), 0) from mrr_movements t where t.live and t.customer_id = ${id} and t.effective_at > ${ctx.now}::timestamptz - interval '30 days' and t.effective_at <= ${ctx.now})`
  if (has('ownerId')) add('owner', 'people', ['name'], visible => sql`(select jsonb_build_object('id', t.id, 'name', t.name) from staff t where t.id = ${row.ownerId} and ${visible})`)
  add('tickets', 'tickets', ['status', 'dueAt'], visible => sql`(select jsonb_build_object('open', count(*), 'overdue', count(*) filter (where t.status = 'open' and t.due_at < ${ctx.now}))
    from tickets t where t.customer_id = ${id} and t.status in ('open', 'waiting') and ${visible})`)
  add('users', 'users', ['lastSeenAt'], visible => sql`(select jsonb_build_object('total', count(*), 'seenInWeek', count(*) filter (where t.last_seen_at > ${ctx.now}::timestamptz - interval '7 days')) from users t where t.customer_id = ${id} and ${visible})`)
  add('noted', 'notes', ['createdAt'], visible => sql`(select max(t.created_at) from notes t where t.customer_id = ${id} and ${visible})`)
  add('answered', 'replies', ['createdAt'], visible => sql`(select max(t.created_at) from ticket_replies t join tickets k on k.id = t.ticket_id where k.customer_id = ${id} and k.deleted_at is null and t.kind = 'public' and ${visible})`)
  add('overdue', 'invoices', ['amountRemaining', 'currency', 'dueDate'], visible => sql`(select jsonb_build_object('amount', sum(t.amount_remaining), 'currency', t.currency, 'invoices', count(*),
      'since', min(coalesce(t.due_date, t.finalized_at, t.created_at)), 'attempts', max(t.attempt_count), 'nextAttemptAt', min(t.next_payment_attempt),
      'invoiceId', (array_agg(t.id order by t.created_at))[1], 'number', (array_agg(t.number order by t.created_at))[1])
    from invoices t where t.customer_id = ${id} and t.status = 'open' and t.amount_remaining > 0 and (t.attempt_count > 0 or t.due_date < ${ctx.now}) and ${visible}
    group by t.currency order by sum(t.amount_remaining) desc limit 1)`)
  add('card', 'payments', ['cardBrand', 'cardLast4'], visible => sql`(select jsonb_build_object('brand', t.card_brand, 'last4', t.card_last4) from payments t where t.customer_id = ${id} and t.card_last4 is not null and ${visible} order by t.created_at desc, t.id desc limit 1)`)
  add('subscription', 'subscriptions', ['interval', 'quantity'], visible => sql`(select jsonb_build_object('id', t.id, 'interval', t.interval, 'seats', t.quantity) from subscriptions t
    where t.customer_id = ${id} and t.status not in ('canceled', 'incomplete', 'incomplete_expired') and ${visible} order by t.mrr desc, t.created_at desc limit 1)`)
  const names = Object.keys(parts)
  const facts = names.length ? (await sql<Record<string, any>>`select ${sql.join(names.map(n => sql`${parts[n]} as ${sql.ref(n)}`))}`.execute(ctx.db)).rows[0]! : {}
  const main = facts.subscription as { id: string; interval: string | null; seats: number } | null | undefined
  return {
    id,
    ...(has('mrr') ? { mrr: { amount: row.mrr, currency: ctx.config.book.currency, change30d: Number(facts.change), ...(has('mrrNative') && has('currency') && row.currency !== ctx.config.book.currency ? { native: { amount: row.mrrNative, currency: row.currency } } : {}) } } : {}),
    ...(has('plan') ? { plan: { name: row.plan, others: Math.max(0, (row.plans?.length ?? 0) - 1), ...(has('seats') ? { seats: row.seats } : {}), ...(main ? { interval: main.interval, subscriptionId: main.id } : {}) } } : {}),
    ...(has('renewsAt') ? { renewal: { at: row.renewsAt, cancelsAt: row.cancelsAt ?? null } } : {}),
    ...('owner' in facts ? { owner: facts.owner } : {}), ...('tickets' in facts ? { tickets: facts.tickets } : {}), ...('users' in facts ? { users: facts.users } : {}),
    ...('noted' in facts || 'answered' in facts ? { lastContactAt: latest(facts.noted, facts.answered) } : {}), ...('overdue' in facts ? { overdue: facts.overdue } : {}), ...('card' in facts ? { card: facts.card } : {}),
  }
}
