import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { sql } from 'kysely'
import { Migrator, type Migration, type MigrationProvider } from 'kysely/migration'
import { resources } from '../../resources/index.ts'
import { tellChanges } from './changes.ts'
import type { Database } from './database.ts'

const folder = path.resolve(import.meta.dirname, '../../migrations')

/** Names of all migrations on disk, in order. */
export async function migrationNames(): Promise<string[]> {
  return (await readdir(folder)).filter(f => /^\d{4}-[a-z0-9-]+\.ts$/.test(f)).map(f => f.slice(0, -3)).sort()
}

const provider: MigrationProvider = {
  async getMigrations() {
    const found: Record<string, Migration> = {}
    for (const name of await migrationNames()) found[name] = await import(pathToFileURL(path.join(folder, `${name}.ts`)).href)
    return found
  },
}

/** The database was migrated by a later version of this program: only that version, or a later one, may work on it. */
export class NewerSchema extends Error {
  constructor(newer: readonly string[]) { super(`The database was migrated by a newer version of this program (${newer.at(-1)}). Start that version.`) }
}

/**
 * Brings the database to this program's schema, in one transaction under the migrator's lock; safe when several instances start at once.
 * `appRole` gets the rights of the application: it may write everything except what is insert-only.
 */
export async function migrate(owner: Database, appRole?: string): Promise<string[]> {
  const { newer } = await schemaState(owner)
  if (newer.length) throw new NewerSchema(newer)
  const migrator = new Migrator({ db: owner, provider, migrationTableName: 'migrations', migrationLockTableName: 'migrations_lock', allowUnorderedMigrations: true })
  const { error, results } = await migrator.migrateToLatest()
  if (error) throw error
  const done = (results ?? []).filter(r => r.status === 'Success').map(r => r.migrationName)
  await owner.transaction().execute(async trx => {
    await sql`select pg_advisory_xact_lock(hashtext('quarterdeck.grant'))`.execute(trx)
    await tellChanges(trx, resources)
  })
  // at once, so that who waits for the schema finds all of it usable or none; one after the other, since two cannot grant on one table at a time
  if (appRole) await owner.transaction().execute(async trx => {
    await sql`set local lock_timeout = 0`.execute(trx)
    await sql`select pg_advisory_xact_lock(hashtext('quarterdeck.grant'))`.execute(trx)
    await grant(trx, appRole)
  })
  return done
}

/** Tables whose rows the application may add but never change or remove. */
export const insertOnly = ['audit_log', 'stripe_events', 'object_versions'] as const

async function grant(owner: Database, role: string): Promise<void> {
  const { rows: [me] } = await sql<{ name: string }>`select current_user as name`.execute(owner)
  if (me!.name === role) return
  const { rows } = await sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public'`.execute(owner)
  const target = sql.id(role)
  await sql`grant usage on schema public to ${target}`.execute(owner)
  for (const { name } of rows) {
    const closed = (insertOnly as readonly string[]).includes(name)
    await sql`grant ${sql.raw(closed ? 'select, insert' : name.startsWith('migrations') || name === 'audit_head' ? 'select' : 'select, insert, update, delete')} on ${sql.table(name)} to ${target}`.execute(owner)
    if (closed) await sql`revoke update, delete, truncate on ${sql.table(name)} from ${target}`.execute(owner)
  }
  const { rows: views } = await sql<{ name: string }>`select viewname as name from pg_views where schemaname = 'public'`.execute(owner)
  for (const { name } of views) await sql`grant select on ${sql.table(name)} to ${target}`.execute(owner)
  await sql`grant usage on all sequences in schema public to ${target}`.execute(owner)
}

/**
 * Are all migrations of this program applied, and may this role use what they made? `newer` = the database was migrated by a later program.
 * A database that was never migrated, or is just being migrated for the first time, misses all.
 */
export async function schemaState(db: Database): Promise<{ ready: boolean; missing: string[]; newer: string[] }> {
  const names = await migrationNames()
  const applied = new Set<string>()
  let granted = false
  try {
    for (const { name } of (await sql<{ name: string }>`select name from migrations`.execute(db)).rows) applied.add(name)
    granted = (await sql<{ granted: boolean }>`select bool_and(has_table_privilege(oid, 'select')) as granted from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v') and not relispartition
      and relowner = (select relowner from pg_class where oid = 'migrations'::regclass)`.execute(db)).rows[0]!.granted
  } catch (error) {
    if (!['42P01', '42501'].includes((error as { code?: string }).code ?? '')) throw error
  }
  const missing = names.filter(n => !applied.has(n))
  return { missing, newer: [...applied].filter(n => !names.includes(n)), ready: missing.length === 0 && granted }
}
