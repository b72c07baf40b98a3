import { createHmac } from 'node:crypto'
import { sql } from 'kysely'
import { audit, type AuditEntry } from '../engine/audit.ts'
import type { Actor, Services } from '../engine/context.ts'
import { Problem } from '../engine/errors.ts'
import { absoluteHours, findSession, tokenOf, type SessionCookie, type SessionRow } from '../engine/http/session.ts'
import { giveBack, take, takeOrRefuse, type Limit } from '../engine/limits.ts'
import { addressHeader, challengeCookie, maxPassword, type Auth } from './auth.ts'
import { codeLimit, useCode } from './second-factor.ts'

/** Wrong sign-ins of one account from one address, and of any accounts from one address. Right ones give their point back. */
const accountLimit: Limit = { name: 'sign-in', points: 20, seconds: 900 }
const addressLimit: Limit = { name: 'sign-in-address', points: 300, seconds: 900 }

export interface Sender { ip: string | null; requestId: string; cookies: string | undefined; userAgent: string | undefined }
export interface SignedInAnswer { body: Record<string, unknown>; cookies: string[] }

const anonymous: Actor = { kind: 'anonymous', id: null, name: 'Not signed in' }
const wrongPassword = () => new Problem('unauthenticated', 'That email and password do not match.')

/** Who signs in: what the routes need of services, better-auth and the cookie's name. */
export interface Door { services: Services; auth: Auth; cookie: SessionCookie }

/** A short transaction of its own: what was tried is recorded although nothing is written. */
const note = (door: Door, sender: Sender, actor: Actor, entry: AuditEntry): Promise<void> =>
  door.services.db.transaction().execute(trx => audit(trx, { actor, requestId: sender.requestId, ip: sender.ip }, [entry]))

/** Asks better-auth. Of the browser's request it sees nothing but what is passed here. */
async function ask(door: Door, sender: Sender, path: string, body: unknown, cookies?: string): Promise<Response> {
  const origin = new URL(door.services.config.publicUrl).origin
  const headers = new Headers({ 'content-type': 'application/json', origin, 'user-agent': sender.userAgent?.slice(0, 300) ?? '' })
  if (sender.ip) headers.set(addressHeader, sender.ip)
  if (cookies) headers.set('cookie', cookies)
  const response = await door.auth.handler(new Request(`${origin}/api/auth${path}`, { method: 'POST', headers, body: JSON.stringify(body) }))
  if (response.status >= 500) {
    await sql`select 1`.execute(door.services.db)
    throw new Error(`better-auth answered ${response.status} at ${path}`)
  }
  return response
}

/** Records the sign-in that better-auth made; a session that cannot be recorded does not live. The session this browser had before ends. */
async function settle(door: Door, sender: Sender, response: Response, factor: string): Promise<SignedInAnswer> {
  const cookies = response.headers.getSetCookie()
  const token = cookies.map(c => tokenOf(c.split(';')[0], door.cookie)).find(Boolean)
  const before = tokenOf(sender.cookies, door.cookie)
  const { db } = door.services
  try {
    return await db.transaction().execute(async trx => {
      const { rows: [person] } = await sql<{ id: string; name: string; email: string }>`select p.id, p.name, p.email from staff_sessions s join staff p on p.id = s.staff_id where s.token = ${token ?? ''}`.execute(trx)
      if (!person) throw wrongPassword()
      if (before && before !== token) await sql`delete from staff_sessions where token = ${before}`.execute(trx)
      await sql`update staff set last_seen_at = now() where id = ${person.id}`.execute(trx)
      await audit(trx, { actor: { kind: 'person', id: person.id, name: person.name }, requestId: sender.requestId, ip: sender.ip }, [{ act: 'sign-in', resource: 'staff', subjectId: person.id, changes: { factor: { before: null, after: factor } } }])
      return { body: { redirect: false, user: { id: person.id, name: person.name, email: person.email } }, cookies }
    })
  } catch (error) {
    if (token) await sql`delete from staff_sessions where token = ${token}`.execute(db).catch(() => undefined)
    throw error
  }
}

/** What may stand in the audit row of a failed sign-in: an address, never a password typed into the wrong box. */
const addressOf = (email: string): string => /^[^\s@]{1,64}@[^\s@]{1,189}$/.test(email) && !email.includes('\u0000') && email.isWellFormed() ? email : '[no address]'

/**
 * Email and password. A wrong password, an unknown, deactivated or never invited person get the same answer after the same work (better-auth
 * hashes the password in each case).
 */
export async function signIn(door: Door, sender: Sender, { email: given, password }: { email: string; password: string }): Promise<SignedInAnswer> {
  const { db } = door.services
  const email = given.trim().toLowerCase()
  const tooMany = 'Too many wrong sign-ins. Wait a few minutes. People who are signed in stay signed in.'
  const [account, address] = await Promise.all([take(db, accountLimit, email, sender.ip), take(db, addressLimit, sender.ip)])
  if (!account.allowed || !address.allowed) {
    if (account.count === accountLimit.points + 1 || address.count === addressLimit.points + 1) await note(door, sender, anonymous, { act: 'sign-in-lock', resource: 'staff', subjectId: await idOf(door, email), changes: { email: { before: null, after: addressOf(email) } } })
    throw new Problem('rate_limited', tooMany, { retryAfter: Math.max(account.allowed ? 0 : account.retryAfter, address.allowed ? 0 : address.retryAfter) })
  }
  const response = addressOf(email) === '[no address]' || password.length > maxPassword ? undefined : await ask(door, sender, '/sign-in/email', { email, password })
  if (!response?.ok) {
    await note(door, sender, anonymous, { act: 'sign-in-failure', resource: 'staff', subjectId: await idOf(door, email), changes: { email: { before: null, after: addressOf(email) } } })
    throw wrongPassword()
  }
  await Promise.all([giveBack(db, accountLimit, email, sender.ip), giveBack(db, addressLimit, sender.ip)])
  const body = await response.clone().json() as Record<string, unknown>
  if (body.twoFactorRedirect === true) return { body: { twoFactorRedirect: true, twoFactorMethods: ['totp'] }, cookies: response.headers.getSetCookie() }
  return settle(door, sender, response, 'password')
}

const idOf = async (door: Door, email: string): Promise<string | null> => {
  if (addressOf(email) === '[no address]') return null
  return (await sql<{ id: string }>`select id from staff where lower(email) = ${email}`.execute(door.services.db)).rows[0]?.id ?? null
}

/** The person whose password was right and whose second factor is awaited, by the cookie that the first step set. */
async function challenged(door: Door, sender: Sender): Promise<{ id: string; name: string }> {
  const identifier = tokenOf(sender.cookies, challengeCookie(door.services))
  const { rows: [person] } = identifier ? await sql<{ id: string; name: string }>`select p.id, p.name from staff_verifications v join staff p on p.id::text = v.value
    where v.identifier = ${identifier} and v.expires_at > now() and p.active and p.deleted_at is null`.execute(door.services.db) : { rows: [] }
  if (!person) throw new Problem('unauthenticated', 'Begin with email and password.')
  return person
}

const onlyChallenge = (door: Door, sender: Sender): string => {
  const { name } = challengeCookie(door.services)
  return sender.cookies?.split(';').map(c => c.trim()).find(c => c.startsWith(`${name}=`)) ?? ''
}

/** The second step by authenticator: our single-use gate first, then better-auth opens the session. */
export async function signInByCode(door: Door, sender: Sender, code: string): Promise<SignedInAnswer> {
  const { db, config } = door.services
  const person = await challenged(door, sender)
  await takeOrRefuse(db, codeLimit, 'Too many wrong codes. Wait a few minutes.', person.id)
  const response = await useCode(db, config, person.id, code, new Date()) === 'used' ? await ask(door, sender, '/two-factor/verify-totp', { code }, onlyChallenge(door, sender)) : undefined
  if (!response?.ok) {
    await note(door, sender, anonymous, { act: 'sign-in-failure', resource: 'staff', subjectId: person.id, changes: { factor: { before: null, after: 'authenticator' } } })
    throw new Problem('unauthenticated', 'That code is not right, or it was used before. Codes change every 30 seconds.')
  }
  await giveBack(db, codeLimit, person.id)
  return settle(door, sender, response, 'authenticator')
}

/** The second step by one of the backup codes; better-auth takes it off the list by compare-and-set. */
export async function signInByBackupCode(door: Door, sender: Sender, code: string): Promise<SignedInAnswer> {
  const { db } = door.services
  const person = await challenged(door, sender)
  await takeOrRefuse(db, codeLimit, 'Too many wrong codes. Wait a few minutes.', person.id)
  const response = await ask(door, sender, '/two-factor/verify-backup-code', { code }, onlyChallenge(door, sender))
  if (!response.ok) {
    await note(door, sender, anonymous, { act: 'sign-in-failure', resource: 'staff', subjectId: person.id, changes: { factor: { before: null, after: 'backup code' } } })
    throw new Problem('unauthenticated', 'That backup code is not right, or it was used before.')
  }
  await giveBack(db, codeLimit, person.id)
  return settle(door, sender, response, 'backup code')
}

/** Ends the session on the server; the cookies are taken back whether or not there was one. */
export async function signOut(door: Door, sender: Sender): Promise<string[]> {
  const row = await findSession(door.services, sender.cookies, door.cookie)
  if (row) await door.services.db.transaction().execute(async trx => {
    await sql`delete from staff_sessions where id = ${row.id}`.execute(trx)
    await audit(trx, { actor: { kind: 'person', id: row.staff_id, name: row.name }, requestId: sender.requestId, ip: sender.ip }, [{ act: 'sign-out', resource: 'staff', subjectId: row.staff_id }])
  })
  return [door.cookie.name, challengeCookie(door.services).name].map(name => cookieText(door, name, '', 0))
}

const cookieText = (door: Door, name: string, value: string, maxAge: number): string =>
  `${name}=${value}; Max-Age=${maxAge}; Path=/; HttpOnly; SameSite=Lax${door.services.config.publicUrl.startsWith('https:') ? '; Secure' : ''}`

/** The session cookie of a token, as better-auth would write it. */
export const sessionCookieText = (door: Door, token: string): string =>
  cookieText(door, door.cookie.name, encodeURIComponent(`${token}.${createHmac('sha256', door.cookie.secret).update(token).digest('base64')}`), absoluteHours * 3600)

/** GET /api/auth/get-session: who is signed in here, without the token; null when nobody is. */
export const sessionAnswer = (row: SessionRow | undefined): Record<string, unknown> | null => row ? {
  session: { id: row.id, createdAt: row.created_at, expiresAt: row.expires_at },
  user: { id: row.staff_id, name: row.name, email: row.email, role: row.role, twoFactorEnabled: row.two_factor_enabled },
} : null
