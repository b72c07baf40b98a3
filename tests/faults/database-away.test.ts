import { spawn, type ChildProcess } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '../../api/engine/config.ts'
import { createDatabase, createPool } from '../../api/engine/database.ts'
import { freePort, startEmbeddedPostgres, type EmbeddedPostgres } from '../../api/engine/embedded-postgres.ts'
import { newId } from '../../api/engine/ids.ts'
import { migrate } from '../../api/engine/migrate.ts'
import { authSecret } from '../../api/staff/auth.ts'
import { root } from '../support/sources.ts'

const webhookSecret = `whsec_${randomBytes(8).toString('hex')}`
let dir: string, postgres: EmbeddedPostgres, port: number, base: string, cookie: string, env: Record<string, string>, web: ChildProcess

const start = () => spawn(process.execPath, ['--import', 'tsx', 'bin/web.ts'], { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] })
const status = (p: string) => fetch(`${base}${p}`).then(r => r.status, () => 0)
async function until(reached: () => Promise<boolean>, what: string): Promise<void> {
  for (let i = 0; i < 600; i++) { if (await reached()) return; await new Promise(r => setTimeout(r, 100)) }
  throw new Error(`Did not happen: ${what}`)
}
const post = (name: string) => fetch(`${base}/v1/admin/customers`, { method: 'POST', headers: { cookie, origin: base, 'content-type': 'application/json' }, body: JSON.stringify({ name }) })
const killPostgres = async () => process.kill(Number((await readFile(path.join(dir, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]), 'SIGKILL')
const webhook = (id: string) => {
  const body = JSON.stringify({ id, object: 'event', type: 'customer.created', created: Math.floor(Date.now() / 1000), livemode: false, api_version: '2026-10-28.endive', data: { object: { id: 'cus_away', object: 'customer', name: 'Away' } } })
  const t = Math.floor(Date.now() / 1000)
  return fetch(`${base}/webhooks/stripe`, { method: 'POST', body, headers: { 'content-type': 'application/json', 'stripe-signature': `t=${t},v1=${createHmac('sha256', webhookSecret).update(`${t}.${body}`).digest('hex')}` } })
}

beforeAll(async () => {
  dir = await mkdtemp(path.join(tmpdir(), 'quarterdeck-away-'))
  await chmod(dir, 0o755)
  postgres = await startEmbeddedPostgres(dir)
  const owner = createDatabase(createPool(postgres.ownerUrl, { max: 1 }))
  await migrate(owner, 'quarterdeck_app')
  port = await freePort()
  base = `http://127.0.0.1:${port}`
  env = { DATABASE_URL: postgres.appUrl, PUBLIC_URL: base, PORT: String(port), MASTER_KEYS: `k1:${randomBytes(32).toString('base64')}`, STRIPE_WEBHOOK_SECRET: webhookSecret, STRIPE_SECRET_KEY: 'sk_test_x', LOG_LEVEL: 'silent', DATA_DIR: path.join(dir, 'data') }
  const person = newId(), token = randomBytes(24).toString('hex')
  await sql`insert into staff (id, name, email, role, two_factor_enabled) values (${person}, 'Ada', 'ada@example.test', 'admin', true)`.execute(owner)
  await sql`insert into staff_sessions (id, staff_id, token, expires_at) values (${newId()}, ${person}, ${token}, now() + interval '1 hour')`.execute(owner)
  cookie = `quarterdeck.session_token=${encodeURIComponent(`${token}.${createHmac('sha256', authSecret(readConfig(env).masterKeys)).update(token).digest('base64')}`)}`
  await owner.destroy()
  web = start()
  await until(async () => await status('/readyz') === 200, 'ready')
})
afterAll(async () => {
  web.kill('SIGKILL')
  await postgres.stop()
  await rm(dir, { recursive: true, force: true })
})

describe('the database', () => {
  it('may die under load: 503 with Retry-After meanwhile, recovery by itself, no acknowledged write lost', async () => {
    const acknowledged: string[] = []
    let writing = true
    const writer = (async () => {
      for (let i = 0; writing; i++) {
        const name = `Write ${i} ${randomBytes(3).toString('hex')}`
        const answer = await post(name).catch(() => undefined)
        if (answer?.status === 201) acknowledged.push(name)
        await answer?.arrayBuffer().catch(() => undefined)
      }
    })()
    await until(async () => acknowledged.length > 20, 'twenty writes')
    await killPostgres()
    await until(async () => (await post('During').catch(() => undefined))?.status === 503, '503 while the database is away')
    const away = await post('During')
    expect(away.status).toBe(503)
    expect(Number(away.headers.get('retry-after'))).toBeGreaterThan(0)
    const body = await away.json() as { message: string; requestId: string }
    expect(body.message).toMatch(/database is away/)
    expect(body.requestId).toBeTruthy()
    expect(JSON.stringify(body)).not.toMatch(/ECONN|57P0|select|insert|\.ts/i)
    expect(await status('/livez')).toBe(200)
    expect(await status('/readyz')).toBe(503)
    const before = acknowledged.length
    expect((await webhook('evt_away')).status).toBe(503)

    postgres = await startEmbeddedPostgres(dir, { port: postgres.port })
    await until(async () => acknowledged.length > before + 5, 'writes again, without a restart of ours')
    writing = false
    await writer
    expect(await status('/readyz')).toBe(200)
    expect((await webhook('evt_away')).status).toBe(200)

    const db = createDatabase(createPool(postgres.ownerUrl, { max: 1 }))
    const { rows } = await sql<{ name: string }>`select name from customers`.execute(db)
    const there = new Set(rows.map(r => r.name))
    expect(acknowledged.filter(name => !there.has(name))).toEqual([])
    const { rows: [audited] } = await sql<{ n: number; customers: number; head: number }>`select (select count(*) from audit_log where act = 'create' and resource = 'customers') as n, (select count(*) from customers) as customers, (select seq from audit_head) as head`.execute(db)
    expect(audited!.n).toBe(audited!.customers)
    const { rows: [events] } = await sql<{ n: number }>`select count(*) as n from stripe_events where stripe_id = 'evt_away'`.execute(db)
    expect(events!.n).toBe(1)
    await db.destroy()
  })

  it('may restart many times while people read', async () => {
    for (let round = 0; round < 3; round++) {
      await postgres.stop()
      postgres = await startEmbeddedPostgres(dir, { port: postgres.port })
      await until(async () => (await fetch(`${base}/v1/admin/customers?_end=1`, { headers: { cookie } })).status === 200, 'a list after the restart')
    }
  })

  it('may be away when the program starts: it waits and gets ready by itself', async () => {
    web.kill('SIGTERM')
    await new Promise(r => web.once('exit', r))
    await postgres.stop()
    web = start()
    await new Promise(r => setTimeout(r, 3_000))
    expect(web.exitCode).toBeNull()
    expect(await status('/readyz')).not.toBe(200)
    postgres = await startEmbeddedPostgres(dir, { port: postgres.port })
    await until(async () => await status('/readyz') === 200, 'ready after the database came')
  })

  it('lets a request in flight finish when the program is told to end, and the program ends with 0', async () => {
    const slow = fetch(`${base}/v1/admin/customers/export.csv`, { headers: { cookie } })
    await new Promise(r => setTimeout(r, 50))
    web.kill('SIGTERM')
    const answer = await slow
    expect(answer.status).toBe(200)
    expect((await answer.text()).split('\r\n').length).toBeGreaterThan(20)
    const code = web.exitCode ?? await new Promise(r => web.once('exit', r))
    expect(code).toBe(0)
  })
})
