import { sql, type RawBuilder } from 'kysely'
import type { Ctx } from '../engine/context.ts'
import { toSql } from '../engine/access.ts'
import { visibleRows } from '../engine/where.ts'

export type Kind = 'money' | 'contact' | 'product' | 'staff'
export const kinds: readonly Kind[] = ['money', 'contact', 'product', 'staff']

/** One place that things about a customer are known from: which rights it takes, and its rows as (at, id, data) under the alias `t`. */
export interface Source {
  name: string
  kind: Kind
  icon: string
  /** The resource whose rows these are: readable rows only, none at all without the right to it. */
  resource: string
  /** Fields whose values are in the title or detail; where one may not be read, the source is left out. */
  needs: readonly string[]
  at: RawBuilder<unknown>
  data: RawBuilder<unknown>
  from: RawBuilder<unknown>
  where: (customerId: string) => RawBuilder<unknown>
}

const ofCustomer = (id: string) => sql`t.customer_id = ${id}`

export const sources: readonly Source[] = [
  {
    name: 'note', kind: 'contact', icon: 'sticky-note', resource: 'notes', needs: ['body', 'authorId'],
    at: sql`t.created_at`, data: sql`jsonb_build_object('who', s.name, 'whoId', s.id, 'text', left(t.body, 400), 'pinned', t.pinned)`, from: sql`notes as t left join staff s on s.id = t.author_id`, where: ofCustomer,
  },
  {
    name: 'ticket', kind: 'contact', icon: 'life-buoy', resource: 'tickets', needs: ['subject', 'priority'],
    at: sql`t.created_at`, data: sql`jsonb_build_object('subject', t.subject, 'priority', t.priority, 'status', t.status, 'due', t.due_at, 'user', u.name)`, from: sql`tickets as t left join users u on u.id = t.requester_id`, where: ofCustomer,
  },
  {
    name: 'ticket-solved', kind: 'contact', icon: 'life-buoy', resource: 'tickets', needs: ['subject', 'solvedAt'],
    at: sql`t.solved_at`, data: sql`jsonb_build_object('subject', t.subject)`, from: sql`tickets as t`, where: id => sql`t.customer_id = ${id} and t.solved_at is not null`,
  },
  {
    name: 'reply', kind: 'contact', icon: 'message-square', resource: 'replies', needs: ['body', 'authorId'],
    at: sql`t.created_at`, data: sql`jsonb_build_object('who', s.name, 'whoId', s.id, 'user', u.name, 'text', left(t.body, 400), 'subject', k.subject, 'ticket', k.id)`,
    from: sql`ticket_replies as t join tickets k on k.id = t.ticket_id and k.deleted_at is null left join staff s on s.id = t.author_id left join users u on u.id = t.user_id`,
    where: id => sql`k.customer_id = ${id} and t.kind = 'public'`,
  },
  {
    name: 'invoice', kind: 'money', icon: 'receipt-text', resource: 'invoices', needs: ['number', 'total'],
    at: sql`coalesce(t.finalized_at, t.created_at)`, data: sql`jsonb_build_object('number', t.number, 'amount', t.total, 'currency', t.currency, 'status', t.status, 'due', t.due_date)`, from: sql`invoices as t`,
    where: id => sql`t.customer_id = ${id} and t.status <> 'draft' and t.total <> 0`,
  },
  {
    name: 'payment', kind: 'money', icon: 'credit-card', resource: 'payments', needs: ['amount'],
    at: sql`coalesce(t.paid_at, t.created_at)`, data: sql`jsonb_build_object('amount', t.amount, 'currency', t.currency, 'brand', t.card_brand, 'last4', t.card_last4, 'number', i.number)`,
    from: sql`payments as t left join invoices i on i.id = t.invoice_id`, where: id => sql`t.customer_id = ${id} and t.status = 'succeeded'`,
  },
  {
    name: 'failed-payment', kind: 'money', icon: 'credit-card', resource: 'invoices', needs: ['number', 'total'],
    at: sql`a.at`, data: sql`jsonb_build_object('amount', a.amount, 'currency', a.currency, 'number', t.number, 'attempt', row_number() over (partition by t.id order by a.at), 'invoice', t.id, 'next', case when t.status = 'open' then t.next_payment_attempt end)`,
    from: sql`invoices as t join payment_attempts a on a.invoice_stripe_id = t.stripe_id and a.stripe_account_id = t.stripe_account_id`, where: id => sql`t.customer_id = ${id} and a.outcome = 'failed'`,
  },
  {
    name: 'refund', kind: 'money', icon: 'undo-2', resource: 'refunds', needs: ['amount'],
    at: sql`t.created_at`, data: sql`jsonb_build_object('amount', t.amount, 'currency', t.currency, 'reason', t.reason, 'status', t.status)`, from: sql`refunds as t`, where: ofCustomer,
  },
  {
    name: 'credit-note', kind: 'money', icon: 'file-x', resource: 'credit-notes', needs: ['amount'],
    at: sql`t.created_at`, data: sql`jsonb_build_object('amount', t.amount, 'currency', t.currency, 'reason', t.reason, 'number', t.number)`, from: sql`credit_notes as t`, where: ofCustomer,
  },
  {
    name: 'dispute', kind: 'money', icon: 'gavel', resource: 'disputes', needs: ['amount'],
    at: sql`t.created_at`, data: sql`jsonb_build_object('amount', t.amount, 'currency', t.currency, 'reason', t.reason, 'status', t.status)`, from: sql`disputes as t`, where: ofCustomer,
  },
  {
    name: 'movement', kind: 'money', icon: 'trending-up', resource: 'mrr-movements', needs: ['amount', 'category', 'cause'],
    at: sql`t.effective_at`, data: sql`jsonb_build_object('amount', t.amount, 'currency', t.book_currency, 'category', t.category, 'cause', t.cause, 'plan', p.name)`,
    from: sql`mrr_movements as t left join products p on p.id = t.plan_id`, where: id => sql`t.customer_id = ${id} and t.category <> 'fx'`,
  },
  {
    name: 'user', kind: 'product', icon: 'users', resource: 'users', needs: ['name', 'role'],
    at: sql`t.created_at`, data: sql`jsonb_build_object('user', t.name, 'role', t.role)`, from: sql`users as t`, where: ofCustomer,
  },
]

const bounded = (before: Before | undefined): RawBuilder<unknown> =>
  !before ? sql`true` : before.id === undefined ? sql`t.at < ${before.at}::timestamptz` : sql`(t.at, t.id) < (${before.at}::timestamptz, ${before.id})`

/** Where a page begins: behind this moment, or behind this very entry. */
export interface Before { at: string; id?: string }

/** The newest `limit` rows of a source that this person may see, as SQL; nothing when they may not see it at all. */
export function rowsOf(ctx: Ctx, source: Source, customerId: string, before: Before | undefined, limit: number): RawBuilder<unknown> | undefined {
  const resource = ctx.registry.named(source.resource)
  if (!resource) return undefined
  const visible = visibleRows(resource, ctx.access)
  if (visible === false || source.needs.some(field => ctx.access.field(resource, 'read', field) !== true)) return undefined
  const id = source.name === 'failed-payment' ? sql`a.id` : sql`t.id`
  return sql`(select * from (select ${source.at} as at, ${`${source.name}:`} || ${id} as id, t.id as row_id, ${source.data} as data from ${source.from} where ${source.where(customerId)} and ${toSql(visible, 't')}) t
    where ${bounded(before)} order by at desc, id desc limit ${limit})`
}

/** What colleagues did to the customer itself, where at least one changed field may be read. */
export function actsOf(ctx: Ctx, customerId: string, readable: readonly string[], before: Before | undefined, limit: number): RawBuilder<unknown> {
  return sql`(select * from (select t.at, 'act:' || t.id as id, null::uuid as row_id, jsonb_build_object('who', t.actor_name, 'whoId', t.actor_id, 'act', t.act, 'reason', v.reason, 'changes', v.changes, 'request', t.request_id) as data
      from audit_log t left join audit_values v on v.audit_id = t.id
      where t.resource = 'customers' and t.subject_id = ${customerId} and (t.act <> 'update' or v.changes is null or v.changes ?| ${readable as string[]}::text[])) t
    where ${bounded(before)} order by at desc, id desc limit ${limit})`
}
