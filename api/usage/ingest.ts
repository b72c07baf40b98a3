import { sql, type Kysely } from 'kysely'
import type { Services } from '../engine/context.ts'
import { newId } from '../engine/ids.ts'
import { foldMessages, type GroupFact, type UserFact } from './fold-messages.ts'
import { largestMessage, readMessage, type Message } from './read-message.ts'

interface Reject { messageId: string | null; type: string | null; reason: string; payload: string }
export interface Ingested { accepted: number; rejected: number }

const busy = new Set(['40001', '40P01', '55P03', '23505'])

/**
 * Takes in what the company's product tells: each message id once, users and customers by their external ids, acts into product_events. What cannot be used
 * is set aside with its reason; the rest of its batch is kept. One transaction of six statements at most, whatever the size of the batch.
 */
export async function ingest(services: Pick<Services, 'db' | 'totals'>, writeKeyId: string, raw: readonly unknown[], now = new Date()): Promise<Ingested> {
  const messages = new Map<string, { message: Message; raw: unknown }>()
  const rejects: Reject[] = []
  let accepted = 0
  for (const one of raw) {
    const read = readMessage(one, now, newId)
    if ('reason' in read) { rejects.push(rejectOf(one, read.reason)); continue }
    accepted++
    if (!messages.has(read.id)) messages.set(read.id, { message: read, raw: one })
  }
  for (let attempt = 1; ; attempt++) {
    try {
      await services.db.transaction().execute(async trx => {
        const fresh = await remember(trx, writeKeyId, messages, now)
        if (fresh.length) await apply(trx, fresh, now)
        if (rejects.length) await setAside(trx, writeKeyId, rejects, now)
      })
      break
    } catch (error) {
      // two batches about the same people at once: one of them goes again
      if (attempt >= 4 || !busy.has((error as { code?: string }).code ?? '')) throw error
      await new Promise(r => setTimeout(r, 20 * attempt * (1 + Math.random())))
    }
  }
  services.totals.changed('users')
  services.totals.changed('customers')
  return { accepted, rejected: rejects.length }
}

/** Notes the ids of a batch; answers the messages whose ids are new. What told of people and organisations is kept as it came. */
async function remember(trx: Kysely<any>, writeKeyId: string, messages: ReadonlyMap<string, { message: Message; raw: unknown }>, now: Date): Promise<Message[]> {
  const rows = [...messages.values()].map(({ message: m, raw }) => ({ i: m.id, t: m.type, p: m.type === 'track' ? null : raw })).sort((a, b) => a.i < b.i ? -1 : 1)
  if (!rows.length) return []
  const { rows: fresh } = await sql<{ id: string }>`insert into ingest_messages (message_id, type, write_key_id, received_at, payload)
    select i, t, ${writeKeyId}, ${now}, p from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(i text, t text, p jsonb) on conflict do nothing returning message_id as id`.execute(trx)
  return fresh.map(r => messages.get(r.id)!.message)
}

async function apply(trx: Kysely<any>, messages: readonly Message[], now: Date): Promise<void> {
  const { groups, users } = foldMessages(messages)
  const customers = await writeCustomers(trx, groups, now)
  const people = await writeUsers(trx, users, customers, now)
  await touchCustomers(trx, people)
  const acts = messages.filter(m => m.type === 'track').map(m => {
    const user = people.get(m.userId)!
    return { id: newId(), m: m.id, n: m.event, u: user.id, c: (m.groupId && customers.get(m.groupId)) ?? user.customerId, at: m.at, p: m.properties }
  })
  if (acts.length) await sql`insert into product_events (id, message_id, name, user_id, customer_id, at, received_at, properties)
    select id, m, n, u, c, at, ${now}, p from jsonb_to_recordset(${JSON.stringify(acts)}::jsonb) as r(id uuid, m text, n text, u uuid, c uuid, at timestamptz, p jsonb)`.execute(trx)
}

/** Organisations by external id. What Stripe told, or somebody edited here, stays. Answers their ids. */
async function writeCustomers(trx: Kysely<any>, groups: readonly GroupFact[], now: Date): Promise<Map<string, string>> {
  if (!groups.length) return new Map()
  const rows = groups.map(g => ({ id: newId(), x: g.externalId, n: g.name, e: g.email, d: g.domain, c: g.createdAt, s: g.seenAt }))
  const { rows: written } = await sql<{ id: string; external_id: string }>`
    with told as (select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, x text, n text, e text, d text, c timestamptz, s timestamptz)),
    made as (insert into customers (id, external_id, name, email, domain, created_at)
      select t.id, t.x, coalesce(t.n, t.x), t.e, t.d, least(coalesce(t.c, t.s), ${now}) from told t where not exists (select 1 from customers c where c.external_id = t.x) order by t.x
      returning id, external_id),
    seeded as (update customers c set updated_at = ${now},
        name = case when c.name_edited_at is null and c.source_name is null then coalesce(t.n, c.name) else c.name end,
        email = case when c.email_edited_at is null and c.source_email is null then coalesce(t.e, c.email) else c.email end,
        domain = case when c.domain_edited_at is null and (c.source_domain is null or c.domain is null) then coalesce(t.d, c.domain) else c.domain end,
        created_at = least(c.created_at, t.c)
      from told t where c.external_id = t.x and (
        (t.n is not null and c.name_edited_at is null and c.source_name is null and c.name is distinct from t.n)
        or (t.e is not null and c.email_edited_at is null and c.source_email is null and c.email is distinct from t.e)
        or (t.d is not null and c.domain_edited_at is null and (c.source_domain is null or c.domain is null) and c.domain is distinct from t.d)
        or t.c < c.created_at))
    select id, external_id from made union all select c.id, c.external_id from customers c join told t on t.x = c.external_id`.execute(trx)
  return new Map(written.map(r => [r.external_id, r.id]))
}

interface Person { id: string; customerId: string | null; seenAt: string }

/** Users by external id: seeded until the first edit here; older traits never replace newer ones. */
async function writeUsers(trx: Kysely<any>, users: readonly UserFact[], customers: ReadonlyMap<string, string>, now: Date): Promise<Map<string, Person>> {
  const rows = users.map(u => ({ id: newId(), x: u.externalId, g: u.groupId ? customers.get(u.groupId) ?? null : null, n: u.name, e: u.email, r: u.role, h: u.title, c: u.createdAt, t: u.traits, a: u.toldAt, s: u.seenAt }))
  const { rows: written } = await sql<{ id: string; external_id: string; customer_id: string | null }>`
    insert into users as u (id, external_id, customer_id, name, email, source_name, source_email, role, title, traits, traits_at, last_seen_at, created_at)
    select id, x, g, coalesce(n, e, x), e, n, e, r, h, t, a, s, least(coalesce(c, s), ${now})
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(id uuid, x text, g uuid, n text, e text, r text, h text, c timestamptz, t jsonb, a timestamptz, s timestamptz) order by x
    on conflict (external_id) where external_id is not null do update set
      customer_id = coalesce(excluded.customer_id, u.customer_id), last_seen_at = greatest(u.last_seen_at, excluded.last_seen_at),
      source_name = case when excluded.traits_at >= coalesce(u.traits_at, '-infinity') then coalesce(excluded.source_name, u.source_name) else u.source_name end,
      source_email = case when excluded.traits_at >= coalesce(u.traits_at, '-infinity') then coalesce(excluded.source_email, u.source_email) else u.source_email end,
      name = case when u.name_edited_at is null and excluded.traits_at >= coalesce(u.traits_at, '-infinity') then coalesce(excluded.source_name, case when u.name = u.external_id then excluded.source_email end, u.name) else u.name end,
      email = case when u.email_edited_at is null and excluded.traits_at >= coalesce(u.traits_at, '-infinity') then coalesce(excluded.source_email, u.email) else u.email end,
      role = case when excluded.traits_at >= coalesce(u.traits_at, '-infinity') then coalesce(excluded.role, u.role) else u.role end,
      title = case when excluded.traits_at >= coalesce(u.traits_at, '-infinity') then coalesce(excluded.title, u.title) else u.title end,
      traits = case when excluded.traits_at >= coalesce(u.traits_at, '-infinity') then u.traits || excluded.traits else excluded.traits || u.traits end,
      traits_at = greatest(u.traits_at, excluded.traits_at), created_at = least(u.created_at, excluded.created_at), updated_at = ${now}
    returning id, external_id, customer_id`.execute(trx)
  const seen = new Map(users.map(u => [u.externalId, u.seenAt]))
  return new Map(written.map(r => [r.external_id, { id: r.id, customerId: r.customer_id, seenAt: seen.get(r.external_id)! }]))
}

/** A customer was seen when one of its users was. */
async function touchCustomers(trx: Kysely<any>, people: ReadonlyMap<string, Person>): Promise<void> {
  const latest = new Map<string, string>()
  for (const p of people.values()) if (p.customerId && (latest.get(p.customerId) ?? '') < p.seenAt) latest.set(p.customerId, p.seenAt)
  if (!latest.size) return
  const rows = [...latest].map(([c, s]) => ({ c, s }))
  await sql`with told as (select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r(c uuid, s timestamptz)),
      held as (select c.id, t.s from customers c join told t on t.c = c.id where c.last_seen_at is null or c.last_seen_at < t.s order by c.id for update of c)
    update customers c set last_seen_at = h.s from held h where h.id = c.id`.execute(trx)
}

const short = (value: unknown): string | null => typeof value === 'string' && value ? value.replaceAll('\u0000', '').toWellFormed().slice(0, 200) || null : null

function rejectOf(raw: unknown, reason: string): Reject {
  const m = typeof raw === 'object' && raw !== null && !Array.isArray(raw) ? raw as Record<string, unknown> : {}
  return { messageId: short(m.messageId), type: short(m.type), reason, payload: (JSON.stringify(raw) ?? 'null').slice(0, largestMessage).toWellFormed() }
}

async function setAside(trx: Kysely<any>, writeKeyId: string, rejects: readonly Reject[], now: Date): Promise<void> {
  const rows = rejects.map(r => ({ id: newId(), m: r.messageId, t: r.type, r: r.reason, p: r.payload }))
  await sql`insert into ingest_rejects (id, message_id, type, reason, payload, write_key_id, received_at)
    select id, m, t, r, p, ${writeKeyId}, ${now} from json_to_recordset(${JSON.stringify(rows)}::json) as x(id uuid, m text, t text, r text, p text)`.execute(trx)
}
