import type { Kysely, RawBuilder } from 'kysely'
import type { ResourceDefinition } from '../../resources/engine/define-resource.ts'
import type { Ctx } from './context.ts'

/** What became of one row of an action. `inverse` is what undo needs to take back exactly this. */
export interface ActionResult { id: string; outcome: 'done' | 'skipped' | 'failed'; reason?: string; inverse?: unknown; changes?: Record<string, { before: unknown; after: unknown }>; /** Told in the answer of a row's action and kept nowhere: a link that works once. */ once?: Record<string, unknown> }

/** A verb on a set of rows (one is a set of one), inside the engine's transaction. Rows are locked and meet the action's `when`. */
export type ActionVerb = (ctx: Ctx, trx: Kysely<any>, input: { ids: string[]; input: Record<string, any>; /** When it takes something back: the inverse stored for each row. */ each?: ReadonlyMap<string, any> }) => Promise<ActionResult[]>

/** What a domain adds to its definitions: SQL, hooks and verbs, keyed by resource and field or action name. */
export interface ResourceServer {
  /** Fields whose value is an expression instead of a column. */
  computed?: Record<string, (alias: string) => RawBuilder<unknown>>
  /** Pure: more columns to write with a change (`before` is absent on create). Columns by their SQL name. */
  columns?: (change: { before?: Record<string, any>; values: Record<string, any>; now: Date; actorId: string | null }) => Record<string, unknown>
  /**
   * Runs inside the transaction after a row was written; for rows of other tables that belong to it. What it answers on create is told in that
   * answer only, as `once`, and kept nowhere: a key just made.
   */
  afterWrite?: (ctx: Ctx, trx: Kysely<any>, change: { id: string; verb: 'create' | 'update' | 'delete' | 'restore'; values: Record<string, any> }) => Promise<void | Record<string, unknown>>
  actions?: Record<string, ActionVerb>
}

/** Domain word -> what it offers. api/domains.ts is the list. */
export interface Domain { resources?: Record<string, ResourceServer> }

export interface Registry {
  resources: readonly ResourceDefinition[]
  named(name: string): ResourceDefinition | undefined
  server(name: string): ResourceServer
}

/** Joins definitions with what the domains add to them. */
export function createRegistry(resources: readonly ResourceDefinition[], domains: readonly Domain[]): Registry {
  const byName = new Map(resources.map(r => [r.name, r]))
  const servers = new Map<string, ResourceServer>()
  for (const domain of domains) for (const [name, server] of Object.entries(domain.resources ?? {})) servers.set(name, { ...servers.get(name), ...server })
  const none: ResourceServer = {}
  return { resources, named: name => byName.get(name), server: name => servers.get(name) ?? none }
}
