import { sql } from 'kysely'
import type { Access } from './access.ts'
import { changesChannel, tablesOf } from './changes.ts'
import type { Services } from './context.ts'
import { hear, type Hearing } from './database.ts'
import { Problem } from './errors.ts'

/** Somebody's open page. `send` answers false when the page does not keep up. */
export interface Listener { sessionId: string; staffId: string; access: Access; send(text: string): boolean; close(): void }
interface Held extends Listener { pending: Set<string> }

export interface Live {
  /** Opens a stream; answers how to leave. Refuses with 429 beyond what one person may hold open. */
  join(listener: Listener): Promise<() => void>
  /** How many streams are open. */
  readonly open: number
}

const most = { person: 12, process: 5_000 }
/** Seconds between flushes, tellings of one table, checks of the sessions, and signs of life for proxies. */
const every = { flush: 1, table: 3, check: 10, beat: 20 }

/**
 * Tells open pages which resources have changed: names only, and only of resources that each may read. Changes come from every process over one connection
 * that listens; it is held only while somebody is there. Sessions that ended, and people whose rights changed, lose their stream.
 */
export function createLive(services: Services, state: { stopping: boolean }): Live {
  const { registry, db, totals } = services
  const held = new Set<Held>()
  let hearing: Hearing | undefined, timer: NodeJS.Timeout | undefined, resting: NodeJS.Timeout | undefined
  let tables = new Map<string, string[]>(), seconds = 0, looking = false

  const leave = (one: Held): void => { if (held.delete(one)) { one.close(); if (!held.size) rest() } }
  /** The connection stays a moment: whoever turns a page comes back at once. */
  const rest = (): void => {
    clearInterval(timer)
    timer = undefined
    resting = setTimeout(() => { const old = hearing; hearing = undefined; void old?.stop() }, 2_000)
    resting.unref()
  }
  const written = new Set<string>(), told = new Map<string, number>()
  const heard = (table: string): void => {
    if (tables.has(table)) written.add(table)
    if (table === 'staff_sessions' || table === 'staff') void check()
  }
  /** However often a table is written to, it is told now and then; totals that were kept are forgotten before, so that who asks finds the new ones. */
  const tellWritten = (): void => {
    for (const table of written) {
      if (seconds - (told.get(table) ?? -every.table) < every.table) continue
      written.delete(table)
      told.set(table, seconds)
      totals.changed(table)
      for (const name of tables.get(table) ?? []) {
        const resource = registry.named(name)
        if (resource) for (const one of held) if (one.access.may(resource, 'read')) one.pending.add(name)
      }
    }
  }
  const tellAll = (): void => { for (const one of held) if (!one.send('event: gap\ndata: []\n\n')) leave(one) }

  /** Who may still listen? One statement for all streams of this process. */
  async function check(): Promise<void> {
    if (looking || !held.size) return
    looking = true
    try {
      const { rows } = await sql<{ id: string; role: string; row_scope: string | null }>`select s.id, p.role, p.row_scope from staff_sessions s join staff p on p.id = s.staff_id
        where s.id = any(${[...new Set([...held].map(h => h.sessionId))]}::uuid[]) and p.active and p.deleted_at is null and s.expires_at > now()`.execute(db)
      const living = new Map(rows.map(r => [r.id, r]))
      for (const one of held) {
        const row = living.get(one.sessionId)
        if (row?.role !== one.access.person.role || row.row_scope !== one.access.person.rowScope) leave(one)
      }
    } catch { /* the database is away; sessions are looked at again when it is back */ } finally { looking = false }
  }

  const tick = (): void => {
    seconds += every.flush
    if (state.stopping) { for (const one of held) leave(one); return }
    tellWritten()
    for (const one of held) {
      const text = one.pending.size ? `event: changed\ndata: ${JSON.stringify([...one.pending].sort())}\n\n` : seconds % every.beat === 0 ? ': beat\n\n' : ''
      one.pending.clear()
      if (text && !one.send(text)) leave(one)
    }
    if (seconds % every.check === 0) void check()
  }

  return {
    get open() { return held.size },
    async join(listener) {
      if ([...held].filter(h => h.staffId === listener.staffId).length >= most.person) throw new Problem('rate_limited', 'Too many pages of yours are open at once. This one reads again when you do.', { retryAfter: 60 })
      if (held.size >= most.process) throw new Problem('unavailable', 'Too many pages are open. This one reads again when you do.', { retryAfter: 60 })
      const one: Held = { ...listener, send: text => listener.send(text), close: () => { listener.close() }, pending: new Set() }
      held.add(one)
      clearTimeout(resting)
      timer ??= setInterval(tick, every.flush * 1000).unref()
      try {
        if (!tables.size) tables = await tablesOf(db, registry.resources)
        hearing ??= hear(services.config.databaseDirectUrl, changesChannel, { message: heard, gap: tellAll })
        await hearing.ready
      } catch (error) { leave(one); throw error }
      return () => { leave(one) }
    },
  }
}
