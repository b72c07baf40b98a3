import { Catalog, type Need } from './catalog.ts'
import type { ObjectVersion } from './object-version.ts'
import { canonical, orderVersions } from './order-versions.ts'
import { paidFrom, subscriptionOf } from './paid-service.ts'
import { reconstruct } from './reconstruct.ts'
import type { CouponShape, CustomerShape, DiscountShape, InvoiceShape, ItemShape, PriceShape, SubscriptionShape } from './stripe-shape.ts'
import type { DiscountTerms, ItemState, SubscriptionState } from './subscription-state.ts'

/** Every version known of one customer's objects, and of the prices and coupons they may name. In any order. */
export interface KnownVersions { versions: readonly ObjectVersion[] }

export interface SubscriptionHistory {
  states: SubscriptionState[]
  /** What should be fetched before this is trusted. */
  needs: Need[]
  /** The version that each subscription's last state is known from, with its second. */
  latest: { subscription: string; versionId: string; effectiveAt: number }[]
  /** Ids of prices, discounts and coupons that were asked for and not known: their arrival changes the answer. */
  missing: string[]
}

const shape = <T>(v: ObjectVersion) => v.facts as unknown as T
const ms = (s: number) => s * 1000

/**
 * The states of all subscriptions of one customer, from the set of known versions: same set, same answer, whatever the order.
 * Instants: a creation holds from start_date, the end of a trial from trial_end, an end from ended_at, everything else from its event. A
 * subscription counts from the start of the service first paid for. What lies before the first version is told by invoices or not at all.
 */
export function subscriptionHistory({ versions }: KnownVersions): SubscriptionHistory {
  const byType = Map.groupBy(versions, v => v.objectType)
  const catalog = learn(byType)
  const needs: Need[] = []
  const invoices = latestInvoices(byType.get('invoice') ?? [], needs)
  const customerDiscounts = discountsOfCustomer(byType.get('customer') ?? [], catalog)
  const latest: SubscriptionHistory['latest'] = []
  const states = [...Map.groupBy(byType.get('subscription') ?? [], v => v.objectId)].sort(([a], [b]) => a < b ? -1 : 1)
    .flatMap(([id, own]) => statesOf(id, own, invoices.get(id) ?? [], catalog, customerDiscounts, needs, latest))
  for (const id of catalog.missingCoupons) needs.push({ objectType: 'coupon', objectId: id, because: 'discount' })
  for (const v of byType.get('subscription') ?? []) {
    const s = shape<SubscriptionShape>(v)
    if (discountsIn(s).some(d => catalog.missing.has(typeof d === 'string' ? d : d.id))) needs.push({ objectType: 'subscription', objectId: v.objectId, because: 'discount' })
    for (const i of s.items.data) if (catalog.missing.has(i.price.id)) needs.push({ objectType: 'price', objectId: i.price.id, because: 'tiers' })
  }
  return { states, latest, needs: [...new Map(needs.map(n => [`${n.objectType} ${n.objectId}`, n])).values()], missing: [...catalog.missing].sort() }
}

const discountsIn = (s: SubscriptionShape) => [...s.discounts ?? [], ...s.items.data.flatMap(i => i.discounts ?? [])]

function learn(byType: ReadonlyMap<string, readonly ObjectVersion[]>): Catalog {
  const catalog = new Catalog()
  const sorted = (type: string) => (byType.get(type) ?? []).toSorted((a, b) => a.effectiveAt - b.effectiveAt)
  for (const v of sorted('coupon')) catalog.coupons.set(v.objectId, shape<CouponShape>(v))
  for (const v of sorted('price')) catalog.learnPrice(shape<PriceShape>(v))
  for (const v of sorted('customer')) catalog.learnDiscount(shape<CustomerShape>(v).discount)
  for (const v of sorted('invoice')) for (const l of shape<InvoiceShape>(v).lines.data) for (const d of l.discounts ?? []) catalog.learnDiscount(d)
  for (const v of sorted('discount')) catalog.learnDiscount(shape<DiscountShape>(v))
  for (const v of sorted('subscription')) {
    const s = shape<SubscriptionShape>(v)
    for (const d of discountsIn(s)) catalog.learnDiscount(d)
    for (const i of s.items.data) catalog.learnPrice(i.price)
  }
  return catalog
}

const invoiceRank: Record<string, number> = { draft: 0, open: 1, uncollectible: 2, void: 3, paid: 4 }

/** The furthest known version of each invoice, by subscription: its status only ever moves forward. */
function latestInvoices(versions: readonly ObjectVersion[], needs: Need[]): Map<string, InvoiceShape[]> {
  const found = new Map<string, InvoiceShape[]>()
  for (const own of Map.groupBy(versions, v => v.objectId).values()) {
    const ordered = own.toSorted((a, b) => step(a) - step(b) || a.effectiveAt - b.effectiveAt || (String(a.stripeEventId) < String(b.stripeEventId) ? -1 : 1))
    const invoice = shape<InvoiceShape>(ordered.at(-1)!)
    const full = own.map(v => shape<InvoiceShape>(v)).find(i => !i.lines.has_more)
    if (!full) needs.push({ objectType: 'invoice', objectId: invoice.id, because: 'cut list' })
    const subscription = subscriptionOf(invoice)
    if (subscription) found.set(subscription, [...found.get(subscription) ?? [], full && invoice.lines.has_more ? { ...invoice, lines: full.lines } : invoice])
  }
  for (const list of found.values()) list.sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1))
  return found
}
const step = (v: ObjectVersion) => invoiceRank[shape<InvoiceShape>(v).status ?? 'draft'] ?? 0

/** Discounts of the customer himself, which hold for subscriptions without one of their own. */
function discountsOfCustomer(versions: readonly ObjectVersion[], catalog: Catalog): DiscountTerms[] {
  const { versions: ordered } = orderVersions(versions)
  const found = new Map<string, DiscountTerms>()
  for (const v of ordered) {
    const discount = shape<CustomerShape>(v).discount
    for (const [id, terms] of found) if (id !== discount?.id && (terms.end === undefined || terms.end > ms(v.effectiveAt))) found.set(id, { ...terms, end: ms(v.effectiveAt) })
    const terms = discount && !discount.subscription ? catalog.terms(discount) : null
    if (terms && !found.has(discount!.id)) found.set(discount!.id, terms)
  }
  return [...found.values()]
}

const silent = new Set(['incomplete', 'incomplete_expired'])

function statesOf(id: string, all: readonly ObjectVersion[], invoices: readonly InvoiceShape[], catalog: Catalog, ofCustomer: readonly DiscountTerms[], needs: Need[], latest: SubscriptionHistory['latest']): SubscriptionState[] {
  const { versions, ties } = orderVersions(all)
  latest.push({ subscription: id, versionId: versions.at(-1)!.id, effectiveAt: versions.at(-1)!.effectiveAt })
  if (ties.length) needs.push({ objectType: 'subscription', objectId: id, because: 'tie' })
  const first = shape<SubscriptionShape>(versions[0]!), last = shape<SubscriptionShape>(versions.at(-1)!)
  if (last.test_clock) return []
  if (last.items.has_more) needs.push({ objectType: 'subscription', objectId: id, because: 'cut list' })
  const born = all.some(v => v.eventType === 'customer.subscription.created')
  const paid = paidFrom(invoices)
  const states: SubscriptionState[] = []
  let previous: SubscriptionShape | null = null, told = ''
  for (const [i, version] of versions.entries()) {
    const now = shape<SubscriptionShape>(version)
    // what is only said again keeps the instant and the event that said it first
    const said = canonical(version.facts)
    if (said === told) continue
    told = said
    let at = instantOf(now, previous, version, i === 0 && born)
    if (now.status === 'canceled') while (states.length && states.at(-1)!.at >= ms(at)) states.pop()
    if (states.length) at = Math.max(at, states.at(-1)!.at / 1000)
    if (states.at(-1)?.at === ms(at)) states.pop()
    states.push(stateOf(id, ms(at), now, version, invoices, catalog, ofCustomer))
    previous = now
  }
  const whole = born ? states : withPast(id, states, first, versions[0]!, invoices, catalog)
  const countsFrom = paid === null ? null : ms(paid)
  return whole.map(s => ({ ...s, countsFrom }))
}

/** When a state began to hold, in Unix seconds. */
function instantOf(now: SubscriptionShape, previous: SubscriptionShape | null, version: ObjectVersion, creation: boolean): number {
  const told = version.effectiveAt
  if (now.status === 'canceled') return now.ended_at ?? now.canceled_at ?? told
  if (creation) return Math.min(now.start_date, told)
  // the first payment of an incomplete subscription only confirms what began with it
  if (previous && silent.has(previous.status) && !silent.has(now.status)) return Math.min(Math.max(now.start_date, previous.start_date), told)
  if (previous?.status === 'trialing' && now.status !== 'trialing') {
    const end = now.trial_end ?? previous.trial_end
    return end === null || end === undefined ? told : Math.min(told, end)
  }
  return told
}

function stateOf(id: string, at: number, now: SubscriptionShape, version: ObjectVersion, invoices: readonly InvoiceShape[], catalog: Catalog, ofCustomer: readonly DiscountTerms[]): SubscriptionState {
  const own = (now.discounts ?? []).flatMap(d => catalog.terms(d) ?? [])
  return {
    at, subscription: id, status: now.status, currency: now.currency,
    items: now.items.data.map(i => itemState(i, now, invoices, catalog)),
    discounts: now.discounts?.length ? own : [...ofCustomer],
    cancelAtPeriodEnd: now.cancel_at_period_end ?? false, cancelAt: now.cancel_at ? ms(now.cancel_at) : undefined,
    pauseCollection: now.pause_collection?.behavior, pausedReason: now.status_details?.paused?.subscription?.type,
    cancelReason: now.cancellation_details?.reason ?? undefined, trialEnd: now.trial_end ? ms(now.trial_end) : undefined,
    quality: 'observed',
    source: { objectVersionId: version.id, eventId: version.eventId ?? undefined, stripeEventId: version.stripeEventId ?? undefined },
  }
}

function itemState(i: ItemShape, s: SubscriptionShape, invoices: readonly InvoiceShape[], catalog: Catalog): ItemState {
  return {
    id: i.id, ...catalog.item(i.price), quantity: i.quantity ?? (i.price.recurring?.usage_type === 'metered' ? 0 : 1),
    discounts: (i.discounts ?? []).flatMap(d => catalog.terms(d) ?? []),
    taxInclusivePercent: includedTax(i, s, invoices), trialEnd: i.current_trial ? ms(i.current_trial.end_date) : undefined,
  }
}

/** Percent of tax that the item's price contains: from its tax rates, else from the latest invoice line that was charged for it. */
function includedTax(i: ItemShape, s: SubscriptionShape, invoices: readonly InvoiceShape[]): string | undefined {
  const rates = (i.tax_rates?.length ? i.tax_rates : s.default_tax_rates ?? []).filter(r => r.inclusive)
  if (rates.length) return sumDecimals(rates.map(r => r.effective_percentage ?? r.percentage))
  if (i.price.tax_behavior !== 'inclusive') return undefined
  for (const invoice of invoices.toReversed()) {
    const taxes = invoice.lines.data.find(l => l.parent?.subscription_item_details?.subscription_item === i.id && l.amount > 0)?.taxes?.filter(t => t.tax_behavior === 'inclusive')
    const base = taxes?.[0]?.taxable_amount
    if (taxes?.length && base) return ratioPercent(taxes.reduce((sum, t) => sum + t.amount, 0), base)
  }
  return undefined
}

const places = 10n ** 12n
const decimalText = (scaled: bigint) => `${scaled / places}.${(scaled % places).toString().padStart(12, '0')}`
const ratioPercent = (tax: number, base: number) => decimalText(BigInt(tax) * 100n * places / BigInt(base))
const sumDecimals = (list: readonly number[]) => decimalText(list.reduce((sum, n) => {
  const [whole, part = ''] = String(n).split('.')
  return sum + BigInt(whole!) * places + BigInt(part.padEnd(12, '0').slice(0, 12))
}, 0n))

/** History before the first known version. Where invoices do not reach the start, the first state that counts is an opening. */
function withPast(id: string, states: SubscriptionState[], first: SubscriptionShape, version: ObjectVersion, invoices: readonly InvoiceShape[], catalog: Catalog): SubscriptionState[] {
  const start = Math.max(first.start_date, first.trial_end ?? 0)
  const until = Math.min(version.effectiveAt, first.ended_at ?? Infinity)
  const past = reconstruct(id, first.currency, invoices, catalog, until)
    .map(s => ({ ...s, trialEnd: first.trial_end ? ms(first.trial_end) : undefined, source: { objectVersionId: version.id, eventId: version.eventId ?? undefined, stripeEventId: version.stripeEventId ?? undefined } }))
  const reaches = past.length > 0 && past[0]!.at <= ms(start + 86_400)
  const known = states.filter(s => !past.length || s.at > past.at(-1)!.at)
  const all: SubscriptionState[] = [...past, ...known.map(s => ({ ...s, quality: !past.length ? 'reconstructed' as const : s.quality }))]
  return reaches ? all : all.map((s, i) => i === 0 || !past.length ? { ...s, opening: true } : { ...s, opening: s.at === all[0]!.at })
}
