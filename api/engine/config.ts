import { mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { z } from 'zod'

/** A wrong environment. Its message names the variable and the remedy. */
export class ConfigError extends Error {}

const text = z.string().trim().min(1)
const url = (protocols: string[]) => z.string().refine(v => { try { return protocols.includes(new URL(v).protocol) } catch { return false } }, `is no ${protocols.map(p => p.slice(0, -1)).join(' or ')} address`)
const postgres = url(['postgres:', 'postgresql:'])

const schema = z.object({
  PORT: z.coerce.number('is no number').int('is no whole number').min(0).max(65535).default(3000),
  HOST: text.default('127.0.0.1'),
  PUBLIC_URL: url(['http:', 'https:']).optional(),
  DATA_DIR: text.default('.data'),
  DATABASE_URL: postgres.optional(),
  DATABASE_OWNER_URL: postgres.optional(),
  DATABASE_DIRECT_URL: postgres.optional(),
  DATABASE_REPLICA_URL: postgres.optional(),
  BOOK_CURRENCY: z.string().regex(/^[a-zA-Z]{3}$/, 'is no ISO 4217 code of three letters').transform(v => v.toLowerCase()).default('usd'),
  BOOK_TIME_ZONE: z.string().refine(v => { try { new Intl.DateTimeFormat('en', { timeZone: v }); return true } catch { return false } }, 'is no IANA time zone').default('UTC'),
  STRIPE_SECRET_KEY: z.string().regex(/^(sk|rk)_(test|live)_/, 'must begin with sk_ or rk_').optional(),
  STRIPE_WRITE_KEY: z.string().regex(/^(sk|rk)_(test|live)_/, 'must begin with sk_ or rk_').optional(),
  STRIPE_WEBHOOK_SECRET: z.string().regex(/^whsec_/, 'must begin with whsec_').optional(),
  STRIPE_API_BASE: url(['http:', 'https:']).optional(),
  SMTP_URL: url(['smtp:', 'smtps:']).optional(),
  MAIL_FROM: text.optional(),
  MASTER_KEYS: z.string().regex(/^[\w-]+:[A-Za-z0-9+/=_-]{40,}(,[\w-]+:[A-Za-z0-9+/=_-]{40,})*$/, 'must look like k1:<32 bytes in base64>[,k0:...]').optional(),
  METRICS_TOKEN: z.string().min(16, 'needs at least 16 characters').optional(),
  TRUSTED_PROXIES: z.string().default('').transform(v => v.split(',').map(s => s.trim()).filter(Boolean)),
  OUTBOUND_ALLOW: z.string().default('').transform(v => v.split(',').map(s => s.trim()).filter(Boolean)),
  IMPERSONATION_URL: z.string().refine(v => { try { return v.includes('{token}') && ['http:', 'https:'].includes(new URL(v.replace('{token}', 't')).protocol) } catch { return false } }, 'must be an http or https address with {token} in it, such as https://app.example.com/impersonate?token={token}').optional(),
  DEMO: z.enum(['0', '1'], 'is neither 0 nor 1').optional(),
  COMPANY_NAME: text.optional(),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent']).default('info'),
})

/** Everything the product reads from its environment, validated once. */
export interface Config {
  port: number
  host: string
  publicUrl: string
  dataDir: string
  /** Absent until the embedded database has started. */
  databaseUrl: string
  databaseOwnerUrl: string
  databaseDirectUrl: string
  databaseReplicaUrl?: string
  /** No DATABASE_URL was given: the product runs PostgreSQL itself in DATA_DIR. */
  embedded: boolean
  demo: boolean
  book: { currency: string; timeZone: string }
  company: string
  stripe: { secretKey?: string; writeKey?: string; webhookSecret?: string; apiBase?: string; livemode: boolean }
  mail: { smtpUrl?: string; from: string }
  /** Newest first; the first encrypts and signs, all decrypt. */
  masterKeys: { id: string; key: Buffer }[]
  metricsToken?: string
  trustedProxies: string[]
  outboundAllow: string[]
  /** Where the company's product takes a hand-over, with `{token}` in it; absent = impersonation is not set up. */
  impersonationUrl?: string
  logLevel: string
}

const keyFile = (dataDir: string): string => {
  const file = path.join(dataDir, 'master.key')
  if (!existsSync(file)) {
    mkdirSync(dataDir, { recursive: true })
    writeFileSync(file, `k1:${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' })
  }
  return readFileSync(file, 'utf8').trim()
}

/**
 * Reads and validates the environment. Without DATABASE_URL the product brings its own database, keys and demo company.
 * Throws ConfigError with one sentence that names the variable.
 */
export function readConfig(env: Record<string, string | undefined> = process.env): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, v]) => v !== undefined && v !== ''))
  const parsed = schema.safeParse(given)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!
    throw new ConfigError(`${issue.path.join('.')} ${issue.message}.`)
  }
  const e = parsed.data
  const embedded = !e.DATABASE_URL
  const demo = e.DEMO ? e.DEMO === '1' : embedded
  const loopback = ['127.0.0.1', '::1', 'localhost'].includes(e.HOST)
  if (demo && !loopback) throw new ConfigError('HOST must be 127.0.0.1 while DEMO is 1: the demo has known passwords. Set DEMO=0 to listen elsewhere.')
  if (!embedded && !e.MASTER_KEYS) throw new ConfigError('MASTER_KEYS is required with DATABASE_URL: k1:<32 random bytes in base64>.')
  if (!embedded && !e.PUBLIC_URL) throw new ConfigError('PUBLIC_URL is required with DATABASE_URL: the address people open, such as https://quarterdeck.example.com.')
  const dataDir = path.resolve(e.DATA_DIR)
  const masterKeys = (e.MASTER_KEYS ?? keyFile(dataDir)).split(',').map(part => {
    const at = part.indexOf(':')
    const key = Buffer.from(part.slice(at + 1), 'base64')
    if (key.length !== 32) throw new ConfigError(`MASTER_KEYS: key ${part.slice(0, at)} has ${key.length} bytes instead of 32.`)
    return { id: part.slice(0, at), key }
  })
  return {
    port: e.PORT, host: e.HOST, dataDir, embedded, demo, masterKeys,
    publicUrl: (e.PUBLIC_URL ?? `http://${e.HOST === '0.0.0.0' ? '127.0.0.1' : e.HOST}:${e.PORT}`).replace(/\/+$/, ''),
    databaseUrl: e.DATABASE_URL ?? '',
    databaseOwnerUrl: e.DATABASE_OWNER_URL ?? e.DATABASE_URL ?? '',
    databaseDirectUrl: e.DATABASE_DIRECT_URL ?? e.DATABASE_URL ?? '',
    databaseReplicaUrl: e.DATABASE_REPLICA_URL,
    book: { currency: e.BOOK_CURRENCY, timeZone: e.BOOK_TIME_ZONE },
    company: e.COMPANY_NAME ?? (demo ? 'Northwind' : 'your company'),
    stripe: {
      secretKey: e.STRIPE_SECRET_KEY ?? (demo ? 'sk_test_quarterdeckdemo' : undefined),
      writeKey: e.STRIPE_WRITE_KEY,
      webhookSecret: e.STRIPE_WEBHOOK_SECRET ?? (demo ? 'whsec_quarterdeckdemo' : undefined),
      apiBase: e.STRIPE_API_BASE,
      livemode: /^(sk|rk)_live_/.test(e.STRIPE_SECRET_KEY ?? ''),
    },
    mail: { smtpUrl: e.SMTP_URL, from: e.MAIL_FROM ?? 'Quarterdeck <quarterdeck@localhost>' },
    metricsToken: e.METRICS_TOKEN, trustedProxies: e.TRUSTED_PROXIES, outboundAllow: e.OUTBOUND_ALLOW, impersonationUrl: e.IMPERSONATION_URL, logLevel: e.LOG_LEVEL,
  }
}
