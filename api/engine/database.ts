import pg from 'pg'
import { createHash } from 'node:crypto'
import { DummyDriver, Kysely, PostgresAdapter, PostgresDialect, PostgresIntrospector, PostgresQueryCompiler, sql, type RawBuilder } from 'kysely'
import type { DB } from './schema.ts'

export type Database = Kysely<DB>

// bigint: money in minor units and counters fit a double exactly; a value that does not is an error, never a rounding.
pg.types.setTypeParser(20, value => {
  const n = Number(value)
  if (!Number.isSafeInteger(n)) throw new Error(`The database holds ${value}, more than this program can add exactly.`)
  return n
})
// date: a calendar day stays text.
pg.types.setTypeParser(1082, value => value)

export interface PoolOptions {
  max?: number
  /** Milliseconds a statement may run. Default 10,000; exports and jobs give more. */
  statementTimeout?: number
  name?: string
  /** Re-planning each time keeps filters on the right index (a generic plan may walk the wrong one). */
  customPlans?: boolean
}

const names = new Map<string, string | null>()
const mostNames = 1_000

/** A statement seen twice gets a name, so that PostgreSQL parses it once per connection. Texts made only once stay nameless. */
function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known === undefined) {
    if (names.size < mostNames * 4) names.set(text, null)
    return undefined
  }
  if (known !== null) return known
  let named = 0
  for (const n of names.values()) if (n !== null) named++
  if (named >= mostNames) return undefined
  const name = `q${createHash('sha1').update(text).digest('base64url')}`
  names.set(text, name)
  return name
}

class NamingClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config)
    // a connection may die between two statements of a transaction; the next one says so, while an unheard event would end the process
    this.on('error', () => {})
  }

  override query(...args: any[]): any {
    const [text, values] = args
    if (typeof text === 'string' && Array.isArray(values) && values.length > 0) {
      const name = nameOf(text)
      if (name) return (super.query as any)({ name, text, values }, args[2])
    }
    return (super.query as any)(...args)
  }
}

/**
 * A pool of connections. The error listener keeps the process alive when the database goes away; it reconnects by itself.
 */
export function createPool(url: string, options: PoolOptions = {}): pg.Pool {
  const settings = [`-c statement_timeout=${options.statementTimeout ?? 10_000}`, '-c lock_timeout=5000', '-c idle_in_transaction_session_timeout=30000', '-c jit=off']
  if (options.customPlans) settings.push('-c plan_cache_mode=force_custom_plan')
  const pool = new pg.Pool({
    Client: NamingClient as unknown as typeof pg.Client,
    connectionString: url, max: options.max ?? 10, application_name: options.name ?? 'quarterdeck',
    connectionTimeoutMillis: 5_000, idleTimeoutMillis: 30_000, options: settings.join(' '), keepAlive: true,
  })
  pool.on('error', () => { /* an idle connection died; the pool has dropped it already */ })
  return pool
}

export const createDatabase = (pool: pg.Pool): Database => new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })

export type { Pool } from 'pg'

export interface Hearing {
  /** Resolved once it listens for the first time; while the database is away it waits. */
  ready: Promise<void>
  stop(): Promise<void>
}

/**
 * Listens on a channel over a connection of its own, for as long as it is wanted: a connection that dies is made again, and `gap` says that something may have been
 * missed meanwhile. Needs a direct connection (LISTEN does not go through a pooler that shares connections).
 */
export function hear(url: string, channel: string, on: { message(payload: string): void; gap(): void }): Hearing {
  let stopped = false, client: pg.Client | undefined, again: NodeJS.Timeout | undefined, heard = false
  let isReady = () => {}
  const ready = new Promise<void>(resolve => { isReady = resolve })
  const connect = async (): Promise<void> => {
    const made = client = new pg.Client({ connectionString: url, application_name: 'quarterdeck-live', keepAlive: true, connectionTimeoutMillis: 5_000, query_timeout: 10_000 })
    let over = false
    const lost = (): void => {
      if (over) return
      over = true
      clearInterval(pulse)
      void made.end().catch(() => undefined)
      if (!stopped) again = setTimeout(() => void connect(), 1_000).unref()
    }
    // a connection that is dead without a word is noticed by asking it something
    const pulse = setInterval(() => { made.query('select 1').catch(lost) }, 15_000).unref()
    made.on('error', lost)
    made.on('end', lost)
    made.on('notification', message => { if (message.payload) on.message(message.payload) })
    try {
      await made.connect()
      await made.query(`listen ${pg.escapeIdentifier(channel)}`)
      if (heard) on.gap()
      heard = true
      isReady()
    } catch { lost() }
  }
  void connect()
  return {
    ready,
    async stop() {
      stopped = true
      clearTimeout(again)
      isReady()
      await client?.end().catch(() => undefined)
    },
  }
}

const literal = (value: unknown): string => {
  if (value === null || value === undefined) return 'null'
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (value instanceof Date) return `${pg.escapeLiteral(value.toISOString())}::timestamptz`
  if (Array.isArray(value)) return value.length ? `array[${value.map(literal).join(',')}]` : "'{}'"
  return pg.escapeLiteral(String(value))
}

/** A compiled statement with its parameters written in, for COPY, which takes none. Values go through the driver's own escaping. */
export const inline = (text: string, parameters: readonly unknown[]): string => text.replace(/\$(\d+)/g, (_, n: string) => literal(parameters[Number(n) - 1]))

const compiler = new Kysely<any>({ dialect: { createAdapter: () => new PostgresAdapter(), createDriver: () => new DummyDriver(), createIntrospector: db => new PostgresIntrospector(db), createQueryCompiler: () => new PostgresQueryCompiler() } })

/** A fragment without parameters as ready text: worth it for what is used again in every request. */
export function ready<T>(fragment: RawBuilder<T>): RawBuilder<T> {
  const compiled = fragment.compile(compiler)
  return compiled.parameters.length ? fragment : sql.raw<T>(compiled.sql)
}
