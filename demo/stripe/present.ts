import { withoutTiers } from '../company/account.ts'
import { cutLines } from '../company/recorder.ts'
import { page, type ApiObject, type Invoice, type Price, type Subscription } from '../company/wire.ts'
import { StripeProblem } from './problem.ts'
import type { World } from './world.ts'

type Json = Record<string, unknown>

/** An object as the API answers it: links as ids, cut lists, and nothing that must be asked for, unless `expand` names it. */
export function present(world: World, object: ApiObject, expand: readonly string[]): unknown {
  return expand.reduce((answer, path) => expanded(world, answer, path.split('.')), bare(object) as Json)
}

function bare(object: ApiObject): unknown {
  if (object.object === 'price') return withoutTiers(object)
  if (object.object === 'invoice') {
    const { payments: _, ...rest } = cutLines(object)
    return rest
  }
  if (object.object === 'subscription') return withPrices(object, withoutTiers)
  return object
}

function withPrices(subscription: Subscription, change: (price: Price) => Price): Subscription {
  return { ...subscription, items: { ...subscription.items, data: subscription.items.data.map((item) => ({ ...item, price: change(item.price) })) } }
}

/** What is kept out of an answer until it is asked for by name. */
function hidden(world: World, node: Json, key: string): unknown {
  if (node.object === 'price' && key === 'tiers') return (world.get('price', node.id as string) as Price | undefined)?.tiers
  if (node.object === 'invoice' && key === 'payments') return (world.get('invoice', node.id as string) as Invoice | undefined)?.payments
  if (node.object === 'charge' && key === 'refunds') {
    return page(`/v1/charges/${String(node.id)}/refunds`, world.all('refund').filter(({ charge }) => charge === node.id))
  }
  return undefined
}

function expanded(world: World, node: Json, keys: readonly string[]): Json {
  const [key, ...rest] = keys
  const there = node[key]
  let value = there === undefined ? hidden(world, node, key) : resolved(world, there)
  if (value === undefined) {
    // A flat price has no tiers to show; every other unknown name is an error of the caller.
    if (key === 'tiers' && node.object === 'price') return node
    throw new StripeProblem(400, `This property cannot be expanded (${key}).`, { param: 'expand' })
  }
  if (rest.length > 0 && value !== null) {
    const inside = (child: unknown) => (typeof child === 'object' && child !== null ? expanded(world, child as Json, rest) : child)
    value = Array.isArray(value) ? value.map(inside) : inside(value)
  }
  return { ...node, [key]: value }
}

/** The objects behind ids; everything else as it is. */
function resolved(world: World, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => resolved(world, entry))
  if (typeof value !== 'string') return value
  const object = world.any(value)
  return object ? bare(object) : value
}
