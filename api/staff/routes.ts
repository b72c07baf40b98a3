import { Hono, type Context } from 'hono'
import type { Ctx, Services } from '../engine/context.ts'
import { Problem } from '../engine/errors.ts'
import { readJson } from '../engine/http/body.ts'
import type { Env } from '../engine/http/env.ts'
import { contextOf, findSession, type SessionCookie } from '../engine/http/session.ts'
import { giveBack, takeOrRefuse } from '../engine/limits.ts'
import { plainObject } from '../engine/rest/body.ts'
import type { Auth } from './auth.ts'
import { acceptLink, changePassword, readLink } from './links.ts'
import { beginEnrolment, requirePassword, secondFactorState, verifyEnrolment } from './second-factor.ts'
import { sessionAnswer, sessionCookieText, signIn, signInByBackupCode, signInByCode, signOut, type Door, type Sender, type SignedInAnswer } from './sign-in.ts'
import { stepUp } from './step-up.ts'

/** Keys that better-auth's clients send along and that decide nothing here. */
const ignored = ['rememberMe', 'callbackURL', 'trustDevice', 'disableSession', 'revokeOtherSessions', 'issuer', 'method']

/** A body of texts: exactly these keys, each bounded; those with `?` may be absent. */
async function texts<K extends string>(c: Context<Env>, ...names: readonly K[]): Promise<Record<K extends `${infer N}?` ? N : K, string> & Record<string, string | undefined>> {
  const body = plainObject(await readJson(c, 65_536))
  const wanted = new Map(names.map(n => [n.replace('?', ''), n.endsWith('?')]))
  const errors: Record<string, string[]> = {}
  for (const key of Object.keys(body)) if (!wanted.has(key) && !ignored.includes(key)) errors[key] = ['This is not part of the call.']
  if (Object.keys(errors).length) throw new Problem('unwritable_field', `${Object.keys(errors).map(k => `"${k.slice(0, 60)}"`).join(', ')} is not part of this call.`, { errors })
  const read: Record<string, string> = {}
  for (const [name, optional] of wanted) {
    const value = body[name]
    if (value === undefined || value === null) { if (!optional) errors[name] = [`"${name}" is missing.`]; continue }
    if (typeof value !== 'string' || value.length > 1_000 || value.includes('\u0000') || !value.isWellFormed()) errors[name] = [`"${name}" must be text of at most 1,000 characters.`]
    else read[name] = value
  }
  if (Object.keys(errors).length) throw new Problem('malformed', Object.values(errors)[0]![0]!, { errors })
  return read as Awaited<ReturnType<typeof texts<K>>>
}

const senderOf = (c: Context<Env>): Sender => ({ ip: c.get('ip'), requestId: c.get('requestId'), cookies: c.req.header('cookie'), userAgent: c.req.header('user-agent') })
const digits = (code: string): string => code.replace(/[\s-]/g, '')

/** /api/auth/*: exactly these paths. Whatever else better-auth could do (sign-up, update-user, delete-user ...) is a 404. */
export function authRoutes(services: Services, auth: Auth, cookie: SessionCookie): Hono<Env> {
  const app = new Hono<Env>()
  const door: Door = { services, auth, cookie }
  const answer = (c: Context<Env>, { body, cookies }: SignedInAnswer) => {
    for (const text of cookies) c.header('set-cookie', text, { append: true })
    return c.json(body)
  }
  /** The context of whoever is signed in; these paths are open before a second factor is set up. */
  const own = async (c: Context<Env>): Promise<Ctx> => {
    const row = await findSession(services, c.req.header('cookie'), cookie)
    if (!row) throw new Problem('unauthenticated', 'You are not signed in.')
    return contextOf(services, row, c.get('requestId'), c.get('ip'))
  }

  app.post('/sign-in/email', async c => answer(c, await signIn(door, senderOf(c), await texts(c, 'email', 'password'))))
  app.post('/sign-out', async c => {
    await readJson(c)
    return answer(c, { body: { success: true }, cookies: await signOut(door, senderOf(c)) })
  })
  app.get('/get-session', async c => c.json(sessionAnswer(await findSession(services, c.req.header('cookie'), cookie))))
  app.post('/change-password', async c => {
    const { currentPassword, newPassword } = await texts(c, 'currentPassword', 'newPassword')
    const ctx = await own(c)
    await requirePassword(services, ctx.actor.id!, currentPassword)
    const person = await services.db.selectFrom('staff').select(['email', 'name']).where('id', '=', ctx.actor.id).executeTakeFirstOrThrow()
    const { token } = await changePassword(ctx, person, newPassword)
    return answer(c, { body: { success: true }, cookies: [sessionCookieText(door, token)] })
  })
  app.post('/two-factor/verify-totp', async c => {
    const code = digits((await texts(c, 'code')).code)
    // with a living session the code is the first of an authenticator being set up; without, it ends a sign-in
    if (!await findSession(services, c.req.header('cookie'), cookie)) return answer(c, await signInByCode(door, senderOf(c), code))
    const { token } = await verifyEnrolment(await own(c), code)
    return answer(c, { body: { success: true }, cookies: [sessionCookieText(door, token)] })
  })
  app.post('/two-factor/verify-backup-code', async c => answer(c, await signInByBackupCode(door, senderOf(c), (await texts(c, 'code')).code.trim())))
  app.post('/two-factor/enable', async c => {
    const { password } = await texts(c, 'password?')
    const { uri, backupCodes } = await beginEnrolment(await own(c), password)
    return c.json({ method: 'totp', totpURI: uri, backupCodes })
  })
  return app
}

/** What a signed-in person does for their own sign-in, below /v1/admin. */
export function ownSignInRoutes(services: Services, auth: Auth, cookie: SessionCookie): Hono<Env> {
  const app = new Hono<Env>()
  app.post('/step-up', async c => c.json(await stepUp(c.get('ctx'), digits((await texts(c, 'code')).code))))
  app.get('/second-factor', async c => c.json(await secondFactorState(c.get('ctx'))))
  app.post('/second-factor/enrol', async c => c.json(await beginEnrolment(c.get('ctx'), (await texts(c, 'password?')).password)))
  app.post('/second-factor/verify', async c => {
    const { token } = await verifyEnrolment(c.get('ctx'), digits((await texts(c, 'code')).code))
    c.header('set-cookie', sessionCookieText({ services, auth, cookie }, token))
    return c.json({ enabled: true })
  })
  return app
}

const linkLimit = { name: 'link', points: 60, seconds: 900 }

/** /v1/invite/*: the door for links that set a password, open to who holds one. */
export function inviteRoutes(services: Services): Hono<Env> {
  const app = new Hono<Env>()
  /** Guesses count; a link that works gives its point back. */
  const counted = async <T>(c: Context<Env>, work: () => Promise<T>): Promise<T> => {
    await takeOrRefuse(services.db, linkLimit, 'Too many tries. Wait a few minutes.', c.get('ip'))
    const result = await work()
    await giveBack(services.db, linkLimit, c.get('ip'))
    return result
  }
  app.post('/accept', async c => {
    const { token, name, password } = await texts(c, 'token', 'name?', 'password')
    const named = name?.trim()
    if (named && (named.length > 200 || /[\r\n]/.test(named))) throw new Problem('unprocessable', 'The name has at most 200 characters in one line.', { errors: { name: ['At most 200 characters in one line.'] } })
    return c.json(await counted(c, () => acceptLink(services, { token, password, ...(named ? { name: named } : {}) }, { requestId: c.get('requestId'), ip: c.get('ip') })))
  })
  app.get('/:token', async c => c.json(await counted(c, () => readLink(services.db, c.req.param('token')))))
  return app
}
