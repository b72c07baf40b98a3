import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createDatabase, createPool, type Database } from '../../api/engine/database.ts'
import { freePort } from '../../api/engine/embedded-postgres.ts'
import { migrationNames } from '../../api/engine/migrate.ts'
import { startProcess, until, type Started } from '../support/own-product.ts'
import { publicUrl } from '../support/world.ts'

const { adminUrl, appUrl, ownerUrl } = inject('postgres')
const name = `half_${randomBytes(6).toString('hex')}`
const at = (url: string) => url.replace(/\/[^/]+$/, `/${name}`)
const admin = createPool(adminUrl, { max: 1, statementTimeout: 60_000 })
const env = { DATABASE_URL: at(appUrl), DATABASE_OWNER_URL: at(ownerUrl), PUBLIC_URL: publicUrl, MASTER_KEYS: `k1:${randomBytes(32).toString('base64')}`, DEMO: '0', LOG_LEVEL: 'silent' }
const running: Started[] = []
const start = (file: string, more: Record<string, string> = {}) => { const one = startProcess(file, { ...env, ...more }); running.push(one); return one }
let root: Database

/** Tables of the product; the two in which the migrator keeps its own state are there from the start. */
const tables = async () => (await sql<{ n: number }>`select count(*)::int as n from pg_tables where schemaname = 'public' and tablename not like 'migrations%'`.execute(root)).rows[0]!.n
const steps = async () => (await sql<{ there: string | null }>`select to_regclass('public.migrations')::text as there`.execute(root)).rows[0]!.there ? (await sql<{ n: number }>`select count(*)::int as n from migrations`.execute(root)).rows[0]!.n : 0
/** Makes the step that creates this table do something more: `pg_sleep`, or an error. */
async function onTable(table: string, statement: string): Promise<void> {
  await sql.raw(`create function trap() returns event_trigger language plpgsql as $$ begin
    if exists (select 1 from pg_event_trigger_ddl_commands() where object_identity = 'public.${table}') then ${statement}; end if; end $$`).execute(root)
  await sql`create event trigger trap on ddl_command_end when tag in ('CREATE TABLE') execute function trap()`.execute(root)
}
const noTrap = async () => { await sql`drop event trigger trap`.execute(root); await sql`drop function trap()`.execute(root) }

beforeAll(async () => {
  await admin.query(`create database ${name} owner quarterdeck_owner`)
  await admin.query(`grant create, connect on database ${name} to quarterdeck_app`)
  root = createDatabase(createPool(at(adminUrl), { max: 2, statementTimeout: 60_000 }))
})
afterAll(async () => {
  for (const one of running) one.child.kill('SIGKILL')
  await root.destroy()
  await admin.query(`drop database ${name} with (force)`)
  await admin.end()
})

describe('a migration', () => {
  it('happens as a whole or not at all: killed half-way, with an error in one statement, and then to its end; nobody is ready before', async () => {
    const port = String(await freePort()), web = start('bin/web.ts', { PORT: port })
    const readiness = () => fetch(`http://127.0.0.1:${port}/readyz`).then(async r => [r.status, (await r.json() as { reason?: string }).reason], () => [0, undefined])
    await until(async () => (await readiness())[1] === 'waiting for migrations', 'the web process waits')

    await onTable('audit_log', 'perform pg_sleep(300)')
    const killed = start('bin/migrate.ts')
    const sleeping = async () => (await sql<{ pid: number }>`select pid from pg_stat_activity where datname = ${name} and wait_event = 'PgSleep'`.execute(root)).rows
    await until(async () => (await sleeping()).length === 1, 'the migration is half-way')
    killed.child.kill('SIGKILL')
    for (const { pid } of await sleeping()) await sql`select pg_terminate_backend(${pid})`.execute(root)
    await until(async () => (await sleeping()).length === 0, 'its connection is gone')
    expect([await tables(), await steps()]).toEqual([0, 0])
    expect(await readiness()).toEqual([503, 'waiting for migrations'])
    await noTrap()

    await onTable('audit_log', `raise exception 'no space for audit_log'`)
    const failed = start('bin/migrate.ts')
    expect(await failed.ended).toBe(1)
    expect(failed.output().trim().split('\n').at(-1)).toContain('no space for audit_log')
    expect([await tables(), await steps()]).toEqual([0, 0])
    expect(await readiness()).toEqual([503, 'waiting for migrations'])
    await noTrap()

    const whole = start('bin/migrate.ts')
    expect(await whole.ended, whole.output()).toBe(0)
    expect(await steps()).toBe((await migrationNames()).length)
    await web.said('is ready')
    expect(await readiness()).toEqual([200, undefined])

    // a later version has migrated: those who run say so, those who start refuse, and nobody touches the schema
    await sql`insert into migrations (name, timestamp) values ('9999-from-the-future', now()::text)`.execute(root)
    expect(await readiness()).toEqual([503, 'The database was migrated by a newer version of this program.'])
    for (const file of ['bin/migrate.ts', 'bin/web.ts', 'bin/worker.ts']) {
      const late = start(file, { PORT: String(await freePort()) })
      expect([file, await late.ended]).toEqual([file, 1])
      expect(late.output()).toContain('The database was migrated by a newer version of this program (9999-from-the-future). Start that version.')
    }
    expect(web.child.exitCode).toBeNull()
  })
})
