import type { Coupon, PromotionCode } from '../company/wire.ts'
import { allow, booleanOf, hashOf, integerOf, textOf, type Params } from './params.ts'
import { missing, StripeProblem, wrong } from './problem.ts'
import type { World } from './world.ts'

export function createCoupon(world: World, params: Params): Coupon {
  allow(params, ['id', 'name', 'percent_off', 'amount_off', 'currency', 'duration', 'duration_in_months', 'max_redemptions', 'redeem_by', 'metadata', 'expand'])
  const id = textOf(params, 'id') ?? world.newId('', 8)
  if (world.get('coupon', id)) throw new StripeProblem(400, `Coupon already exists: ${id}`, { code: 'resource_already_exists', param: 'id' })
  const percent = textOf(params, 'percent_off')
  const amount = integerOf(params, 'amount_off') ?? null
  if ((percent === undefined) === (amount === null)) throw new StripeProblem(400, 'You must pass either `percent_off` or `amount_off`.', { code: 'parameter_missing' })
  const currency = textOf(params, 'currency') ?? null
  if (amount !== null && currency === null) throw new StripeProblem(400, 'You must pass `currency` when passing `amount_off`.', { code: 'parameter_missing', param: 'currency' })
  const duration = textOf(params, 'duration') ?? 'once'
  const months = integerOf(params, 'duration_in_months') ?? null
  if (!['once', 'forever', 'repeating'].includes(duration) || (duration === 'repeating') !== (months !== null)) throw wrong('duration', 'Invalid duration')
  const coupon: Coupon = {
    id,
    object: 'coupon',
    amount_off: amount,
    created: world.now(),
    currency,
    duration,
    duration_in_months: months,
    livemode: false,
    max_redemptions: integerOf(params, 'max_redemptions') ?? null,
    metadata: hashOf(params, 'metadata'),
    name: textOf(params, 'name') ?? null,
    percent_off: percent === undefined ? null : Number(percent),
    redeem_by: integerOf(params, 'redeem_by') ?? null,
    times_redeemed: 0,
    valid: true,
  }
  world.change([coupon], [{ type: 'coupon.created', object: coupon }])
  return coupon
}

export function createPromotionCode(world: World, params: Params): PromotionCode {
  allow(params, ['code', 'promotion', 'active', 'max_redemptions', 'expires_at', 'metadata', 'expand'])
  const { coupon: id } = hashOf(params, 'promotion')
  if (!world.get('coupon', id)) throw missing('coupon', String(id), 'promotion[coupon]')
  const word = textOf(params, 'code')
  if (word !== undefined && world.all('promotion_code').some(other => other.active && other.code.toLowerCase() === word.toLowerCase())) throw new StripeProblem(400, `An active promotion code with \`code: ${word}\` already exists.`, { param: 'code' })
  const expiresAt = integerOf(params, 'expires_at') ?? null
  if (expiresAt !== null && expiresAt <= world.now()) throw new StripeProblem(400, 'The `expires_at` timestamp must be in the future.', { param: 'expires_at' })
  const code: PromotionCode = {
    id: world.newId('promo_1'),
    object: 'promotion_code',
    active: booleanOf(params, 'active') ?? true,
    code: word ?? world.newId('', 8).toUpperCase(),
    created: world.now(),
    customer: null,
    customer_account: null,
    expires_at: expiresAt,
    livemode: false,
    max_redemptions: integerOf(params, 'max_redemptions') ?? null,
    metadata: hashOf(params, 'metadata'),
    promotion: { coupon: id, type: 'coupon' },
    restrictions: { first_time_transaction: false, minimum_amount: null, minimum_amount_currency: null },
    times_redeemed: 0,
  }
  world.change([code], [{ type: 'promotion_code.created', object: code }])
  return code
}

/** Turns a promotion code on or off; nothing else of it can be changed. */
export function updatePromotionCode(world: World, id: string, params: Params): PromotionCode {
  allow(params, ['active', 'metadata', 'expand'])
  const before = world.get('promotion_code', id)
  if (!before) throw missing('promotion_code', id)
  const after: PromotionCode = { ...before, active: booleanOf(params, 'active') ?? before.active, metadata: { ...before.metadata, ...hashOf(params, 'metadata') } }
  world.change([after], [{ type: 'promotion_code.updated', object: after, previous: { active: before.active } }])
  return after
}
