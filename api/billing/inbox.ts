import { sql } from 'kysely'
import type { Database } from '../engine/database.ts'
import type { StripeEvent } from './stripe.ts'

/** An event that waits, with what the queue knows of it. */
export interface Waiting { id: string; stripe_id: string; stripe_account_id: string; stripe_customer_id: string | null; type: string; api_version: string | null; livemode: boolean; attempts: number; payload: StripeEvent }

/** How often an event is tried before it is put aside. */
export const maxAttempts = 5

/** The next events that wait, oldest arrival first. */
export async function takeWaiting(db: Database, limit: number): Promise<Waiting[]> {
  const { rows } = await sql<Waiting>`
    select e.id, e.stripe_id, e.stripe_account_id, e.stripe_customer_id, e.type, e.api_version, e.livemode, i.attempts, e.payload
    from (select event_id, attempts, seq from stripe_inbox where state = 'pending' and available_at <= now() order by seq limit ${limit}) i
    join stripe_events e on e.id = i.event_id order by i.seq`.execute(db)
  return rows
}

/** Marks events applied; false when one of them was applied or taken by another worker in the meantime, so that nothing is done twice. */
export async function markApplied(db: Database, ids: readonly string[]): Promise<boolean> {
  const { numAffectedRows } = await sql`update stripe_inbox set state = 'applied', applied_at = now(), error = null where event_id = any(${ids as string[]}) and state = 'pending'`.execute(db)
  return Number(numAffectedRows ?? 0) === ids.length
}

/** Keeps an event without counting it, with the reason. */
export async function markKept(db: Database, id: string, reason: string): Promise<void> {
  await sql`update stripe_inbox set state = 'kept', error = ${reason}, applied_at = now() where event_id = ${id} and state = 'pending'`.execute(db)
}

/** Notes that an event failed: tried again later, and later still; put aside after the last attempt. */
export async function markFailed(db: Database, id: string, error: string): Promise<void> {
  await sql`
    update stripe_inbox set attempts = attempts + 1, error = ${error.slice(0, 2000)}, state = case when attempts + 1 >= ${maxAttempts} then 'failed' else 'pending' end,
      available_at = now() + least(interval '10 minutes', interval '2 seconds' * power(3, attempts))
    where event_id = ${id} and state = 'pending'`.execute(db)
}

/** Puts events off without counting an attempt: not they failed, something they need is away. */
export async function putOff(db: Database, ids: readonly string[], reason: string): Promise<void> {
  await sql`update stripe_inbox set error = ${reason.slice(0, 2000)}, available_at = now() + interval '30 seconds' where event_id = any(${ids as string[]}) and state = 'pending'`.execute(db)
}

/** Numbers for the panel and /metrics. */
export async function inboxCounts(db: Database): Promise<{ pending: number; failed: number; oldestSeconds: number | null }> {
  const { rows: [row] } = await sql<{ pending: number; failed: number; oldest: number | null }>`
    select (select count(*)::int from stripe_inbox where state = 'pending') as pending, (select count(*)::int from stripe_inbox where state = 'failed') as failed,
      (select extract(epoch from now() - e.received_at)::int from stripe_inbox i join stripe_events e on e.id = i.event_id where i.state = 'pending' order by i.seq limit 1) as oldest`.execute(db)
  return { pending: row!.pending, failed: row!.failed, oldestSeconds: row!.oldest }
}
