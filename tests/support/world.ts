import { createHmac, randomBytes } from 'node:crypto'
import { inject } from 'vitest'
import { sql } from 'kysely'
import { createApp, type AppOptions } from '../../api/app.ts'
import { readConfig, type Config } from '../../api/engine/config.ts'
import type { Services } from '../../api/engine/context.ts'
import { createDatabase, createPool, type Database } from '../../api/engine/database.ts'
import { newId } from '../../api/engine/ids.ts'
import { createLog } from '../../api/engine/log.ts'
import { createRegistry } from '../../api/engine/registry.ts'
import { createTotals } from '../../api/engine/totals.ts'
import { domains } from '../../api/domains.ts'
import { sessionCookie } from '../../api/staff/auth.ts'
import { resources } from '../../resources/index.ts'
import { roles } from '../../resources/roles.ts'

export interface World {
  services: Services
  db: Database
  /** The owner of the tables, for what the application may not do. */
  owner: Database
  app: ReturnType<typeof createApp>
  urls: { app: string; owner: string }
  /** Staff by role: one each, and `admin2`, `finance2`. */
  staff: Record<string, { id: string; name: string; email: string }>
  /** A caller signed in as the person of that role. */
  as(role: string): Caller
  close(): Promise<void>
}

export interface Caller {
  cookie: string
  get(path: string, headers?: Record<string, string>): Promise<Answer>
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  put(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>
  patch(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>
  delete(path: string, headers?: Record<string, string>): Promise<Answer>
}
export interface Answer { status: number; headers: Headers; body: any; text: string }

export const publicUrl = 'http://127.0.0.1:3000'

/** A database of its own made from the migrated template, the real app over it, and people of every role. */
export async function createWorld(options: { env?: Record<string, string>; app?: AppOptions; config?: Partial<Config> } = {}): Promise<World> {
  const { adminUrl, appUrl, ownerUrl } = inject('postgres')
  const name = `t_${randomBytes(6).toString('hex')}`
  const admin = createPool(adminUrl, { max: 1, statementTimeout: 60_000 })
  await admin.query(`create database ${name} template quarterdeck owner quarterdeck_owner`)
  await admin.query(`grant create, connect on database ${name} to quarterdeck_app`)
  const at = (url: string) => url.replace(/\/[^/]+$/, `/${name}`)
  const pool = createPool(at(appUrl), { max: 8, customPlans: true })
  const slowPool = createPool(at(appUrl), { max: 4, statementTimeout: 120_000 })
  const ownerPool = createPool(at(ownerUrl), { max: 2 })
  const owner = createDatabase(ownerPool)
  const config: Config = { ...readConfig({
    DATABASE_URL: at(appUrl), PUBLIC_URL: publicUrl, MASTER_KEYS: `k1:${randomBytes(32).toString('base64')}`, LOG_LEVEL: process.env.LOG_LEVEL ?? 'silent', DEMO: '0', ...options.env,
  }), ...options.config }
  const services: Services = {
    config, db: createDatabase(pool), pool, slowPool, queue: null, log: createLog(config.logLevel), totals: createTotals(), registry: createRegistry(resources, domains),
  }
  const app = createApp(services, options.app)
  const staff: World['staff'] = {}
  const cookies: Record<string, string> = {}
  for (const key of [...Object.keys(roles), 'admin2', 'finance2']) {
    const person = { id: newId(), name: `${key[0]!.toUpperCase()}${key.slice(1)} Person`, email: `${key}@example.test` }
    await sql`insert into staff (id, name, email, role, two_factor_enabled) values (${person.id}, ${person.name}, ${person.email}, ${key.replace('2', '')}, true)`.execute(services.db)
    staff[key] = person
    cookies[key] = await session(services, person.id)
  }
  return {
    services, db: services.db, owner, app, staff, urls: { app: at(appUrl), owner: at(ownerUrl) },
    as: role => caller(app, cookies[role]!),
    async close() {
      await Promise.all([pool.end(), slowPool.end(), ownerPool.end()])
      await admin.query(`drop database ${name} with (force)`)
      await admin.end()
    },
  }
}

/** Opens a session for a person without the sign-in page and gives its cookie. */
export async function session(services: Services, staffId: string): Promise<string> {
  const { name, secret } = sessionCookie(services)
  const token = randomBytes(24).toString('hex')
  await sql`insert into staff_sessions (id, staff_id, token, expires_at) values (${newId()}, ${staffId}, ${token}, now() + interval '24 hours')`.execute(services.db)
  return `${name}=${encodeURIComponent(`${token}.${createHmac('sha256', secret).update(token).digest('base64')}`)}`
}

/** Calls the app through its own front door, as a browser of ours would. */
export function caller(app: World['app'], cookie: string): Caller {
  const call = async (method: string, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
    const response = await app.request(path, {
      method, headers: { cookie, ...(method === 'GET' ? {} : { origin: publicUrl }), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    let parsed: unknown = text
    try { parsed = JSON.parse(text) } catch { /* no JSON */ }
    return { status: response.status, headers: response.headers, body: parsed, text }
  }
  return {
    cookie, get: (p, h) => call('GET', p, undefined, h), post: (p, b, h) => call('POST', p, b, h), put: (p, b, h) => call('PUT', p, b, h), patch: (p, b, h) => call('PATCH', p, b, h), delete: (p, h) => call('DELETE', p, undefined, h),
  }
}

/** Gives the person of a role a fresh step-up in all their sessions. */
export async function stepUp(world: World, role: string): Promise<void> {
  await sql`insert into elevations (session_id, at) select id, now() from staff_sessions where staff_id = ${world.staff[role]!.id} on conflict (session_id) do update set at = now()`.execute(world.db)
}
