import { random } from '../random.ts'
import type { Coupon, Plan, Price, Product, PromotionCode, TaxRate, Tier } from './wire.ts'

export type PlanName = 'Starter' | 'Growth' | 'Scale' | 'Enterprise'
export type Interval = 'month' | 'year'
export type Currency = 'usd' | 'eur'

/** What Northwind sells and the terms it sells it on; there from the day its Stripe account was opened. */
export interface Catalog {
  products: Product[]
  prices: Price[]
  coupons: Record<CouponName, Coupon>
  promotionCodes: PromotionCode[]
  taxRates: Record<string, TaxRate>
  price(product: PlanName | 'Extra seats', interval: Interval, currency: Currency): Price
  promotionCodeOf(coupon: string): PromotionCode | undefined
  /** The rank of a price's plan, 0 for Starter; -1 for the add-on. */
  rank(price: Price): number
}

export const PLANS: readonly PlanName[] = ['Starter', 'Growth', 'Scale', 'Enterprise']

/** Per seat and month in dollars' cents; a year costs ten months. Scale goes by graduated tiers. */
const SEAT_CENTS = { Starter: 1900, Growth: 3900, Enterprise: 6900, 'Extra seats': 1500 }
const SCALE_TIERS: readonly (readonly [number | null, number])[] = [[25, 4900], [100, 4300], [null, 3600]]
const DESCRIPTIONS: Record<string, string> = {
  Starter: 'For small teams that plan their work in one place',
  Growth: 'Automation, roles and reports for growing teams',
  Scale: 'Single sign-on, sandboxes and priority support',
  Enterprise: 'Own region, audit trail and a named success manager',
  'Extra seats': 'Read-only seats beside any plan',
}

export type CouponName = keyof typeof COUPONS
const COUPONS = {
  launch20: { name: 'Launch partner 20 %', percent_off: 20, duration: 'forever' },
  nonprofit40: { name: 'Nonprofit 40 %', percent_off: 40, duration: 'forever' },
  startup50: { name: 'Startup programme 50 %', percent_off: 50, duration: 'repeating', duration_in_months: 12 },
  welcome30: { name: 'Welcome 30 % for three months', percent_off: 30, duration: 'repeating', duration_in_months: 3 },
  stay25: { name: 'Stay with us 25 %', percent_off: 25, duration: 'repeating', duration_in_months: 6 },
  first100: { name: '100 off the first invoice', amount_off: 10_000, currency: 'usd', duration: 'once' },
  firstmonth: { name: 'First invoice half price', percent_off: 50, duration: 'once' },
  partner50: { name: 'Agency partner 50 off', amount_off: 5000, currency: 'usd', duration: 'forever' },
} as const

const TAX_RATES: readonly (readonly [string, string, number, 'vat' | 'sales_tax', string | null])[] = [
  ['DE', 'MwSt.', 19, 'vat', null],
  ['FR', 'TVA', 20, 'vat', null],
  ['GB', 'VAT', 20, 'vat', null],
  ['US', 'Sales tax', 8.25, 'sales_tax', 'TX'],
]

/** The catalog of that seed, created at `opened` (Unix seconds). */
export function catalog(seed: number, opened: number): Catalog {
  const ids = random(`${seed}/catalog`)
  const products: Product[] = []
  const prices: Price[] = []
  for (const name of [...PLANS, 'Extra seats'] as const) {
    const product = productOf(`prod_${ids.token(14)}`, name, opened)
    products.push(product)
    for (const currency of ['usd', 'eur'] as const)
      for (const interval of ['month', 'year'] as const) prices.push(priceOf(`price_1${ids.token(23)}`, product, interval, currency, opened + 60))
  }
  const coupons = Object.fromEntries(Object.entries(COUPONS).map(([id, terms]) => [id, couponOf(id, terms, opened + 120)])) as Record<CouponName, Coupon>
  const promotionCodes = (['launch20', 'welcome30', 'startup50', 'firstmonth'] as const).map((id) => promotionCodeOf(`promo_1${ids.token(23)}`, coupons[id], opened + 180))
  const taxRates = Object.fromEntries(TAX_RATES.map(([country, label, percent, type, state]) => [country, taxRateOf(`txr_1${ids.token(23)}`, country, label, percent, type, state, opened)]))
  const ranks = new Map(products.slice(0, PLANS.length).map((product, rank) => [product.id, rank]))
  return {
    products,
    prices,
    coupons,
    promotionCodes,
    taxRates,
    price(name, interval, currency) {
      const found = prices.find((price) => price.nickname === nickname(name, interval) && price.currency === currency)
      if (!found) throw new Error(`Northwind sells no ${name} by the ${interval} in ${currency}.`)
      return found
    },
    promotionCodeOf: (coupon) => promotionCodes.find((code) => code.promotion.coupon === coupon),
    rank: (price) => ranks.get(price.product) ?? -1,
  }
}

function nickname(product: string, interval: Interval): string {
  return `${product} ${interval === 'month' ? 'monthly' : 'annual'}`
}

function productOf(id: string, name: string, created: number): Product {
  return {
    id,
    object: 'product',
    active: true,
    created,
    default_price: null,
    description: DESCRIPTIONS[name],
    images: [],
    livemode: false,
    marketing_features: [],
    metadata: {},
    name,
    package_dimensions: null,
    shippable: null,
    statement_descriptor: null,
    tax_code: 'txcd_10103001',
    tax_details: null,
    type: 'service',
    unit_label: 'seat',
    updated: created,
    url: null,
  }
}

function priceOf(id: string, product: Product, interval: Interval, currency: Currency, created: number): Price {
  const amount = (cents: number) => {
    const native = currency === 'eur' ? Math.round((cents * 92) / 10_000) * 100 : cents
    return interval === 'year' ? native * 10 : native
  }
  const tiered = product.name === 'Scale'
  const unit = tiered ? null : amount(SEAT_CENTS[product.name as keyof typeof SEAT_CENTS])
  const tiers = SCALE_TIERS.map(([upTo, cents]): Tier => {
    const each = amount(cents)
    return { flat_amount: null, flat_amount_decimal: null, unit_amount: each, unit_amount_decimal: String(each), up_to: upTo }
  })
  return {
    id,
    object: 'price',
    active: true,
    billing_scheme: tiered ? 'tiered' : 'per_unit',
    created,
    currency,
    custom_unit_amount: null,
    livemode: false,
    lookup_key: null,
    metadata: {},
    nickname: nickname(product.name, interval),
    product: product.id,
    recurring: { interval, interval_count: 1, meter: null, trial_period_days: null, usage_type: 'licensed' },
    tax_behavior: 'exclusive',
    ...(tiered ? { tiers } : {}),
    tiers_mode: tiered ? 'graduated' : null,
    transform_quantity: null,
    type: 'recurring',
    unit_amount: unit,
    unit_amount_decimal: unit === null ? null : String(unit),
  }
}

/** The legacy twin of a price that subscription items still carry. */
export function planOf(price: Price): Plan {
  return {
    id: price.id,
    object: 'plan',
    active: true,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    billing_scheme: price.billing_scheme,
    created: price.created,
    currency: price.currency,
    interval: price.recurring!.interval,
    interval_count: 1,
    livemode: false,
    metadata: {},
    meter: null,
    nickname: price.nickname,
    product: price.product,
    tiers_mode: price.tiers_mode,
    transform_usage: null,
    trial_period_days: null,
    usage_type: 'licensed',
  }
}

function couponOf(id: string, terms: Partial<Coupon> & Pick<Coupon, 'duration' | 'name'>, created: number): Coupon {
  return {
    id,
    object: 'coupon',
    amount_off: null,
    created,
    currency: null,
    duration_in_months: null,
    livemode: false,
    max_redemptions: null,
    metadata: {},
    percent_off: null,
    redeem_by: null,
    times_redeemed: 0,
    valid: true,
    ...terms,
  }
}

function promotionCodeOf(id: string, coupon: Coupon, created: number): PromotionCode {
  return {
    id,
    object: 'promotion_code',
    active: true,
    code: coupon.id.toUpperCase(),
    created,
    customer: null,
    customer_account: null,
    expires_at: null,
    livemode: false,
    max_redemptions: null,
    metadata: {},
    promotion: { coupon: coupon.id, type: 'coupon' },
    restrictions: { first_time_transaction: false, minimum_amount: null, minimum_amount_currency: null },
    times_redeemed: 0,
  }
}

function taxRateOf(id: string, country: string, label: string, percent: number, type: 'vat' | 'sales_tax', state: string | null, created: number): TaxRate {
  return {
    id,
    object: 'tax_rate',
    active: true,
    country,
    created,
    description: null,
    display_name: label,
    effective_percentage: percent,
    flat_amount: null,
    inclusive: false,
    jurisdiction: state ?? country,
    jurisdiction_level: state ? 'state' : 'country',
    livemode: false,
    metadata: {},
    percentage: percent,
    rate_type: 'percentage',
    state,
    tax_type: type,
  }
}
