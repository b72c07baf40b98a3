import type { Config } from '../engine/config.ts'
import { stripeWriter } from '../billing/stripe.ts'

/** A promo code as Stripe is to know it; money in minor units of `currency`. */
export interface PromoCode {
  id: string; code: string; percent_off: number | null; amount_off: number | null; duration: 'once' | 'repeating' | 'forever'; months: number | null
  max_redemptions: number | null; expires_at: Date | null; campaign: string | null
}

/** What Stripe refuses for good (the code exists, a date lies in the past), as opposed to what may work later. */
export class PromoRefused extends Error {}

export interface PromoStripe {
  /** Makes coupon and promotion code; asked again after a crash it finds what it made. Throws PromoRefused. */
  make(promo: PromoCode, currency: string): Promise<{ couponId: string; promotionCodeId: string }>
  setActive(promotionCodeId: string, active: boolean): Promise<void>
  /** How often each promotion code was redeemed, page by page. */
  redemptions(): AsyncIterable<{ promotionCodeId: string; times: number }>
}

/** Promotion codes over the real SDK; null while Stripe is not connected for writing. */
export function createPromoStripe(config: Config['stripe']): PromoStripe | null {
  const writer = stripeWriter(config)
  if (!writer) return null
  const { stripe, call } = writer
  const asked = async <T>(ask: () => Promise<T>): Promise<T> => {
    try { return await call(ask) } catch (error) {
      const { statusCode, message } = error as { statusCode?: number; message: string }
      if (statusCode === 400 || statusCode === 404) throw new PromoRefused(message)
      throw error
    }
  }
  return {
    async make(promo, currency) {
      const couponId = `quarterdeck-${promo.id}`, mine = { quarterdeck_promo_code: promo.id }
      const terms = {
        id: couponId, name: (promo.campaign ?? promo.code).slice(0, 40), duration: promo.duration, metadata: mine, ...(promo.months ? { duration_in_months: promo.months } : {}),
        ...(promo.percent_off === null ? { amount_off: promo.amount_off!, currency } : { percent_off: promo.percent_off }),
      }
      await call(() => stripe.coupons.create(terms, { idempotencyKey: `promo-coupon-${promo.id}` })).catch(error => {
        if ((error as { code?: string }).code === 'resource_already_exists') return
        throw (error as { statusCode?: number }).statusCode === 400 ? new PromoRefused((error as Error).message) : error
      })
      const limits = { ...(promo.max_redemptions ? { max_redemptions: promo.max_redemptions } : {}), ...(promo.expires_at ? { expires_at: Math.floor(promo.expires_at.getTime() / 1000) } : {}) }
      const made = await asked(() => stripe.promotionCodes.create({ code: promo.code, promotion: { type: 'coupon', coupon: couponId }, metadata: mine, ...limits }, { idempotencyKey: `promo-code-${promo.id}` }))
      return { couponId, promotionCodeId: made.id }
    },
    async setActive(promotionCodeId, active) { await asked(() => stripe.promotionCodes.update(promotionCodeId, { active })) },
    async *redemptions() {
      for (let after: string | undefined; ;) {
        const page = await call(() => stripe.promotionCodes.list({ limit: 100, ...(after ? { starting_after: after } : {}) }))
        for (const code of page.data) yield { promotionCodeId: code.id, times: code.times_redeemed }
        after = page.data.at(-1)?.id
        if (!page.has_more || !after) return
      }
    },
  }
}
