import { sql } from 'kysely'
import type { Services } from '../api/engine/context.ts'
import { DEMO_PASSWORD } from '../demo/staff.ts'
import { panel } from './demo-panel.ts'

/** A year from today, at midnight. */
const inAYear = (): string => new Date(Date.now() + 365 * 86_400_000).toISOString().replace(/T.*/, 'T00:00:00.000Z')

/** The promo codes that marketing has made so far, through the panel as a person would. Once: a code that is there is not made again. */
export async function fillPromoCodes(services: Services, local: string): Promise<void> {
  const { rows: [row] } = await sql<{ n: number }>`select count(*) as n from promo_codes`.execute(services.db)
  if (row!.n) return
  const marketing = await panel(local, services.config.publicUrl, 'marketing@demo.test', DEMO_PASSWORD)
  const codes = [
    { code: 'WELCOME-20', campaign: 'Welcome', percentOff: 20, duration: 'repeating', months: 3 },
    { code: 'PARTNER-15', campaign: 'Partners', percentOff: 15, duration: 'forever', maxRedemptions: 50 },
    { code: 'SUMMIT-100', campaign: 'Summit', discount: 'amount', amountOff: 10_000, expiresAt: inAYear(), maxRedemptions: 200 },
  ]
  for (const code of codes) await marketing.post('/v1/admin/promo-codes', code)
  await marketing.post('/v1/admin/promo-codes/actions/generation', { input: { count: 12, prefix: 'FAIR-', campaign: 'Fair', percentOff: 25, duration: 'repeating', months: 2, maxRedemptions: 1, expiresAt: inAYear() } })
  await marketing.signOut()
}
