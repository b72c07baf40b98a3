import { sql } from 'kysely'
import { createPromoStripe } from '../../api/marketing/promo-stripe.ts'
import { tableOf } from '../../resources/engine/define-resource.ts'
import { promoCodes } from '../../resources/marketing/promo-codes.ts'
import type { JobHandler } from '../worker.ts'

/** The job `marketing.read-redemptions`: writes down what changed, a hundred codes in a statement. Stripe's count is a mirrored fact: it moves no version. */
export const readRedemptionsHandler: JobHandler = async (services, _payloads, signal) => {
  const stripe = createPromoStripe(services.config.stripe)
  if (!stripe) return
  const { rows: any } = await sql`select 1 from promo_codes where stripe_promotion_code_id is not null limit 1`.execute(services.db)
  if (!any.length) return
  let page: { id: string; times: number }[] = []
  const write = async () => {
    await sql`update promo_codes p set redemptions = r.times from jsonb_to_recordset(${JSON.stringify(page)}::jsonb) as r(id text, times int) where p.stripe_promotion_code_id = r.id and p.redemptions <> r.times`.execute(services.db)
    page = []
  }
  for await (const { promotionCodeId, times } of stripe.redemptions()) {
    if (signal.aborted) break
    page.push({ id: promotionCodeId, times })
    if (page.length === 100) await write()
  }
  await write()
  services.totals.changed(tableOf(promoCodes))
}
