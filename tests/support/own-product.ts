import { spawn, type ChildProcess } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { readConfig } from '../../api/engine/config.ts'
import { createDatabase, createPool, type Database } from '../../api/engine/database.ts'
import { freePort, startEmbeddedPostgres } from '../../api/engine/embedded-postgres.ts'
import { newId } from '../../api/engine/ids.ts'
import { migrate } from '../../api/engine/migrate.ts'
import { authSecret } from '../../api/staff/auth.ts'
import { root } from './sources.ts'

/** A process of the product: what it has said, and how it ended. */
export interface Started { child: ChildProcess; ended: Promise<number | null>; output(): string; said(text: string): Promise<void> }

/** Starts a file of bin/ or a test's own as a process, with nothing but `env`. */
export function startProcess(file: string, env: Record<string, string>, args: readonly string[] = []): Started {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(root, file), ...args], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH, ...env } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream!.on('data', (d: Buffer) => { output += d.toString() })
  const ended = new Promise<number | null>(resolve => child.on('exit', code => resolve(code)))
  return {
    child, ended, output: () => output,
    said: text => until(() => {
      if (child.exitCode !== null && !output.includes(text)) throw new Error(`${file} ended with ${child.exitCode} without saying "${text}":\n${output}`)
      return output.includes(text)
    }, () => `${file} says "${text}"; it said:\n${output}`),
  }
}

/** Waits for something to become true. The patience is for loaded machines; what never happens is an error with its name. */
export async function until(reached: () => boolean | Promise<boolean>, what: string | (() => string), patience = 120_000): Promise<void> {
  for (const end = Date.now() + patience; Date.now() < end; await sleep(100)) if (await reached()) return
  throw new Error(`Did not happen: ${typeof what === 'string' ? what : what()}`)
}

export interface OwnProduct {
  base: string
  env: Record<string, string>
  /** Headers of Ada, an administrator who is signed in. */
  signedIn: Record<string, string>
  start(file: 'bin/web.ts' | 'bin/worker.ts' | 'bin/migrate.ts'): Started
  /** The status of a page, 0 while nobody answers. */
  status(address: string): Promise<number>
  createCustomer(name: string): Promise<Response>
  /** Delivers a signed customer.created event. */
  deliver(id: string, customer: string): Promise<Response>
  /** As a crash would: SIGKILL to the server's first process. */
  killDatabase(): Promise<void>
  stopDatabase(): Promise<void>
  startDatabase(): Promise<void>
  /** A look into the database as its owner, or as the application, which alone sees what its own connections do. */
  look<T>(read: (db: Database) => Promise<T>, as?: 'owner' | 'app'): Promise<T>
  close(): Promise<void>
}

/** A PostgreSQL of its own that may die, and the product as separate processes over it. */
export async function openOwnProduct(): Promise<OwnProduct> {
  const dir = await mkdtemp(path.join(tmpdir(), 'quarterdeck-own-'))
  await chmod(dir, 0o755)
  let postgres = await startEmbeddedPostgres(dir)
  const webhookSecret = `whsec_${randomBytes(8).toString('hex')}`
  const port = await freePort(), base = `http://127.0.0.1:${port}`
  const env = { DATABASE_URL: postgres.appUrl, DATABASE_OWNER_URL: postgres.ownerUrl, PUBLIC_URL: base, PORT: String(port), MASTER_KEYS: `k1:${randomBytes(32).toString('base64')}`, STRIPE_WEBHOOK_SECRET: webhookSecret, LOG_LEVEL: 'silent', DATA_DIR: path.join(dir, 'data'), DEMO: '0' }
  const look: OwnProduct['look'] = async (read, as = 'owner') => {
    const db = createDatabase(createPool(as === 'app' ? postgres.appUrl : postgres.ownerUrl, { max: 1 }))
    try { return await read(db) } finally { await db.destroy() }
  }
  const person = newId(), token = randomBytes(24).toString('hex')
  await look(async db => {
    await migrate(db, 'quarterdeck_app')
    await sql`insert into staff (id, name, email, role, two_factor_enabled) values (${person}, 'Ada', 'ada@example.test', 'admin', true)`.execute(db)
    await sql`insert into staff_sessions (id, staff_id, token, expires_at) values (${newId()}, ${person}, ${token}, now() + interval '1 hour')`.execute(db)
  })
  const signature = createHmac('sha256', authSecret(readConfig(env).masterKeys)).update(token).digest('base64')
  const signedIn = { cookie: `quarterdeck.session_token=${encodeURIComponent(`${token}.${signature}`)}`, origin: base, 'content-type': 'application/json' }
  const started: Started[] = []
  return {
    base, env, signedIn, look,
    start(file) {
      const one = startProcess(file, env)
      started.push(one)
      return one
    },
    status: address => fetch(`${base}${address}`).then(async r => { await r.arrayBuffer(); return r.status }, () => 0),
    createCustomer: name => fetch(`${base}/v1/admin/customers`, { method: 'POST', headers: signedIn, body: JSON.stringify({ name }) }),
    deliver(id, customer) {
      const t = Math.floor(Date.now() / 1000)
      const body = JSON.stringify({ id, object: 'event', type: 'customer.created', created: t, livemode: false, api_version: '2026-10-28.endive', data: { object: { id: customer, object: 'customer', name: customer } } })
      return fetch(`${base}/webhooks/stripe`, { method: 'POST', body, headers: { 'content-type': 'application/json', 'stripe-signature': `t=${t},v1=${createHmac('sha256', webhookSecret).update(`${t}.${body}`).digest('hex')}` } })
    },
    killDatabase: async () => { process.kill(Number((await readFile(path.join(dir, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0]), 'SIGKILL') },
    stopDatabase: () => postgres.stop(),
    startDatabase: async () => { postgres = await startEmbeddedPostgres(dir, { port: postgres.port }) },
    async close() {
      for (const one of started) one.child.kill('SIGKILL')
      await postgres.stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
