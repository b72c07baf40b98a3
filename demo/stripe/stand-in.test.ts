import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Stripe from 'stripe'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { DAY, secondsOf } from '../company/calendar.ts'
import { company } from '../company/company.ts'
import { startStandIn, type StandIn } from './stand-in.ts'

const FIRST_DAY = '2026-03-17'
const SECRET = 'whsec_quarterdeckdemo'
const today = secondsOf(FIRST_DAY)
const at = (seconds: number) => () => new Date(seconds * 1000)

function clientOf(standIn: StandIn, key = 'sk_test_demo'): Stripe {
  return new Stripe(key, { host: '127.0.0.1', port: standIn.port, protocol: 'http', maxNetworkRetries: 0, telemetry: false })
}

async function everyOne<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const entry of pages) all.push(entry)
  return all
}

describe('the API of the stand-in, through the real SDK', () => {
  let standIn: StandIn
  let stripe: Stripe
  const northwind = company(1, FIRST_DAY, { until: today })
  const state = northwind.stateAt(today)

  beforeAll(async () => {
    standIn = await startStandIn({ seed: 1, firstDay: FIRST_DAY, now: at(today) })
    stripe = clientOf(standIn)
  })
  afterAll(() => standIn.stop())

  it.each([
    ['customer', () => stripe.customers.list({ limit: 100 })],
    ['subscription', () => stripe.subscriptions.list({ limit: 100, status: 'all' })],
    ['product', () => stripe.products.list({ limit: 3 })],
    ['price', () => stripe.prices.list({ limit: 7 })],
    ['coupon', () => stripe.coupons.list({ limit: 100 })],
    ['promotion_code', () => stripe.promotionCodes.list()],
    ['invoice', () => stripe.invoices.list({ limit: 100 })],
    ['invoice_payment', () => stripe.invoicePayments.list({ limit: 100 })],
    ['payment_intent', () => stripe.paymentIntents.list({ limit: 100 })],
    ['charge', () => stripe.charges.list({ limit: 100 })],
    ['refund', () => stripe.refunds.list({ limit: 100 })],
    ['dispute', () => stripe.disputes.list({ limit: 5 })],
    ['credit_note', () => stripe.creditNotes.list({ limit: 100 })],
    ['subscription_schedule', () => stripe.subscriptionSchedules.list({ limit: 100 })],
  ])('pages every %s, newest first, none twice', async (word, pages) => {
    const all = (await everyOne(pages() as AsyncIterable<{ id: string; created: number }>)).map(({ id, created }) => ({ id, created }))
    const expected = [...state.values()].filter((object) => object.object === word)
    expect(new Set(all.map(({ id }) => id))).toEqual(new Set(expected.map(({ id }) => id)))
    expect(all.length).toBe(expected.length)
    expect(all.every(({ created }, place) => place === 0 || created <= all[place - 1].created)).toBe(true)
  })

  it('retrieves one of each by id and says which is not there', async () => {
    const [invoice] = (await stripe.invoices.list({ limit: 1, status: 'paid' })).data
    expect((await stripe.invoices.retrieve(invoice.id!)).id).toBe(invoice.id)
    expect((await stripe.invoices.retrieve(invoice.id!)).payments).toBeUndefined()
    await expect(stripe.customers.retrieve('cus_nobody')).rejects.toMatchObject({ statusCode: 404, code: 'resource_missing', type: 'StripeInvalidRequestError' })
  })

  it('leaves cancelled subscriptions out unless all or just those are asked for', async () => {
    const count = async (status?: 'all' | 'canceled' | 'past_due') => (await everyOne(stripe.subscriptions.list({ limit: 100, status }))).length
    const [open, all, cancelled, late] = [await count(), await count('all'), await count('canceled'), await count('past_due')]
    expect(cancelled).toBeGreaterThan(50)
    expect(late).toBeGreaterThan(0)
    expect(open + cancelled).toBe(all)
  })

  it('narrows by created, customer, subscription and payment', async () => {
    const week = { gte: today - 7 * DAY, lt: today }
    const recent = await everyOne(stripe.invoices.list({ limit: 100, created: week }))
    expect(recent.length).toBeGreaterThan(5)
    expect(recent.every(({ created }) => created >= week.gte && created < week.lt)).toBe(true)
    const paid = recent.find(({ status, amount_paid }) => status === 'paid' && amount_paid > 0)!
    const subscription = paid.parent!.subscription_details!.subscription as string
    const siblings = await everyOne(stripe.invoices.list({ subscription }))
    expect(siblings.map(({ id }) => id)).toContain(paid.id)
    const [payment] = (await stripe.invoicePayments.list({ invoice: paid.id })).data
    const found = await stripe.invoicePayments.list({ payment: { type: 'payment_intent', payment_intent: payment.payment.payment_intent as string } })
    expect(found.data.map(({ invoice }) => invoice)).toEqual([paid.id])
  })

  it('expands what is asked for, to the depth it is asked for', async () => {
    const bare = await everyOne(stripe.subscriptions.list({ limit: 100 }))
    const discounted = bare.find(({ discounts }) => discounts.length > 0)!
    expect(typeof discounted.discounts[0]).toBe('string')
    const whole = await stripe.subscriptions.retrieve(discounted.id, { expand: ['discounts.source.coupon', 'customer', 'latest_invoice.payments'] })
    expect(((whole.discounts[0] as Stripe.Discount).source.coupon as Stripe.Coupon).duration).toMatch(/forever|repeating|once/)
    expect((whole.customer as Stripe.Customer).email).toContain('@')
    expect((whole.latest_invoice as Stripe.Invoice).payments!.object).toBe('list')
    const tiered = await everyOne(stripe.subscriptions.list({ limit: 100, expand: ['data.items.data.price.tiers'] }))
    expect(tiered.some(({ items }) => items.data.some(({ price }) => price.tiers?.length === 3))).toBe(true)
    const plain = bare.flatMap(({ items }) => items.data.map(({ price }) => price)).find(({ billing_scheme }) => billing_scheme === 'tiered')!
    expect(plain.tiers).toBeUndefined()
    expect((await stripe.prices.retrieve(plain.id, { expand: ['tiers'] })).tiers).toHaveLength(3)
    await expect(stripe.prices.list({ expand: ['data.colour'] })).rejects.toMatchObject({ statusCode: 400 })
  })

  it('cuts the lines of an invoice at ten and pages the others', async () => {
    const cut = (await everyOne(stripe.invoices.list({ limit: 100 }))).find(({ lines }) => lines.has_more)!
    expect(cut.lines.data).toHaveLength(10)
    const lines = await everyOne(stripe.invoices.listLineItems(cut.id!, { limit: 5 }))
    expect(lines.length).toBeGreaterThan(10)
    expect(lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(cut.subtotal)
  })

  it('gives the events of the last 30 days and no older ones', async () => {
    const events = await everyOne(stripe.events.list({ limit: 100 }))
    expect(events.length).toBe(northwind.events.filter(({ due }) => due >= today - 30 * DAY).length)
    const paid = await everyOne(stripe.events.list({ limit: 100, type: 'invoice.paid' }))
    expect(paid.every(({ type }) => type === 'invoice.paid')).toBe(true)
    expect(paid.length).toBeGreaterThan(10)
    await expect(stripe.events.retrieve(northwind.events[0].event.id)).rejects.toMatchObject({ statusCode: 404 })
  })

  it('refuses a live or missing key, unknown parameters, bad pages and unknown places', async () => {
    const live = ['sk', 'live', 'x'].join('_')
    await expect(clientOf(standIn, live).customers.list()).rejects.toMatchObject({ statusCode: 401, type: 'StripeAuthenticationError' })
    await expect(stripe.customers.list({ colour: 'red' } as Stripe.CustomerListParams)).rejects.toMatchObject({ statusCode: 400, code: 'parameter_unknown' })
    await expect(stripe.customers.list({ limit: 101 })).rejects.toMatchObject({ statusCode: 400 })
    await expect(stripe.customers.list({ starting_after: 'cus_nobody' })).rejects.toMatchObject({ statusCode: 400, code: 'resource_missing' })
    await expect(stripe.payouts.list()).rejects.toMatchObject({ statusCode: 404 })
  })

  it('fails the next calls on request, then works again', async () => {
    standIn.failNext(1, 429)
    await expect(stripe.customers.list()).rejects.toMatchObject({ statusCode: 429, type: 'StripeRateLimitError' })
    standIn.failNext(1, 500)
    await expect(stripe.customers.list()).rejects.toMatchObject({ statusCode: 500, type: 'StripeAPIError' })
    expect((await stripe.customers.list()).data).toHaveLength(10)
  })
})

/** A receiver that checks each signature as the product does, and can be told to refuse. */
class Receiver {
  readonly stripe = new Stripe('sk_test_receiver', { telemetry: false })
  readonly got: { id: string; type: string; body: Stripe.Event }[] = []
  refuse: (id: string, times: number) => number = () => 200
  #times = new Map<string, number>()
  #server: Server
  secret: string
  atOnce = 0
  most = 0

  constructor(secret: string, slow = 0) {
    this.secret = secret
    this.#server = createServer((request, response) => {
      let text = ''
      this.most = Math.max(this.most, ++this.atOnce)
      request.on('data', (part) => (text += part))
      request.on('end', () => {
        const event = this.stripe.webhooks.constructEvent(text, request.headers['stripe-signature']!, this.secret, 1e9)
        const times = (this.#times.get(event.id) ?? 0) + 1
        this.#times.set(event.id, times)
        const status = this.refuse(event.id, times)
        if (status < 300) this.got.push({ id: event.id, type: event.type, body: event })
        const answer = () => {
          this.atOnce--
          response.writeHead(status).end()
        }
        if (slow > 0) setTimeout(answer, slow)
        else answer()
      })
    })
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/webhooks/stripe`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  ids(): string[] {
    return this.got.map(({ id }) => id)
  }
}

describe('the deliveries of the stand-in', () => {
  const open: (() => Promise<unknown>)[] = []
  const folder = mkdtempSync(join(tmpdir(), 'stand-in-'))
  afterEach(async () => {
    for (const close of open.splice(0).reverse()) await close()
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  async function receiverOf(secret = SECRET, slow = 0): Promise<{ receiver: Receiver; url: string }> {
    const receiver = new Receiver(secret, slow)
    const url = await receiver.listen()
    open.push(() => receiver.close())
    return { receiver, url }
  }

  async function standInAt(now: () => Date, dataDir?: string): Promise<StandIn> {
    const standIn = await startStandIn({ seed: 1, firstDay: FIRST_DAY, now, dataDir })
    open.push(() => standIn.stop())
    return standIn
  }

  it('bring every due event once, signed, a few at a time', async () => {
    const { receiver, url } = await receiverOf()
    const standIn = await standInAt(at(today))
    const { delivered } = await standIn.deliverDue(url, SECRET)
    const due = company(1, FIRST_DAY, { until: today }).events
    expect(delivered).toBe(due.length)
    expect(new Set(receiver.ids())).toEqual(new Set(due.map(({ event }) => event.id)))
    expect(receiver.ids()).toHaveLength(due.length)
    expect(receiver.most).toBeLessThanOrEqual(8)
  })

  it('come again after a refusal until they are taken', async () => {
    const { receiver, url } = await receiverOf()
    receiver.refuse = (_, times) => (receiver.got.length < 40 && times === 1 ? 503 : 200)
    const standIn = await standInAt(at(secondsOf('2024-04-20')))
    const { delivered } = await standIn.deliverDue(url, SECRET, { retryFrom: 1 })
    expect(delivered).toBeGreaterThan(100)
    expect(new Set(receiver.ids()).size).toBe(delivered)
  })

  it('go on after a restart with what became due since', async () => {
    const { receiver, url } = await receiverOf()
    const dataDir = join(folder, 'restart')
    const first = await standInAt(at(secondsOf('2024-04-20')), dataDir)
    await first.deliverDue(url, SECRET)
    await first.stop()
    const before = receiver.ids().length
    const second = await standInAt(at(secondsOf('2024-05-20')), dataDir)
    await second.deliverDue(url, SECRET)
    const due = company(1, FIRST_DAY, { until: secondsOf('2024-05-20') }).events
    expect(before).toBeGreaterThan(50)
    expect(receiver.ids()).toHaveLength(due.length)
    expect(new Set(receiver.ids()).size).toBe(due.length)
  })

  it('follow the clock while it runs', async () => {
    const { receiver, url } = await receiverOf()
    let now = secondsOf('2024-04-20')
    const standIn = await standInAt(() => new Date(now * 1000))
    await standIn.deliverDue(url, SECRET)
    const before = receiver.ids().length
    now += 10 * DAY
    standIn.tick()
    await expect.poll(() => receiver.ids().length).toBeGreaterThan(before + 10)
  })

  it('tell of a refund made through the API, which stays after a restart', async () => {
    const { receiver, url } = await receiverOf()
    const dataDir = join(folder, 'refund')
    const now = at(secondsOf('2024-05-20'))
    const standIn = await standInAt(now, dataDir)
    await standIn.deliverDue(url, SECRET)
    const stripe = clientOf(standIn)
    const charge = (await everyOne(stripe.charges.list({ limit: 100 }))).find(({ paid, amount_refunded, disputed }) => paid && amount_refunded === 0 && !disputed)!
    const refund = await stripe.refunds.create({ charge: charge.id, amount: 500, reason: 'duplicate' }, { idempotencyKey: 'one' })
    expect(await stripe.refunds.create({ charge: charge.id, amount: 500, reason: 'duplicate' }, { idempotencyKey: 'one' })).toMatchObject({ id: refund.id })
    await expect(stripe.refunds.create({ charge: charge.id, amount: 600, reason: 'duplicate' }, { idempotencyKey: 'one' })).rejects.toMatchObject({ type: 'StripeIdempotencyError' })
    await expect(stripe.refunds.create({ charge: charge.id, amount: charge.amount })).rejects.toMatchObject({ statusCode: 400 })
    await expect.poll(() => receiver.got.filter(({ type }) => type === 'charge.refunded').map(({ body }) => (body.data.object as Stripe.Charge).id)).toContain(charge.id)
    await standIn.stop()
    const again = clientOf(await standInAt(now, dataDir))
    expect((await again.charges.retrieve(charge.id)).amount_refunded).toBe(500)
    expect((await again.refunds.list({ charge: charge.id })).data).toHaveLength(1)
  })

  it('let a subscription that is changed through the API leave its story', async () => {
    const { receiver, url } = await receiverOf()
    let now = today
    const standIn = await standInAt(() => new Date(now * 1000))
    await standIn.deliverDue(url, SECRET)
    const stripe = clientOf(standIn)
    const monthly = (await everyOne(stripe.subscriptions.list({ limit: 100, status: 'active' }))).find(({ items, cancel_at_period_end }) => items.data[0].price.recurring!.interval === 'month' && !cancel_at_period_end)!
    const [item] = monthly.items.data
    const changed = await stripe.subscriptions.update(monthly.id, { cancel_at_period_end: true, items: [{ id: item.id, quantity: item.quantity! + 3 }], discounts: [{ coupon: 'stay25' }] })
    expect(changed.items.data[0].quantity).toBe(item.quantity! + 3)
    now += 40 * DAY
    standIn.tick()
    await expect.poll(() => receiver.got.filter(({ body }) => (body.data.object as { id?: string }).id === monthly.id).map(({ type }) => type).slice(-2)).toEqual(['customer.subscription.updated', 'customer.subscription.deleted'])
    expect((await stripe.subscriptions.retrieve(monthly.id)).ended_at).toBe(item.current_period_end)
    const later = await everyOne(stripe.invoices.list({ subscription: monthly.id, created: { gt: today } }))
    expect(later).toEqual([])
  })

  it('reach an endpoint made through the API from then on, of the types it asks for, with the secret told once', async () => {
    const { receiver, url } = await receiverOf()
    let now = secondsOf('2024-05-20')
    const standIn = await standInAt(() => new Date(now * 1000))
    const stripe = clientOf(standIn)
    const endpoint = await stripe.webhookEndpoints.create({ url, enabled_events: ['invoice.paid', 'invoice.finalized', 'customer.created'], api_version: '2026-10-28.endive' })
    receiver.secret = endpoint.secret!
    expect((await stripe.webhookEndpoints.retrieve(endpoint.id)).secret).toBeUndefined()
    expect((await stripe.webhookEndpoints.list()).data[0].secret).toBeUndefined()
    standIn.tick()
    now += 30 * DAY
    standIn.tick()
    await expect.poll(() => receiver.got.length).toBeGreaterThan(20)
    expect(receiver.got.every(({ type, body }) => ['invoice.paid', 'invoice.finalized', 'customer.created'].includes(type) && body.created > now - 30 * DAY)).toBe(true)
    expect((await stripe.webhookEndpoints.del(endpoint.id)).deleted).toBe(true)
  })
})
