import { addMonths } from '../company/calendar.ts'
import { discountOf } from '../company/objects.ts'
import type { ApiObject, Discount, Subscription } from '../company/wire.ts'
import { textOf, type Params } from './params.ts'
import { missing, StripeProblem, wrong } from './problem.ts'
import type { World } from './world.ts'

/** The discounts a subscription is to have: those kept by id, and new ones from coupons or promotion codes. */
export function couponsToDiscounts(world: World, subscription: Subscription, wanted: readonly (string | Params)[]): Discount[] {
  return wanted.map((entry) => {
    if (typeof entry === 'string') throw wrong('discounts', 'Invalid array of objects')
    const kept = textOf(entry, 'discount')
    if (kept !== undefined) {
      const discount = world.get('discount', kept)
      if (!discount) throw missing('discount', kept, 'discounts')
      return discount
    }
    const codeId = textOf(entry, 'promotion_code')
    const code = codeId === undefined ? undefined : world.get('promotion_code', codeId)
    if (codeId !== undefined && !code) throw missing('promotion_code', codeId, 'discounts')
    if (code && (!code.active || (code.expires_at !== null && code.expires_at <= world.now()) || (code.max_redemptions !== null && code.times_redeemed >= code.max_redemptions)))
      throw new StripeProblem(400, `This promotion code cannot be redeemed: ${code.code}.`, { code: 'resource_invalid', param: 'discounts' })
    const couponId = code ? String(code.promotion.coupon) : (textOf(entry, 'coupon') ?? '')
    const coupon = world.get('coupon', couponId)
    if (!coupon) throw missing('coupon', couponId, 'discounts')
    const now = world.now()
    const end = coupon.duration === 'repeating' ? addMonths(now, coupon.duration_in_months ?? 1) : null
    return { ...discountOf(world.ids, coupon, subscription.customer, now, end, code?.id ?? null), subscription: subscription.id }
  })
}

/** Codes and coupons with these discounts counted as redeemed once more. */
export function redeemed(world: World, discounts: readonly Discount[]): ApiObject[] {
  return discounts.flatMap((discount): ApiObject[] => {
    const code = world.get('promotion_code', String(discount.promotion_code)), coupon = world.get('coupon', String(discount.source.coupon))
    return [...(code ? [{ ...code, times_redeemed: code.times_redeemed + 1 }] : []), ...(coupon ? [{ ...coupon, times_redeemed: coupon.times_redeemed + 1 }] : [])]
  })
}
