import { hkdfSync } from 'node:crypto'
import { betterAuth } from 'better-auth'
import { twoFactor } from 'better-auth/plugins/two-factor'
import type { Services } from '../engine/context.ts'
import { absoluteHours, type SessionCookie } from '../engine/http/session.ts'
import { newId } from '../engine/ids.ts'

/** The secret that signs session cookies and encrypts TOTP secrets, derived from the newest master key. */
export const authSecret = (masterKeys: { key: Buffer }[]): string => Buffer.from(hkdfSync('sha256', masterKeys[0]!.key, '', 'quarterdeck sessions', 32)).toString('base64url')

export type Auth = ReturnType<typeof createAuth>

/** Sign-in, sign-out and second factor by better-auth, on our tables. Sessions themselves are read by api/engine/http/session.ts. */
export function createAuth(services: Pick<Services, 'db' | 'config'>) {
  const { db, config } = services
  const dates = { createdAt: 'created_at', updatedAt: 'updated_at' }
  return betterAuth({
    appName: 'Quarterdeck',
    baseURL: config.publicUrl, basePath: '/api/auth', secret: authSecret(config.masterKeys),
    trustedOrigins: [new URL(config.publicUrl).origin],
    telemetry: { enabled: false },
    logger: { disabled: true },
    database: { db, type: 'postgres' },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 10, maxPasswordLength: 128, autoSignIn: false },
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
    advanced: { cookiePrefix: 'quarterdeck', useSecureCookies: config.publicUrl.startsWith('https:'), database: { generateId: () => newId() } },
    databaseHooks: {
      session: { create: { before: async session => {
        const person = await db.selectFrom('staff').select(['active', 'deleted_at']).where('id', '=', session.userId).executeTakeFirst()
        return Boolean(person?.active && !person.deleted_at)
      } } },
    },
    plugins: [twoFactor({
      issuer: 'Quarterdeck', skipVerificationOnEnable: false,
      schema: {
        user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
        twoFactor: { modelName: 'staff_two_factors', fields: { userId: 'staff_id', backupCodes: 'backup_codes', failedVerificationCount: 'failed_verification_count', lockedUntil: 'locked_until' } },
      },
    })],
  })
}

/** Name and signing secret of the session cookie, as better-auth writes it. */
export const sessionCookie = (services: Pick<Services, 'config'>): SessionCookie => ({
  name: `${services.config.publicUrl.startsWith('https:') ? '__Secure-' : ''}quarterdeck.session_token`, secret: authSecret(services.config.masterKeys),
})
