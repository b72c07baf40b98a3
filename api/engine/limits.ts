import { createHash } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import { Problem } from './errors.ts'

/** A counter that many processes share: at most `points` within a window of `seconds`. */
export interface Limit { name: string; points: number; seconds: number }

/** Whom a counter belongs to. Hashed, so that the table of counters holds no addresses and no names. */
const keyOf = (limit: Limit, of: readonly (string | null)[]): string => `${limit.name}:${createHash('sha256').update(JSON.stringify(of)).digest('base64url')}`

export interface Taken { allowed: boolean; count: number; retryAfter: number }

/**
 * Takes one point before the attempt it pays for, so that attempts made at the same time cannot slip through; `giveBack` returns it
 * when the attempt turns out to be a right one. `retryAfter` is in seconds.
 */
export async function take(db: Kysely<any>, limit: Limit, ...of: (string | null)[]): Promise<Taken> {
  const now = Date.now()
  const { rows: [row] } = await sql<{ points: number; expire: number }>`insert into rate_limits as r (key, points, expire) values (${keyOf(limit, of)}, 1, ${now + limit.seconds * 1000})
    on conflict (key) do update set points = case when r.expire <= ${now} then 1 else r.points + 1 end, expire = case when r.expire <= ${now} then excluded.expire else r.expire end
    returning points, expire`.execute(db)
  return { allowed: row!.points <= limit.points, count: row!.points, retryAfter: Math.max(1, Math.ceil((row!.expire - now) / 1000)) }
}

/** The same, answering 429 with Retry-After when nothing is left. */
export async function takeOrRefuse(db: Kysely<any>, limit: Limit, sentence: string, ...of: (string | null)[]): Promise<Taken> {
  const taken = await take(db, limit, ...of)
  if (!taken.allowed) throw new Problem('rate_limited', sentence, { retryAfter: taken.retryAfter })
  return taken
}

export async function giveBack(db: Kysely<any>, limit: Limit, ...of: (string | null)[]): Promise<void> {
  await sql`update rate_limits set points = greatest(points - 1, 0) where key = ${keyOf(limit, of)}`.execute(db)
}
