import { sql } from 'kysely'
import type { Services } from '../../api/engine/context.ts'
import { createPromoStripe, PromoRefused, type PromoCode, type PromoStripe } from '../../api/marketing/promo-stripe.ts'
import { tableOf } from '../../resources/engine/define-resource.ts'
import { promoCodes } from '../../resources/marketing/promo-codes.ts'
import type { JobHandler } from '../worker.ts'

type Row = PromoCode & { active: boolean; stripe_promotion_code_id: string | null }

/** What is left to tell, in the words of the index `promo_codes_to_tell`. */
const toTell = sql<boolean>`((stripe_promotion_code_id is null and state = 'waiting' and active and deleted_at is null) or told_active <> (active and deleted_at is null))`

/** The job `marketing.tell-promo-codes`: one code after another until Stripe knows all of them. Does nothing while Stripe is not connected. */
export const tellPromoCodesHandler: JobHandler = async (services, _payloads, signal) => {
  const stripe = createPromoStripe(services.config.stripe)
  if (!stripe) return
  while (!signal.aborted && await tellNext(services, stripe));
}

/** Tells of the oldest code that Stripe does not know as it is. Answers false when there is none. */
export async function tellNext(services: Pick<Services, 'db' | 'config' | 'totals'>, stripe: PromoStripe): Promise<boolean> {
  const { rows: [row] } = await sql<Row>`select id, code, percent_off, amount_off, duration, months, max_redemptions, expires_at, campaign, active and deleted_at is null as active, stripe_promotion_code_id
    from promo_codes where ${toTell} order by created_at, id limit 1`.execute(services.db)
  if (!row) return false
  try {
    if (row.stripe_promotion_code_id) {
      await stripe.setActive(row.stripe_promotion_code_id, row.active)
      await sql`update promo_codes set told_active = ${row.active}, state = 'live', error = null where id = ${row.id}`.execute(services.db)
    } else {
      const { couponId, promotionCodeId } = await stripe.make(row, services.config.book.currency.toLowerCase())
      await sql`update promo_codes set stripe_coupon_id = ${couponId}, stripe_promotion_code_id = ${promotionCodeId}, told_active = true, state = 'live', error = null where id = ${row.id}`.execute(services.db)
    }
  } catch (error) {
    if (!(error instanceof PromoRefused)) throw error
    // a refusal is for good: it is shown with the code, and what was told stays told
    await sql`update promo_codes set state = 'failed', error = ${error.message.slice(0, 500)}, told_active = case when stripe_promotion_code_id is null then null else ${row.active}::boolean end where id = ${row.id}`.execute(services.db)
  }
  services.totals.changed(tableOf(promoCodes))
  return true
}
