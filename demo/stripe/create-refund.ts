import { refundOf } from '../company/payments.ts'
import type { Charge, Refund } from '../company/wire.ts'
import { allow, hashOf, integerOf, textOf, type Params } from './params.ts'
import { missing, StripeProblem, wrong } from './problem.ts'
import type { World } from './world.ts'

/** Sends money of a charge back: all that is left of it, or part. */
export function createRefund(world: World, params: Params): Refund {
  allow(params, ['charge', 'payment_intent', 'amount', 'reason', 'metadata', 'expand'])
  const charge = chargeOf(world, params)
  const left = charge.amount - charge.amount_refunded
  if (!charge.paid) throw new StripeProblem(400, `Charge ${charge.id} was not paid and cannot be refunded.`)
  if (charge.refunded || left <= 0) throw new StripeProblem(400, `Charge ${charge.id} has already been refunded.`, { code: 'charge_already_refunded' })
  if (charge.disputed) throw new StripeProblem(400, `Charge ${charge.id} has been charged back; cannot issue a refund.`, { code: 'charge_disputed' })
  const amount = integerOf(params, 'amount') ?? left
  if (amount < 1) throw wrong('amount', 'Invalid positive integer')
  if (amount > left) throw new StripeProblem(400, `Refund amount (${amount}) is greater than unrefunded amount on charge (${left}).`, { param: 'amount' })
  const reason = textOf(params, 'reason') ?? null
  if (reason !== null && !['duplicate', 'fraudulent', 'requested_by_customer'].includes(reason)) throw wrong('reason', 'Invalid reason: must be one of duplicate, fraudulent, or requested_by_customer')
  const refund: Refund = { ...refundOf(world.ids, charge, amount, world.now(), reason), metadata: hashOf(params, 'metadata') }
  const refunded: Charge = { ...charge, amount_refunded: charge.amount_refunded + amount, refunded: amount === left }
  world.change([refund, refunded], [
    { type: 'refund.created', object: refund },
    { type: 'charge.refunded', object: refunded },
  ])
  return refund
}

function chargeOf(world: World, params: Params): Charge {
  const id = textOf(params, 'charge')
  const intentId = textOf(params, 'payment_intent')
  if (id !== undefined) {
    const charge = world.get('charge', id)
    if (!charge) throw missing('charge', id, 'charge')
    return charge
  }
  if (intentId === undefined) throw new StripeProblem(400, 'One of the following params should be provided for this request: payment_intent or charge.', { code: 'parameter_missing' })
  const intent = world.get('payment_intent', intentId)
  const charge = intent?.latest_charge ? world.get('charge', intent.latest_charge) : undefined
  if (!charge) throw missing('payment_intent', intentId, 'payment_intent')
  return charge
}
