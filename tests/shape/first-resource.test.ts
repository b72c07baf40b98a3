import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { readConfig } from '../../api/engine/config.ts'
import { createDatabase, createPool, type Database } from '../../api/engine/database.ts'
import { freePort } from '../../api/engine/embedded-postgres.ts'
import { newId } from '../../api/engine/ids.ts'
import { authSecret } from '../../api/staff/auth.ts'
import { projectFiles, read, root } from '../support/sources.ts'

/** The files a reader of the page writes: each is named on a line of its own before its code. */
const written = [...read('docs/first-resource.md').matchAll(/^`([\w/.-]+\.ts)`\n\n```ts\n([\s\S]*?)^```/gm)].map(m => ({ file: m[1]!, text: m[2]! }))

let copy: string, env: Record<string, string>, db: Database, web: ChildProcess, cookie: string, base: string
const dbName = `first_${randomBytes(5).toString('hex')}`

const command = (file: string) => execFileSync(process.execPath, ['--import', 'tsx', file], { cwd: copy, env: { ...process.env, ...env }, encoding: 'utf8' })
async function startWeb(): Promise<void> {
  web = spawn(process.execPath, ['--import', 'tsx', 'bin/web.ts'], { cwd: copy, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] })
  for (let i = 0; i < 300; i++) {
    if (await fetch(`${base}/readyz`).then(r => r.ok, () => false)) return
    if (web.exitCode !== null) throw new Error('The web process ended.')
    await new Promise(r => setTimeout(r, 100))
  }
  throw new Error('The web process did not get ready.')
}
const stopWeb = () => new Promise<void>(done => { web.once('exit', () => done()); web.kill('SIGTERM') })
const call = (method: string, url: string, body?: unknown) => fetch(`${base}/v1/admin/${url}`, { method, headers: { cookie, origin: base, ...(body ? { 'content-type': 'application/json' } : {}) }, ...(body ? { body: JSON.stringify(body) } : {}) })

beforeAll(async () => {
  copy = mkdtempSync(path.join(tmpdir(), 'quarterdeck-copy-'))
  for (const file of projectFiles().filter(f => /^(resources|api|jobs|migrations|bin|demo)\/|^(package|tsconfig)\.json$|\.json$/.test(f))) {
    mkdirSync(path.join(copy, path.dirname(file)), { recursive: true })
    cpSync(path.join(root, file), path.join(copy, file))
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(copy, 'node_modules'))
  const { adminUrl, appUrl, ownerUrl } = inject('postgres')
  const admin = createPool(adminUrl, { max: 1 })
  await admin.query(`create database ${dbName} owner quarterdeck_owner`)
  await admin.query(`grant create, connect on database ${dbName} to quarterdeck_app`)
  await admin.end()
  const at = (url: string) => url.replace(/\/[^/]+$/, `/${dbName}`)
  const port = await freePort()
  base = `http://127.0.0.1:${port}`
  env = { DATABASE_URL: at(appUrl), DATABASE_OWNER_URL: at(ownerUrl), MASTER_KEYS: `k1:${randomBytes(32).toString('base64')}`, PUBLIC_URL: base, PORT: String(port), LOG_LEVEL: 'error', DATA_DIR: path.join(copy, '.data') }
  command('bin/migrate.ts')
  db = createDatabase(createPool(env.DATABASE_URL!, { max: 1 }))
  const person = newId(), token = randomBytes(24).toString('hex')
  await sql`insert into staff (id, name, email, role, two_factor_enabled) values (${person}, 'Ada', 'ada@example.test', 'admin', true)`.execute(db)
  await sql`insert into staff_sessions (id, staff_id, token, expires_at) values (${newId()}, ${person}, ${token}, now() + interval '1 hour')`.execute(db)
  cookie = `quarterdeck.session_token=${encodeURIComponent(`${token}.${createHmac('sha256', authSecret(readConfig(env).masterKeys)).update(token).digest('base64')}`)}`
  await startWeb()
})
afterAll(async () => {
  await stopWeb()
  await db.destroy()
  rmSync(copy, { recursive: true, force: true })
})

describe('docs/first-resource.md, followed word for word', () => {
  it('adds a resource to a running copy with one definition and one migration', async () => {
    expect(written.map(w => w.file.split('/')[0])).toEqual(['migrations', 'resources'])
    expect((await call('GET', 'partners')).status).toBe(404)
    for (const { file, text } of written) {
      mkdirSync(path.join(copy, path.dirname(file)), { recursive: true })
      writeFileSync(path.join(copy, file), text)
    }
    expect(command('bin/migrate.ts')).toContain('partners')
    await stopWeb()
    await startWeb()

    const meta = await (await call('GET', 'meta')).json() as { resources: { name: string; nav?: { group: string }; form: { sections: unknown[] } }[] }
    const partners = meta.resources.find(r => r.name === 'partners')!
    expect(partners.nav?.group).toBe('Growth')
    expect(partners.form.sections).toHaveLength(1)

    expect((await call('POST', 'partners', { name: 'Harbour', sharePercent: 30 })).status).toBe(422)
    const made = await call('POST', 'partners', { name: 'Harbour', sharePercent: 20, email: 'a@harbour.example', since: '2026-01-31' })
    expect(made.status).toBe(201)
    const { id } = await made.json() as { id: string }
    expect((await call('POST', 'partners', { name: 'Other', sharePercent: 20, email: 'a@harbour.example' })).status).toBe(422)
    await call('POST', 'partners', { name: 'Quay', sharePercent: 40, tier: 'reseller' })

    const found = await call('GET', 'partners?tier=reseller&_sort=name&_order=asc')
    expect(found.headers.get('x-total-count')).toBe('1')
    expect((await (await call('GET', 'partners?q=arbo')).json() as unknown[]).length).toBe(1)
    expect(await (await call('GET', 'partners/export.csv')).text()).toContain('Harbour')
    expect((await (await call('GET', `partners/${id}/history`)).json() as { act: string }[]).map(e => e.act)).toEqual(['create'])
    expect((await call('GET', 'partners?shareprecent_gte=3')).status).toBe(400)
  })
})
