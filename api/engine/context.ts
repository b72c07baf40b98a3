import type { Access } from './access.ts'
import type { Config } from './config.ts'
import type { Database, Pool } from './database.ts'
import type { Log } from './log.ts'
import type { Queue } from './queue.ts'
import type { Totals } from './totals.ts'
import type { Registry } from './registry.ts'

/** Who acts. One closed list answers "who did this" for every audit row. */
export type Actor =
  | { kind: 'person'; id: string; name: string }
  | { kind: 'api-key'; id: string; name: string }
  | { kind: 'schedule'; id: null; name: string }
  | { kind: 'product'; id: null; name: string }
  | { kind: 'anonymous'; id: null; name: string }

/** What lives as long as the process: made once at start, passed on as a value. */
export interface Services {
  config: Config
  db: Database
  /** The pool of interactive requests. */
  pool: Pool
  /** A pool with a long statement timeout, for exports. */
  slowPool: Pool
  queue: Queue | null
  log: Log
  totals: Totals
  registry: Registry
}

/** One request or job: who, with which rights, when. */
export interface Ctx extends Services {
  actor: Actor
  onBehalfOf?: { id: string; name: string }
  access: Access
  session?: { id: string; stepUpAt: Date | null }
  now: Date
  requestId: string
  ip: string | null
}
