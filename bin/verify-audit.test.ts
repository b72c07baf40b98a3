import { spawn } from 'node:child_process'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { audit } from '../api/engine/audit.ts'
import { readConfig } from '../api/engine/config.ts'
import { createDatabase, createPool, type Database } from '../api/engine/database.ts'
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../api/engine/embedded-postgres.ts'
import { createLog } from '../api/engine/log.ts'
import { migrate } from '../api/engine/migrate.ts'
import { checkpointAudit } from '../jobs/security/checkpoint-audit.ts'

const root = path.resolve(import.meta.dirname, '..')
let dir: string, postgres: EmbeddedPostgres

/** Runs a command of bin/ as npm would, with this environment only. */
const command = (name: string, args: string[] = [], env: Record<string, string> = { DATA_DIR: dir }): Promise<{ code: number | null; out: string; err: string }> => new Promise((resolve, reject) => {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(root, `bin/${name}.ts`), ...args], { cwd: root, env: { PATH: process.env.PATH!, HOME: process.env.HOME ?? '/', ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let out = '', err = ''
  child.stdout.on('data', d => { out += d })
  child.stderr.on('data', d => { err += d })
  child.on('error', reject)
  child.on('exit', code => resolve({ code, out: out.trim(), err: err.trim() }))
})
const asOwner = async (work: (db: Database) => Promise<void>): Promise<void> => {
  const pool = createPool(postgres.ownerUrl, { max: 1 })
  try { await work(createDatabase(pool)) } finally { await pool.end() }
}

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'quarterdeck-verify-'))
  await chmod(dir, 0o755)
  postgres = await startEmbeddedPostgres(dir)
  await asOwner(async db => {
    await migrate(db, 'quarterdeck_app')
    await db.transaction().execute(trx => audit(trx, { actor: { kind: 'product', id: null, name: 'Test' }, requestId: 'r', ip: null }, Array.from({ length: 20 }, (_, i) => ({ act: 'create', resource: 'customers', subjectId: String(i), changes: { name: { before: null, after: `n${i}` } } }))))
    await checkpointAudit({ db, config: readConfig({ DATA_DIR: dir }), log: createLog('silent') })
  })
})
afterAll(async () => {
  await postgres.stop()
  await rm(dir, { recursive: true, force: true })
})

test('the log verifies while the database runs, while it is stopped, and as an export elsewhere; a visit leaves things as they were', async () => {
  expect(await command('verify-audit')).toEqual({ code: 0, out: 'verified 20 rows', err: '' })
  const file = path.join(dir, 'log.jsonl')
  expect((await command('verify-audit', ['--', '--export', file])).out).toBe('exported 20 rows')
  await asOwner(async db => { await sql`select 1`.execute(db) })
  await postgres.stop()
  expect(await command('verify-audit')).toEqual({ code: 0, out: 'verified 20 rows', err: '' })
  await expect(readFile(path.join(dir, 'postgres/postmaster.pid'))).rejects.toMatchObject({ code: 'ENOENT' })
  await expect(readFile(path.join(dir, 'lock.json'))).rejects.toMatchObject({ code: 'ENOENT' })
  expect(await command('verify-audit', ['--', file], {})).toEqual({ code: 0, out: 'verified 20 rows', err: '' })
  const lines = (await readFile(file, 'utf8')).trim().split('\n')
  await writeFile(file, `${lines.slice(0, 15).join('\n')}\n`)
  expect(await command('verify-audit', [file], {})).toEqual({ code: 1, out: expect.stringMatching(/^row 20: was signed at .* and is missing\.$/), err: '' })
})

test('each fault is a line that names the row, and the exit status is 1; no database is one sentence', async () => {
  postgres = await startEmbeddedPostgres(dir)
  await asOwner(async db => {
    await sql`alter table audit_log disable trigger user`.execute(db)
    await sql`update audit_log set actor_name = 'Bea' where seq = 4`.execute(db)
    await sql`update audit_values set changes = '{}' where audit_id = (select id from audit_log where seq = 9)`.execute(db)
    await sql`alter table audit_log enable trigger user`.execute(db)
  })
  expect(await command('verify-audit')).toEqual({ code: 1, out: 'row 4: its content (who, what, when) is not what was written.\nrow 9: its values are not what was written.', err: '' })
  const nowhere = await command('verify-audit', [], { DATA_DIR: path.join(dir, 'nowhere') })
  expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringMatching(/^There is no database in /)])
})

test('the first administrator is made from the command line, by a link that is printed and kept nowhere', async () => {
  const made = await command('create-admin', ['--', 'Ada@Company.test', 'Ada Lovelace'])
  expect(made.code).toBe(0)
  expect(made.out).toMatch(/^Ada@Company\.test was made an administrator\.\n.*\nhttp:\/\/127\.0\.0\.1:3000\/invite\/[\w-]{43}$/)
  const again = await command('create-admin', ['ada@company.test', '--reset-second-factor'])
  expect(again.out).toMatch(/^ada@company\.test is an administrator\.\n/)
  expect((await command('create-admin', ['no address'])).code).toBe(1)
  await asOwner(async db => {
    expect((await sql`select name, email, role, active from staff`.execute(db)).rows).toEqual([{ name: 'Ada Lovelace', email: 'ada@company.test', role: 'admin', active: true }])
    expect((await sql<{ n: number }>`select count(*) as n from staff_links`.execute(db)).rows[0]!.n).toBe(1)
  })
})
