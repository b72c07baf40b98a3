import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Config } from '../api/engine/config.ts'
import type { Services } from '../api/engine/context.ts'
import { seedStaff } from '../api/staff/seed-staff.ts'
import type { Readiness } from '../api/system/health.ts'
import { startDemoProduct } from '../demo/product/app.ts'
import { fxRates } from '../demo/company/fx-rates.ts'
import { DEMO_PASSWORD, DEMO_SEED, DEMO_STAFF, DEMO_TOTP_SECRET } from '../demo/staff.ts'
import { startStandIn } from '../demo/stripe/stand-in.ts'
import { startMailbox } from '../demo/mailbox.ts'
import { backfillStripe, drainInbox } from '../resources/billing/jobs.ts'
import { panel } from './demo-panel.ts'
import { fillPromoCodes } from './demo-promo-codes.ts'
import { fillProduct, productKeyFile } from './demo-product.ts'
import { fillWorkday } from './demo-workday.ts'

export interface Demo {
  /** Fills what became due since the last start, through the product's own doors. */
  fill(services: Services, readiness: Readiness, port: number): Promise<void>
  whoCanSignIn(): string
  signIns: { password: string; people: { email: string; name: string; role: string }[] }
  stop(): Promise<void>
}

/** The first day of the demo company: today at the first start, kept in DATA_DIR. */
export function firstDay(dataDir: string): string {
  const file = path.join(dataDir, 'first-day')
  if (!existsSync(file)) { mkdirSync(dataDir, { recursive: true }); writeFileSync(file, `${new Date().toISOString().slice(0, 10)}\n`) }
  return readFileSync(file, 'utf8').trim()
}

/** Starts the demo company's surroundings, its Stripe and its mailbox, and points the configuration at them. */
export async function startDemo(config: Config): Promise<Demo> {
  const day = firstDay(config.dataDir)
  const mailbox = config.mail.smtpUrl ? undefined : await startMailbox()
  if (mailbox) config.mail.smtpUrl = mailbox.url
  const standIn = config.stripe.apiBase ? undefined : await startStandIn({ seed: DEMO_SEED, firstDay: day, now: () => new Date(), dataDir: config.dataDir })
  if (standIn) config.stripe.apiBase = standIn.url
  let local = config.publicUrl
  const product = config.impersonationUrl ? undefined : await startDemoProduct({ api: () => local, issuer: config.publicUrl, writeKey: () => readFileSync(productKeyFile(config.dataDir), 'utf8').trim() })
  if (product) config.impersonationUrl = `${product.url}/impersonate?token={token}`

  return {
    async fill(services, readiness, port) {
      local = `http://127.0.0.1:${port}`
      readiness.reason = 'the demo people are being made'
      for (const person of DEMO_STAFF) await seedStaff(services, { ...person, password: DEMO_PASSWORD, totpSecret: DEMO_TOTP_SECRET })
      const admin = await panel(local, config.publicUrl, DEMO_STAFF[0]!.email, DEMO_PASSWORD)
      readiness.reason = 'the rates of exchange are being written'
      await writeRates(services, admin, day)
      await admin.signOut()
      if (!standIn) return
      readiness.reason = 'Stripe is telling its events'
      const { delivered } = await standIn.deliverDue(`${local}/webhooks/stripe`, config.stripe.webhookSecret!)
      if (delivered) console.log(`Stripe told ${delivered.toLocaleString('en')} events.`)
      readiness.reason = 'Stripe events are being applied'
      await drained(services)
      const { rows: [backfill] } = await sql<{ n: number }>`select count(*) as n from sync_cursors where state = 'done'`.execute(services.db)
      if (!backfill!.n) {
        readiness.reason = 'older customers are being found'
        await services.queue!.enqueue(null, backfillStripe)
        await until(async () => (await sql<{ open: number; all: number }>`select count(*) filter (where state <> 'done') as open, count(*) as all from sync_cursors`.execute(services.db)).rows.every(r => r.all > 0 && r.open === 0))
        await settled(services, backfillStripe.name)
      }
      readiness.reason = "the company's product is telling its users"
      await fillProduct(services, { local, dataDir: config.dataDir, firstDay: day })
      readiness.reason = "the staff's work so far is being entered"
      await fillWorkday(services, day)
      await fillPromoCodes(services, local)
    },
    signIns: { password: DEMO_PASSWORD, people: DEMO_STAFF.map(({ email, name, role }) => ({ email, name, role })) },
    whoCanSignIn: () => `Sign in as ${DEMO_STAFF.map(p => p.email).join(', ')} with the password ${DEMO_PASSWORD}.${mailbox ? `\nMail goes to ${mailbox.url}.` : ''}`,
    async stop() { await Promise.all([standIn?.stop(), mailbox?.stop(), product?.stop()]) },
  }

  async function drained(services: Services): Promise<void> {
    await until(async () => {
      const { rows: [row] } = await sql<{ n: number }>`select count(*) as n from stripe_inbox where state = 'pending'`.execute(services.db)
      if (row!.n) await services.queue!.enqueue(null, drainInbox).catch(() => undefined)
      return row!.n === 0
    })
  }

  /** The last run of a job has ended: what it wrote is there. */
  async function settled(services: Services, name: string): Promise<void> {
    await until(async () => (await services.queue!.stats()).every(q => q.name !== name || q.active + q.queued === 0))
  }

  async function until(reached: () => Promise<boolean>): Promise<void> {
    while (!await reached()) await wait(250)
  }
}

async function writeRates(services: Services, admin: Awaited<ReturnType<typeof panel>>, day: string): Promise<void> {
  const { rows } = await sql<{ date: string }>`select date, from_currency from fx_rates`.execute(services.db)
  const known = new Set(rows.map(r => r.date))
  const today = new Date().toISOString().slice(0, 10)
  for (const rate of fxRates(DEMO_SEED, day).filter(r => r.date <= today && !known.has(r.date)))
    await admin.post('/v1/admin/fx-rates', { date: rate.date, from: rate.from, to: rate.to, rate: rate.rate, source: 'demo' })
}
