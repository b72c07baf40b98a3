import { createHash, randomBytes } from 'node:crypto'
import { hashPassword } from 'better-auth/crypto'
import { sql, type Kysely } from 'kysely'
import { sendLink } from '../../resources/staff/jobs.ts'
import { audit, type Changes } from '../engine/audit.ts'
import type { Ctx, Services } from '../engine/context.ts'
import { Problem } from '../engine/errors.ts'
import { newId } from '../engine/ids.ts'
import { seal } from '../engine/secrets.ts'
import { maxPassword, minPassword } from './auth.ts'
import { renewSession } from './second-factor.ts'

export type LinkKind = 'invitation' | 'reset'
const hours: Record<LinkKind, number> = { invitation: 7 * 24, reset: 1 }
const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest()
/** Where the token of a link lies encrypted until it is mailed; nowhere else is it kept. */
export const sealedPlace = (linkId: string): string => `staff_links|sealed_token|${linkId}`
/** Always of PUBLIC_URL: no header of a request can put another host into a link. */
export const linkAddress = (publicUrl: string, kind: LinkKind, token: string): string => `${publicUrl}/${kind === 'invitation' ? 'invite' : 'reset'}/${token}`

export interface MadeLink { link: string; expiresAt: string; mailed: boolean }

/**
 * Makes a link by which a person sets their password once; links made before stop working. The database keeps a hash of the token. With SMTP the
 * token lies encrypted until the job has mailed it, because a job's payload holds ids only.
 */
export async function makeLink(services: Pick<Services, 'config' | 'queue'>, trx: Kysely<any>, staffId: string, kind: LinkKind, by: { now: Date; createdBy: string | null }): Promise<MadeLink> {
  const id = newId(), token = randomBytes(32).toString('base64url')
  const expiresAt = new Date(by.now.getTime() + hours[kind] * 3_600_000)
  const mailed = Boolean(services.config.mail.smtpUrl && services.queue)
  await endLinks(trx, staffId)
  await sql`insert into staff_links (id, staff_id, kind, token_hash, sealed_token, expires_at, created_by)
    values (${id}, ${staffId}, ${kind}, ${hashOf(token)}, ${mailed ? seal(services.config.masterKeys, token, sealedPlace(id)) : null}, ${expiresAt}, ${by.createdBy})`.execute(trx)
  if (kind === 'invitation') await sql`update staff set invited_at = ${by.now} where id = ${staffId}`.execute(trx)
  if (mailed) await services.queue!.enqueue(trx, sendLink, { linkId: id })
  return { link: linkAddress(services.config.publicUrl, kind, token), expiresAt: expiresAt.toISOString(), mailed }
}

/** Links of a person that still work stop working. */
export const endLinks = async (trx: Kysely<any>, staffId: string): Promise<void> => { await sql`delete from staff_links where staff_id = ${staffId} and used_at is null`.execute(trx) }

const dead = () => new Problem('not_found', 'This link was used or has run out. An administrator can send you a new one.')
const living = (token: string) => sql`from staff_links l join staff p on p.id = l.staff_id
  where l.token_hash = ${hashOf(token)} and l.used_at is null and l.expires_at > now() and p.active and p.deleted_at is null`

/** Whom a link is for. Unknown, used and expired links sound the same. */
export async function readLink(db: Kysely<any>, token: string): Promise<{ name: string; email: string; kind: LinkKind }> {
  const { rows: [row] } = await sql<{ name: string; email: string; kind: LinkKind }>`select p.name, p.email, l.kind ${living(token)}`.execute(db)
  if (!row) throw dead()
  return row
}

/** A password that may be set: length, and not the person's own address or name. Throws 422 with a sentence at the field. */
export function checkPassword(password: string, person: { email: string; name: string }, field = 'password'): void {
  const same = [person.email, person.name].some(word => word.toLowerCase() === password.toLowerCase())
  const sentence = password.length < minPassword ? `The password needs at least ${minPassword} characters.`
    : password.length > maxPassword ? `The password has at most ${maxPassword} characters.`
    : same || new Set(password).size < 4 ? 'This password is too easy to guess.' : undefined
  if (sentence) throw new Problem('unprocessable', sentence, { errors: { [field]: [sentence] } })
}

/** Stores a password hash for a person who may not have had one. */
export async function storePassword(trx: Kysely<any>, staffId: string, hash: string): Promise<void> {
  const { numAffectedRows } = await sql`update staff_accounts set password = ${hash}, updated_at = now() where staff_id = ${staffId} and provider_id = 'credential'`.execute(trx)
  if (!numAffectedRows) await sql`insert into staff_accounts (id, staff_id, account_id, provider_id, password) values (${newId()}, ${staffId}, ${staffId}, 'credential', ${hash})`.execute(trx)
}

/** Sets the password (and, invited, the name) behind a link, once. Sessions and other links of the person end; nobody is signed in by it. */
export async function acceptLink(services: Services, input: { token: string; name?: string; password: string }, request: { requestId: string; ip: string | null }): Promise<{ email: string }> {
  const known = await readLink(services.db, input.token)
  checkPassword(input.password, known)
  const hash = await hashPassword(input.password)
  return services.db.transaction().execute(async trx => {
    const { rows: [row] } = await sql<{ id: string; staff_id: string; kind: LinkKind; name: string; email: string }>`select l.id, l.staff_id, l.kind, p.name, p.email ${living(input.token)} for update of l`.execute(trx)
    if (!row) throw dead()
    const name = row.kind === 'invitation' && input.name ? input.name : row.name
    await sql`update staff_links set used_at = now(), sealed_token = null where id = ${row.id}`.execute(trx)
    await endLinks(trx, row.staff_id)
    if (name !== row.name) await sql`update staff set name = ${name}, version = version + 1, updated_at = now() where id = ${row.staff_id}`.execute(trx)
    await storePassword(trx, row.staff_id, hash)
    await sql`delete from staff_sessions where staff_id = ${row.staff_id}`.execute(trx)
    const changes: Changes = name === row.name ? {} : { name: { before: row.name, after: name } }
    await audit(trx, { ...request, actor: { kind: 'person', id: row.staff_id, name } }, [{ act: row.kind === 'invitation' ? 'invitation-acceptance' : 'password-reset-acceptance', resource: 'staff', subjectId: row.staff_id, changes }])
    return { email: row.email }
  })
}

/** A new password in place of the own one, which was checked. Other sessions and all links end; this session goes on under a new token. */
export async function changePassword(ctx: Ctx, person: { email: string; name: string }, newPassword: string): Promise<{ token: string }> {
  checkPassword(newPassword, person, 'newPassword')
  const staffId = ctx.actor.id!, token = randomBytes(24).toString('hex'), hash = await hashPassword(newPassword)
  await ctx.db.transaction().execute(async trx => {
    await storePassword(trx, staffId, hash)
    await renewSession(trx, staffId, ctx.session!.id, token)
    await endLinks(trx, staffId)
    await audit(trx, ctx, [{ act: 'password-change', resource: 'staff', subjectId: staffId }])
  })
  return { token }
}
