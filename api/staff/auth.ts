import { createHash } from 'node:crypto'
import { betterAuth } from 'better-auth'
import { twoFactor } from 'better-auth/plugins/two-factor'
import type { Services } from '../engine/context.ts'
import { absoluteHours, type SessionCookie } from '../engine/http/session.ts'
import { newId } from '../engine/ids.ts'
import { deriveKey, type MasterKey } from '../engine/secrets.ts'

const secretOf = (master: MasterKey): string => deriveKey(master.key, 'sessions').toString('base64url')

/** The secret that signs session cookies, derived from the newest master key. */
export const authSecret = (masterKeys: readonly MasterKey[]): string => secretOf(masterKeys[0]!)

/** Versions of the secret that encrypts second factors: the newest encrypts, all decrypt, so that a new master key locks nobody out. */
export const authSecrets = (masterKeys: readonly MasterKey[]): { version: number; value: string }[] =>
  masterKeys.map(master => ({ version: createHash('sha256').update(master.id).digest().readUInt32BE(0), value: secretOf(master) }))

/** The sender's address as this program found it, handed to better-auth in a header that no request from outside can set. */
export const addressHeader = 'x-quarterdeck-address'
export const minPassword = 12, maxPassword = 128

export type Auth = ReturnType<typeof createAuth>

/**
 * Password check, session creation and the two-step sign-in by better-auth, on our tables; api/staff/auth-routes.ts decides what of it is
 * reachable. Sessions themselves are read by api/engine/http/session.ts.
 */
export function createAuth(services: Pick<Services, 'db' | 'config'>) {
  const { db, config } = services
  const dates = { createdAt: 'created_at', updatedAt: 'updated_at' }
  return betterAuth({
    appName: 'Quarterdeck',
    baseURL: config.publicUrl, basePath: '/api/auth', secret: authSecret(config.masterKeys), secrets: authSecrets(config.masterKeys),
    trustedOrigins: [new URL(config.publicUrl).origin],
    telemetry: { enabled: false },
    logger: { disabled: true },
    database: { db, type: 'postgres' },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: minPassword, maxPasswordLength: maxPassword, autoSignIn: false },
    user: { modelName: 'staff', fields: { emailVerified: 'email_verified', ...dates }, additionalFields: { role: { type: 'string', input: false }, active: { type: 'boolean', input: false } } },
    session: {
      modelName: 'staff_sessions', fields: { userId: 'staff_id', expiresAt: 'expires_at', ipAddress: 'ip_address', userAgent: 'user_agent', ...dates },
      expiresIn: absoluteHours * 3600, disableSessionRefresh: true, cookieCache: { enabled: false },
    },
    account: {
      modelName: 'staff_accounts',
      fields: { userId: 'staff_id', accountId: 'account_id', providerId: 'provider_id', accessToken: 'access_token', refreshToken: 'refresh_token', idToken: 'id_token', accessTokenExpiresAt: 'access_token_expires_at', refreshTokenExpiresAt: 'refresh_token_expires_at', ...dates },
    },
    verification: { modelName: 'staff_verifications', fields: { expiresAt: 'expires_at', ...dates } },
    rateLimit: { enabled: false },
    advanced: {
      cookiePrefix: 'quarterdeck', useSecureCookies: config.publicUrl.startsWith('https:'), database: { generateId: () => newId() },
      ipAddress: { ipAddressHeaders: [addressHeader] },
    },
    databaseHooks: {
      session: { create: { before: async session => {
        const person = await db.selectFrom('staff').select(['active', 'deleted_at']).where('id', '=', session.userId).executeTakeFirst()
        return Boolean(person?.active && !person.deleted_at)
      } } },
    },
    plugins: [twoFactor({
      issuer: 'Quarterdeck', backupCodeOptions: { storeBackupCodes: 'encrypted' },
      schema: {
        user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
        twoFactor: { modelName: 'staff_two_factors', fields: { userId: 'staff_id', backupCodes: 'backup_codes', failedVerificationCount: 'failed_verification_count', lockedUntil: 'locked_until' } },
      },
    })],
  })
}

const prefix = (services: Pick<Services, 'config'>) => `${services.config.publicUrl.startsWith('https:') ? '__Secure-' : ''}quarterdeck`

/** Name and signing secret of the session cookie, as better-auth writes it. */
export const sessionCookie = (services: Pick<Services, 'config'>): SessionCookie => ({ name: `${prefix(services)}.session_token`, secret: authSecret(services.config.masterKeys) })

/** The cookie between password and second factor: signed the same way, it names the waiting sign-in. */
export const challengeCookie = (services: Pick<Services, 'config'>): SessionCookie => ({ name: `${prefix(services)}.two_factor`, secret: authSecret(services.config.masterKeys) })
