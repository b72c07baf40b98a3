import { randomBytes, randomInt } from 'node:crypto'
import { symmetricDecrypt, symmetricEncrypt, verifyPassword } from 'better-auth/crypto'
import { sql, type Kysely } from 'kysely'
import { secondFactorRoles } from '../../resources/roles.ts'
import { audit } from '../engine/audit.ts'
import type { Config } from '../engine/config.ts'
import type { Ctx, Services } from '../engine/context.ts'
import { Problem } from '../engine/errors.ts'
import { stepUpUntil } from '../engine/http/step-up.ts'
import { newId } from '../engine/ids.ts'
import { giveBack, takeOrRefuse } from '../engine/limits.ts'
import { authSecrets } from './auth.ts'
import { fromBase32, newSecret, otpauthUri, stepOfCode } from './totp.ts'

/** better-auth's own encryption, so that its sign-in reads what we wrote. */
const secretKey = (config: Pick<Config, 'masterKeys'>) => {
  const secrets = authSecrets(config.masterKeys)
  return { keys: new Map(secrets.map(s => [s.version, s.value])), currentVersion: secrets[0]!.version }
}
/** better-auth marks a secret that is already base32 this way. */
const mark = 'base32:'
const encrypt = (config: Pick<Config, 'masterKeys'>, data: string): Promise<string> => symmetricEncrypt({ key: secretKey(config), data })
const decrypt = (config: Pick<Config, 'masterKeys'>, data: string): Promise<string> => symmetricDecrypt({ key: secretKey(config), data })
export const secretBytes = (stored: string): Buffer => stored.startsWith(mark) ? fromBase32(stored.slice(mark.length)) : Buffer.from(stored)

/** Wrong codes of one person, over all their sessions and sign-ins. */
export const codeLimit = { name: 'totp', points: 20, seconds: 900 }
const enrolLimit = { name: 'enrolment', points: 10, seconds: 900 }
const passwordLimit = { name: 'own-password', points: 10, seconds: 900 }

/** Must this person set up a second factor before anything else? Never in the demo. */
export const mustEnrol = (config: Pick<Config, 'demo'>, person: { role: string; two_factor_enabled: boolean }): boolean =>
  !config.demo && !person.two_factor_enabled && (secondFactorRoles as readonly string[]).includes(person.role)

/**
 * Uses up an authenticator code: `used` exactly once per code and person, whether at sign-in or at step-up, in one session or two, one after
 * the other or at once. `none` = the person has no authenticator.
 */
export async function useCode(db: Kysely<any>, config: Pick<Config, 'masterKeys'>, staffId: string, code: string, now: Date): Promise<'used' | 'wrong' | 'none'> {
  const { rows: [factor] } = await sql<{ id: string; secret: string }>`select id, secret from staff_two_factors where staff_id = ${staffId} and verified`.execute(db)
  if (!factor) return 'none'
  const step = stepOfCode(secretBytes(await decrypt(config, factor.secret)), code, now)
  if (step === undefined) return 'wrong'
  const { rows } = await sql`update staff_two_factors set last_step = ${step} where id = ${factor.id} and last_step < ${step} returning 1`.execute(db)
  return rows.length ? 'used' : 'wrong'
}

/** Gives a person this authenticator secret, for the demo: known codes at step-up, none asked for at sign-in. */
export async function plantSecret(db: Kysely<any>, config: Pick<Config, 'masterKeys'>, staffId: string, secret: string): Promise<void> {
  await sql`insert into staff_two_factors (id, staff_id, secret, backup_codes, verified) values (${newId()}, ${staffId}, ${await encrypt(config, mark + secret)}, ${await encrypt(config, '[]')}, true)
    on conflict (staff_id) do nothing`.execute(db)
}

export interface SecondFactorState { enabled: boolean; required: boolean; backupCodes: number }

export async function secondFactorState(ctx: Ctx): Promise<SecondFactorState> {
  const { rows: [row] } = await sql<{ role: string; enabled: boolean; codes: string | null }>`select p.role, p.two_factor_enabled as enabled, f.backup_codes as codes
    from staff p left join staff_two_factors f on f.staff_id = p.id and f.verified where p.id = ${ctx.actor.id}`.execute(ctx.db)
  return {
    enabled: row!.enabled, required: !ctx.config.demo && (secondFactorRoles as readonly string[]).includes(row!.role),
    backupCodes: row!.enabled && row!.codes ? (JSON.parse(await decrypt(ctx.config, row!.codes)) as string[]).length : 0,
  }
}

/** Is this the person's own password? Ten wrong ones in a quarter of an hour and no more is answered. */
export async function requirePassword(services: Pick<Services, 'db'>, staffId: string, password: string): Promise<void> {
  await takeOrRefuse(services.db, passwordLimit, 'Too many wrong passwords. Wait a few minutes.', staffId)
  const { rows: [account] } = await sql<{ password: string | null }>`select password from staff_accounts where staff_id = ${staffId} and provider_id = 'credential'`.execute(services.db)
  if (!account?.password || !await verifyPassword({ hash: account.password, password })) throw new Problem('unprocessable', 'That is not your password.', { errors: { password: ['That is not your password.'] } })
  await giveBack(services.db, passwordLimit, staffId)
}

const backupCode = (): string => Array.from({ length: 10 }, (_, i) => `${i === 5 ? '-' : ''}${'abcdefghjkmnpqrstuvwxyz23456789'[randomInt(31)]}`).join('')

/**
 * Begins to set up an authenticator: a secret and ten backup codes, shown in this answer and never again, good once `verifyEnrolment` saw a code.
 * A person who has one needs a fresh step-up; one who signed in more than a quarter of an hour ago says their password, so that a borrowed
 * session cannot take the account over.
 */
export async function beginEnrolment(ctx: Ctx, password: string | undefined): Promise<{ uri: string; secret: string; backupCodes: string[] }> {
  const staffId = ctx.actor.id!
  const { rows: [person] } = await sql<{ email: string; enabled: boolean; planted: boolean; fresh: boolean; has_password: boolean }>`select p.email, p.two_factor_enabled as enabled, f.id is not null as planted,
      s.created_at > now() - interval '15 minutes' as fresh, exists (select 1 from staff_accounts a where a.staff_id = p.id and a.password is not null) as has_password
    from staff p join staff_sessions s on s.id = ${ctx.session!.id} left join staff_two_factors f on f.staff_id = p.id and f.verified where p.id = ${staffId}`.execute(ctx.db)
  if ((person!.enabled || person!.planted) && !stepUpUntil(ctx)) throw new Problem('step_up_required', 'You have an authenticator. A fresh code of it is needed to set up another.')
  if (password !== undefined) await requirePassword(ctx, staffId, password)
  else if (!person!.fresh && person!.has_password) throw new Problem('unprocessable', 'Say your password to set up a second factor.', { errors: { password: ['Your password is needed.'] } })
  const secret = newSecret(), backupCodes = Array.from({ length: 10 }, backupCode)
  await sql`insert into staff_enrolments (staff_id, secret, backup_codes) values (${staffId}, ${await encrypt(ctx.config, mark + secret)}, ${await encrypt(ctx.config, JSON.stringify(backupCodes))})
    on conflict (staff_id) do update set secret = excluded.secret, backup_codes = excluded.backup_codes, created_at = now()`.execute(ctx.db)
  return { uri: otpauthUri(secret, person!.email), secret, backupCodes }
}

/**
 * Takes the authenticator into use with its first code, which is used up by it. All other sessions of the person end; this one goes on under a
 * new token, answered here.
 */
export async function verifyEnrolment(ctx: Ctx, code: string): Promise<{ token: string }> {
  const staffId = ctx.actor.id!
  await takeOrRefuse(ctx.db, enrolLimit, 'Too many wrong codes. Wait a few minutes.', staffId)
  const token = randomBytes(24).toString('hex')
  await ctx.db.transaction().execute(async trx => {
    const { rows: [enrolment] } = await sql<{ secret: string; backup_codes: string }>`select secret, backup_codes from staff_enrolments where staff_id = ${staffId} and created_at > now() - interval '1 hour' for update`.execute(trx)
    if (!enrolment) throw new Problem('unprocessable', 'Begin to set up a second factor first.')
    const step = stepOfCode(secretBytes(await decrypt(ctx.config, enrolment.secret)), code, ctx.now)
    if (step === undefined) throw new Problem('unprocessable', 'That code is not right. Codes change every 30 seconds.', { errors: { code: ['That code is not right.'] } })
    await sql`insert into staff_two_factors (id, staff_id, secret, backup_codes, verified, last_step) values (${newId()}, ${staffId}, ${enrolment.secret}, ${enrolment.backup_codes}, true, ${step})
      on conflict (staff_id) do update set secret = excluded.secret, backup_codes = excluded.backup_codes, verified = true, last_step = excluded.last_step, failed_verification_count = 0, locked_until = null`.execute(trx)
    await sql`update staff set two_factor_enabled = true, updated_at = now() where id = ${staffId}`.execute(trx)
    await sql`delete from staff_enrolments where staff_id = ${staffId}`.execute(trx)
    await renewSession(trx, staffId, ctx.session!.id, token)
    await audit(trx, ctx, [{ act: 'second-factor-enrolment', resource: 'staff', subjectId: staffId, changes: { twoFactorEnabled: { before: false, after: true } } }])
  })
  await giveBack(ctx.db, enrolLimit, staffId)
  return { token }
}

/** Ends all sessions of a person but this one, which goes on under a new token: its old cookie is worth nothing any more. */
export async function renewSession(trx: Kysely<any>, staffId: string, sessionId: string, token: string): Promise<void> {
  await sql`delete from staff_sessions where staff_id = ${staffId} and id <> ${sessionId}`.execute(trx)
  await sql`update staff_sessions set token = ${token}, updated_at = now() where id = ${sessionId}`.execute(trx)
}
