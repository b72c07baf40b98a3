import type { Catalog } from './catalog.ts'
import { isService } from './paid-service.ts'
import type { InvoiceLineShape, InvoiceShape } from './stripe-shape.ts'
import type { DiscountTerms, ItemState, SubscriptionState } from './subscription-state.ts'

const day = 86_400

/** Length of a billing period as an interval, where the price itself is not known. */
function intervalOf({ start, end }: InvoiceLineShape['period']): { interval: string; intervalCount: number } {
  const days = Math.round((end - start) / day)
  if (days >= 360) return { interval: 'year', intervalCount: Math.max(1, Math.round(days / 365.25)) }
  if (days >= 27) return { interval: 'month', intervalCount: Math.max(1, Math.round(days / 30.44)) }
  return days % 7 === 0 && days > 0 ? { interval: 'week', intervalCount: days / 7 } : { interval: 'day', intervalCount: Math.max(1, days) }
}

const isProration = (l: InvoiceLineShape) => l.parent?.subscription_item_details?.proration === true || l.parent?.invoice_item_details?.proration === true

/**
 * What a subscription was before its first known version, told by its invoices: whole lines give price, quantity and discounts of a period,
 * pairs of proration lines give the instant of a change. Only instants before `until` (Unix seconds). Nothing is projected from today's price.
 */
export function reconstruct(subscription: string, currency: string, invoices: readonly InvoiceShape[], catalog: Catalog, until: number): SubscriptionState[] {
  const lines = invoices.filter(i => i.status !== 'draft' && i.status !== 'void').flatMap(i => i.lines.data).filter(l => isService(l) && l.period.start < until && l.pricing?.price_details)
  const held = new Map<string, { item: ItemState; end: number }>()
  const states: SubscriptionState[] = []
  for (const [start, group] of [...Map.groupBy(lines, l => l.period.start)].sort(([a], [b]) => a - b)) {
    const whole = group.filter(l => !isProration(l)), prorated = group.filter(isProration)
    if (whole.length) for (const [key, h] of held) if (h.end <= start + day) held.delete(key)
    for (const l of prorated.filter(l => l.amount < 0)) held.delete(keyOf(l, held))
    for (const l of [...prorated.filter(l => l.amount >= 0), ...whole]) held.set(keyOf(l, held), { item: itemOf(l, catalog), end: l.period.end })
    // what was prorated has no discount lines of its own: it keeps those of the period
    const discounts = whole.length ? discountsOf(whole, catalog) : states.at(-1)?.discounts ?? []
    states.push({ at: start * 1000, subscription, status: 'active', currency, items: [...held.values()].map(h => h.item), discounts, quality: 'reconstructed' })
  }
  return states
}

/** Items are told apart by id; a pending proration names only its price. */
function keyOf(l: InvoiceLineShape, held: ReadonlyMap<string, { item: ItemState }>): string {
  const id = l.parent?.subscription_item_details?.subscription_item
  if (id) return id
  const price = l.pricing!.price_details!.price
  return [...held].find(([, h]) => h.item.price === price)?.[0] ?? (held.size === 1 && l.amount >= 0 ? [...held.keys()][0]! : price)
}

function itemOf(l: InvoiceLineShape, catalog: Catalog): ItemState {
  const { price, product } = l.pricing!.price_details!
  const known = catalog.prices.get(price)
  const base = catalog.item(known ? { ...known, product } : { id: price, product, unit_amount_decimal: l.pricing!.unit_amount_decimal })
  return {
    ...base, id: l.parent?.subscription_item_details?.subscription_item, quantity: l.quantity ?? 1, discounts: [],
    ...(known?.recurring ? {} : intervalOf(l.period)),
  }
}

function discountsOf(lines: readonly InvoiceLineShape[], catalog: Catalog): DiscountTerms[] {
  const found = new Map(lines.flatMap(l => l.discounts ?? []).map(d => [typeof d === 'string' ? d : d.id, d]))
  return [...found.values()].flatMap(d => catalog.terms(d) ?? [])
}
