import type { CouponShape, DiscountShape, PriceShape } from './stripe-shape.ts'
import type { DiscountTerms, ItemState, Tier } from './subscription-state.ts'

/** An object that has to be fetched before the event can be trusted alone, and why. */
export interface Need { objectType: 'subscription' | 'price' | 'invoice' | 'coupon'; objectId: string; because: 'tie' | 'cut list' | 'discount' | 'tiers' }

const seconds = (s: number | null | undefined) => s === null || s === undefined ? undefined : s * 1000
const decimalOf = (text: string | null | undefined, whole: number | null | undefined): string | null => text ?? (whole === null || whole === undefined ? null : String(whole))

/** Terms of coupons, discounts and tiered prices, gathered from every version that spells them out. Their terms never change. */
export class Catalog {
  readonly coupons = new Map<string, CouponShape>()
  readonly discounts = new Map<string, DiscountShape>()
  readonly prices = new Map<string, PriceShape>()
  /** Ids asked for and not known. */
  readonly missing = new Set<string>()
  readonly missingCoupons = new Set<string>()

  learnDiscount(value: string | DiscountShape | null | undefined): void {
    if (!value || typeof value === 'string') return
    const known = this.discounts.get(value.id)
    const end = value.end ?? known?.end
    this.discounts.set(value.id, { ...known, ...value, end, source: typeof value.source?.coupon === 'object' || !known ? value.source : known.source })
    if (value.source?.coupon && typeof value.source.coupon === 'object') this.coupons.set(value.source.coupon.id, value.source.coupon)
  }

  learnPrice(price: PriceShape): void {
    const known = this.prices.get(price.id)
    if (!known || (!known.tiers && price.tiers) || (!known.recurring && price.recurring)) this.prices.set(price.id, { ...known, ...price, tiers: price.tiers ?? known?.tiers })
  }

  /** Terms of a discount; null, and noted as missing, when its coupon is not known. */
  terms(value: string | DiscountShape): DiscountTerms | null {
    const discount = typeof value === 'string' ? this.discounts.get(value) : this.discounts.get(value.id) ?? value
    const reference = discount?.source?.coupon
    const coupon = typeof reference === 'string' ? this.coupons.get(reference) : reference
    if (!discount || !coupon) {
      // a discount that is known but for its coupon needs only that
      if (typeof reference === 'string') { this.missing.add(reference); this.missingCoupons.add(reference) }
      else this.missing.add(typeof value === 'string' ? value : value.id)
      return null
    }
    return {
      id: discount.id, name: coupon.name ?? coupon.id, duration: coupon.duration, durationInMonths: coupon.duration_in_months ?? undefined,
      ...(coupon.percent_off !== null && coupon.percent_off !== undefined ? { percentOff: String(coupon.percent_off) } : { amountOff: String(coupon.amount_off ?? 0) }),
      start: seconds(discount.start), end: seconds(discount.end),
    }
  }

  /** A price's part of an item. Tiers that no version spells out are noted as missing. */
  item(price: PriceShape): Pick<ItemState, 'plan' | 'price' | 'unitAmount' | 'interval' | 'intervalCount' | 'usageType' | 'tiersMode' | 'tiers' | 'transformQuantity'> {
    const known = this.prices.get(price.id)
    const recurring = price.recurring ?? known?.recurring
    const tiered = (price.billing_scheme ?? known?.billing_scheme) === 'tiered'
    const tiers = price.tiers ?? known?.tiers
    if (tiered && !tiers && recurring?.usage_type !== 'metered') this.missing.add(price.id)
    const transform = price.transform_quantity ?? known?.transform_quantity
    return {
      plan: price.product, price: price.id,
      unitAmount: decimalOf(price.unit_amount_decimal, price.unit_amount),
      interval: recurring?.interval ?? 'one_time', intervalCount: recurring?.interval_count ?? 1, usageType: recurring?.usage_type,
      ...(tiered && tiers ? { tiersMode: price.tiers_mode ?? known?.tiers_mode ?? undefined, tiers: tiers.map(tierOf) } : {}),
      ...(transform ? { transformQuantity: { divideBy: transform.divide_by, round: transform.round } } : {}),
    }
  }
}

const tierOf = (t: NonNullable<PriceShape['tiers']>[number]): Tier => {
  const flat = decimalOf(t.flat_amount_decimal, t.flat_amount)
  return { upTo: t.up_to, unitAmount: decimalOf(t.unit_amount_decimal, t.unit_amount) ?? '0', ...(flat === null ? {} : { flatAmount: flat }) }
}
