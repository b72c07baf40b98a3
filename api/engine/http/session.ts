import { createHmac, timingSafeEqual } from 'node:crypto'
import { sql } from 'kysely'
import type { MiddlewareHandler } from 'hono'
import { roles } from '../../../resources/roles.ts'
import { Access } from '../access.ts'
import type { Ctx, Services } from '../context.ts'
import { Problem } from '../errors.ts'
import type { Env } from './env.ts'

export const idleHours = 8, absoluteHours = 24

export interface SessionCookie { name: string; secret: string }

/** The session token of a cookie header, if its signature is ours. */
export function tokenOf(cookies: string | undefined, { name, secret }: SessionCookie): string | undefined {
  if (!cookies) return undefined
  for (const part of cookies.split(';')) {
    const at = part.indexOf('=')
    if (part.slice(0, at).trim() !== name) continue
    let value: string
    try { value = decodeURIComponent(part.slice(at + 1).trim()) } catch { return undefined }
    const dot = value.lastIndexOf('.')
    if (dot < 1) return undefined
    const token = value.slice(0, dot), given = Buffer.from(value.slice(dot + 1), 'base64')
    const expected = createHmac('sha256', secret).update(token).digest()
    return given.length === expected.length && timingSafeEqual(given, expected) ? token : undefined
  }
  return undefined
}

interface SessionRow {
  id: string; staff_id: string; expires_at: Date; seen_at: Date; created_at: Date; name: string; email: string; role: string; active: boolean
  row_scope: 'own' | null; two_factor_enabled: boolean; deleted_at: Date | null; step_up_at: Date | null
}

const accesses = new Map<string, Access>()

/** The compiled rights of a person; they depend on id, role and row scope alone, so they are compiled once. */
export function accessOf(services: Services, person: { id: string; role: string; rowScope: 'own' | null }): Access {
  const key = `${person.id} ${person.role} ${person.rowScope}`
  let access = accesses.get(key)
  if (!access) {
    const role = roles[person.role]
    if (!role) throw new Problem('forbidden', 'Your role does not exist any more. An administrator can give you another.')
    if (accesses.size > 500) accesses.clear()
    accesses.set(key, access = new Access(person, role, services.registry.resources))
  }
  return access
}

export interface SignedIn { session: SessionRow; mustEnrol: boolean }

/** Finds the living session of a request in one statement: rights are read anew each time, so that a change of role acts at once. */
export async function findSession(services: Services, cookies: string | undefined, cookie: SessionCookie): Promise<SessionRow | undefined> {
  const token = tokenOf(cookies, cookie)
  if (!token) return undefined
  const { rows: [row] } = await sql<SessionRow>`select s.id, s.staff_id, s.expires_at, s.seen_at, s.created_at, p.name, p.email, p.role, p.active, p.row_scope, p.two_factor_enabled, p.deleted_at, e.at as step_up_at
    from staff_sessions s join staff p on p.id = s.staff_id left join elevations e on e.session_id = s.id where s.token = ${token}`.execute(services.db)
  if (!row || !row.active || row.deleted_at) return undefined
  const now = Date.now()
  if (row.expires_at.getTime() < now || now - row.seen_at.getTime() > idleHours * 3_600_000 || now - row.created_at.getTime() > absoluteHours * 3_600_000) return undefined
  if (now - row.seen_at.getTime() > 60_000) void sql`with seen as (update staff_sessions set seen_at = now() where id = ${row.id} returning staff_id) update staff set last_seen_at = now() where id in (select staff_id from seen)`.execute(services.db).catch(() => undefined)
  return row
}

/** Requires a session and puts the context of the request in place. */
export function signedIn(services: Services, cookie: SessionCookie, mustEnrol: (row: SessionRow) => boolean): MiddlewareHandler<Env> {
  return async (c, next) => {
    const row = await findSession(services, c.req.header('cookie'), cookie)
    if (!row) throw new Problem('unauthenticated', 'You are not signed in.')
    const enrolling = mustEnrol(row)
    if (enrolling && !['/v1/admin/meta', '/v1/admin/second-factor'].some(p => c.req.path.startsWith(p)))
      throw new Problem('second_factor_required', 'Your role needs a second factor. Set one up to go on.')
    c.set('ctx', contextOf(services, row, c.get('requestId'), c.get('ip')))
    await next()
  }
}

/** The context of a request made in this session. */
export const contextOf = (services: Services, row: SessionRow, requestId: string, ip: string | null): Ctx => ({
  ...services, actor: { kind: 'person', id: row.staff_id, name: row.name },
  access: accessOf(services, { id: row.staff_id, role: row.role, rowScope: row.row_scope }),
  session: { id: row.id, stepUpAt: row.step_up_at }, now: new Date(), requestId, ip,
})

export type { SessionRow }
