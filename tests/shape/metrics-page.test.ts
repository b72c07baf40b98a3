import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { storeEvent } from '../../api/billing/store-event.ts'
import { apiVersion, type StripeEvent } from '../../api/billing/stripe.ts'
import type { Ctx } from '../../api/engine/context.ts'
import { newId } from '../../api/engine/ids.ts'
import { add, divide, fraction, multiply, parseDecimal, roundHalfEven, roundHalfUp, subtract, toFixed, type Fraction } from '../../api/revenue/fraction.ts'
import { revenueByPlan } from '../../api/revenue/queries/by-plan.ts'
import { revenueMetrics } from '../../api/revenue/queries/metrics.ts'
import { paymentHealth } from '../../api/revenue/queries/payment-health.ts'
import { revenueTrends, type TrendsInput } from '../../api/revenue/queries/trends.ts'
import { replayCase } from '../../api/revenue/replay/replay-case.ts'
import { roundRow } from '../../api/revenue/rounding.ts'
import { drain } from '../../jobs/billing/drain-inbox.ts'
import { read } from '../support/sources.ts'
import { at, invoice, item, line, price, subscription } from '../support/stripe-factory.ts'
import { createWorld, type World } from '../support/world.ts'

interface State { customer: string; on: string; status: string; price: string; seats?: number; subscription?: number; trialEnd?: string; endsWithPeriod?: string }
interface Book {
  now: string
  prices: Record<string, { plan: string; amount: number; interval: string; currency: string }>
  rates: { date: string; from: string; rate: string }[]
  states: State[]
  invoices: { customer: string; amount: number; failed?: string; declineCode?: string; paid?: string }[]
  refunds: { customer: string; amount: number; on: string }[]
}
type Block = { book?: Book; case?: { id: string }; result?: unknown; halfEven?: Record<string, string>; halfUp?: Record<string, string>; row?: { opening: string; parts: Record<string, string>; closing: string }; printed?: Record<string, string> }

/** After the page's last day: Fathom leaves his plan in euro for one in dollars. */
const later: State[] = [{ customer: 'Fathom', on: '2025-07-10', status: 'canceled', price: 'pro-in-euro' }, { customer: 'Fathom', on: '2025-07-10', status: 'active', price: 'basic', subscription: 2 }]

const page = read('docs/metrics.md')
const blocks = [...page.matchAll(/^```json\n([\s\S]*?)^```/gm)].map(m => JSON.parse(m[1]!) as Block)
const book = blocks.find(b => b.book)!.book!
/** Lines such as "- `metrics arpa`: 69533.3333 / 8 = **8692**". */
const examples = [...page.matchAll(/^- `([\w-]+)(?:\?(\S+))? ([\w.]+)`: (?:(.+) = )?\*\*(.+)\*\*$/gm)].map(m => ({ door: m[1]!, query: m[2] ?? '', key: m[3]!, sum: m[4], answer: m[5]! }))
const ledgerTable = [...page.matchAll(/^\| (\d{4}-\d\d-\d\d) \| (.+) \|$/gm)].map(m => `${m[1]} | ${m[2]}`)

/** The exact value of an example's arithmetic: numbers, + - x /, brackets. */
function valueOf(text: string): Fraction {
  const tokens = text.match(/[\d.]+|[-+x/()]/g)!
  expect(tokens.join(''), text).toBe(text.replaceAll(' ', ''))
  const one = (): Fraction => {
    const token = tokens.shift()!
    if (token !== '(') return parseDecimal(token)!
    const inner = sum()
    expect(tokens.shift(), text).toBe(')')
    return inner
  }
  const product = (): Fraction => {
    let value = one()
    while (tokens[0] === 'x' || tokens[0] === '/') value = tokens.shift() === 'x' ? multiply(value, one()) : divide(value, one())
    return value
  }
  const sum = (): Fraction => {
    let value = product()
    while (tokens[0] === '+' || tokens[0] === '-') value = tokens.shift() === '+' ? add(value, product()) : subtract(value, product())
    return value
  }
  const value = sum()
  expect(tokens, text).toEqual([])
  return value
}

/** What Stripe would have told of the page's book, oldest first. */
function eventsOf({ prices, states, invoices, refunds }: Book): StripeEvent[] {
  const events: StripeEvent[] = []
  const tell = (created: number, type: string, object: Record<string, any>) => { events.push({ id: `evt_page_${events.length}`, type, created, livemode: false, api_version: apiVersion, data: { object } }) }
  const priceOf = (name: string) => { const p = prices[name]!; return price(name, p.amount, { product: `prod_${p.plan}`, currency: p.currency, recurring: { interval: p.interval, interval_count: 1, usage_type: 'licensed' } }) }
  for (const plan of new Set(Object.values(prices).map(p => p.plan))) tell(at('2024-01-01'), 'product.created', { id: `prod_${plan}`, object: 'product', name: plan, active: true, created: at('2024-01-01'), livemode: false })
  for (const name of new Set(states.map(s => s.customer))) tell(at('2024-01-01'), 'customer.created', { id: `cus_${name}`, object: 'customer', name, email: null, metadata: {}, created: at('2024-01-01'), discount: null, livemode: false })
  const bill = (id: string, customer: string, status: string, amount: number, more: Record<string, unknown>) => ({ ...invoice(id, status, [], { customer: `cus_${customer}`, total: amount, amount_due: amount, amount_paid: status === 'paid' ? amount : 0, payments: { data: [{ payment: { payment_intent: `pi_${id}` } }] }, livemode: false, ...more }) })

  for (const [key, own] of Map.groupBy(states, s => `${s.customer}_${s.subscription ?? 1}`)) {
    let paid = false
    own.forEach((s, i) => {
      const p = priceOf(s.price), first = own[0]!, id = `sub_${key}`
      tell(at(s.on), i === 0 ? 'customer.subscription.created' : s.status === 'canceled' ? 'customer.subscription.deleted' : 'customer.subscription.updated', subscription([item(p, s.seats ?? 1, { current_period_end: s.endsWithPeriod ? at(s.endsWithPeriod) : at('2025-12-31') })], {
        id, customer: `cus_${s.customer}`, status: s.status, currency: p.currency, start_date: at(first.on), created: at(first.on), trial_end: s.trialEnd ? at(s.trialEnd) : null, livemode: false,
        ended_at: s.status === 'canceled' ? at(s.on) : null, cancel_at_period_end: Boolean(s.endsWithPeriod), cancellation_details: { reason: s.status === 'canceled' ? 'cancellation_requested' : null, feedback: null },
      }))
      if (paid || s.status !== 'active') return
      paid = true
      const amount = prices[s.price]!.amount * (s.seats ?? 1)
      tell(at(s.on) + 60, 'invoice.paid', bill(`in_first_${key}`, s.customer, 'paid', amount, {
        currency: p.currency, created: at(s.on), attempt_count: 1, status_transitions: { paid_at: at(s.on) + 60 }, parent: { type: 'subscription_details', subscription_details: { subscription: id } }, lines: { object: 'list', has_more: false, data: [line(p, s.on, s.on, amount)] },
      }))
    })
  }
  for (const [i, v] of invoices.entries()) {
    const id = `in_page_${i}`, parts = { created: at('2025-06-01'), attempt_count: v.failed && v.paid ? 2 : 1 }
    if (v.failed) {
      tell(at(v.failed) + 60, 'invoice.payment_failed', bill(id, v.customer, 'open', v.amount, { ...parts, attempt_count: 1 }))
      tell(at(v.failed) + 60, 'payment_intent.payment_failed', { id: `pi_${id}`, object: 'payment_intent', customer: `cus_${v.customer}`, amount: v.amount, currency: 'usd', status: 'requires_payment_method', created: at(v.failed), last_payment_error: { code: 'card_declined', decline_code: v.declineCode, message: 'Declined.' }, livemode: false })
    }
    if (v.paid) tell(at(v.paid) + 60, 'invoice.paid', bill(id, v.customer, 'paid', v.amount, { ...parts, status_transitions: { paid_at: at(v.paid) + 60 } }))
  }
  for (const [i, r] of refunds.entries()) tell(at(r.on), 'refund.created', { id: `re_page_${i}`, object: 'refund', customer: `cus_${r.customer}`, amount: r.amount, currency: 'usd', status: 'succeeded', created: at(r.on), payment_intent: null, charge: null, livemode: false })
  return events.toSorted((a, b) => a.created - b.created)
}

let world: World, ctx: Ctx
const doors: Record<string, (input: any) => Promise<unknown>> = {
  metrics: input => revenueMetrics(ctx, input), 'by-plan': input => revenueByPlan(ctx, input), 'payment-health': input => paymentHealth(ctx, input),
  trends: input => revenueTrends(ctx, { by: 'month', view: 'event', basis: 'restated', ...input } as TrendsInput),
}
const answers = new Map<string, Promise<unknown>>()
const ask = (door: string, query: string) => {
  const url = `${door}?${query}`
  if (!answers.has(url)) answers.set(url, doors[door]!(Object.fromEntries(new URLSearchParams(query))))
  return answers.get(url)!
}
const keyOf = (value: unknown, path: string) => path.split('.').reduce<any>((v, k) => v[k], value)

beforeAll(async () => {
  world = await createWorld({ env: { BOOK_CURRENCY: 'usd', BOOK_TIME_ZONE: 'UTC' } })
  for (const r of book.rates) await sql`insert into fx_rates (id, date, from_currency, to_currency, rate, source) values (${newId()}, ${r.date}, ${r.from}, 'usd', ${r.rate}, 'page')`.execute(world.db)
  for (const e of eventsOf({ ...book, states: [...book.states, ...later] })) expect(await storeEvent({ db: world.db }, e, JSON.stringify(e), false)).toBe('accepted')
  await drain({ db: world.db, book: world.services.config.book, reader: null, unknown: new Map() }, undefined, error => { throw error })
  ctx = { ...world.services, actor: { kind: 'product', id: null, name: 'page' }, access: undefined as never, now: new Date(book.now), requestId: 'page', ip: null }
})
afterAll(() => world.close())

describe('docs/metrics.md', () => {
  it('holds examples of every door and every kind', () => {
    expect(new Set(examples.map(e => e.door))).toEqual(new Set(Object.keys(doors)))
    expect(examples.length).toBe(page.split('\n').filter(l => /^- `.*\*\*/.test(l)).length)
    expect(examples.length).toBeGreaterThan(50)
    expect(blocks.filter(b => b.case).length).toBeGreaterThanOrEqual(3)
    expect(blocks.every(b => b.book || b.case || b.halfEven || b.row)).toBe(true)
  })

  it('prints the ledger of its book', async () => {
    const { rows } = await sql<{ text: string }>`
      select concat_ws(' | ', m.day, c.name, m.category, m.cause, p.name, m.amount_exact) as text from mrr_movements m join customers c on c.id = m.customer_id join products p on p.id = m.plan_id
      where m.live and m.day between '2025-06-01' and '2025-06-20' order by m.day, c.name, m.category collate "C"`.execute(world.db)
    expect(rows.map(r => r.text)).toEqual(ledgerTable)
  })

  for (const e of examples) {
    it(`prints ${e.key} as ${e.door}${e.query && `?${e.query}`} answers it, and its arithmetic gives it`, async () => {
      const answer = keyOf(await ask(e.door, e.query), e.key)
      expect(String(answer)).toBe(e.answer)
      if (e.sum === undefined) return
      const exact = valueOf(e.sum)
      const rate = /^(growth|churn|nrr|grr|quickRatio|trialConversion|successRate)\b|\.(share|value)$|^share$/.test(e.key)
      expect(rate ? Number(toFixed(exact, 6)) : Number(roundHalfUp(exact))).toBe(answer)
    })
  }

  for (const b of blocks.filter(x => x.case)) {
    it(`replays the case ${b.case!.id} to the result it prints`, () => {
      expect(replayCase(b.case)).toEqual({ id: b.case!.id, result: b.result })
    })
  }

  it('rounds as it prints', () => {
    const { halfEven, halfUp } = blocks.find(b => b.halfEven)!
    for (const [given, printed] of Object.entries(halfEven!)) expect(roundHalfEven(parseDecimal(given)!).toString(), given).toBe(printed)
    for (const [given, printed] of Object.entries(halfUp!)) expect(roundHalfUp(parseDecimal(given)!).toString(), given).toBe(printed)
    const { row, printed } = blocks.find(b => b.row)!
    const made = roundRow(parseDecimal(row!.opening)!, Object.entries(row!.parts).map(([k, v]) => [k, parseDecimal(v)!] as const), parseDecimal(row!.closing)!)
    expect(Object.fromEntries(Object.entries({ opening: made.opening, ...made.parts, closing: made.closing }).map(([k, v]) => [k, String(v)]))).toEqual(printed)
    expect(Object.values(row!.parts).reduce((sum, v) => add(sum, parseDecimal(v)!), parseDecimal(row!.opening)!)).toEqual(parseDecimal(row!.closing))
    expect(fraction(1, 2)).toEqual(parseDecimal('0.5'))
  })

  it('adds up in one currency too, where a customer leaves it for another', async () => {
    for (const view of ['event', 'net']) for (const currency of ['eur', 'usd']) {
      const [row] = await ask('trends', `from=2025-07-01&to=2025-07-31&currency=${currency}&view=${view}`) as Record<string, number>[]
      const { opening, new: fresh, expansion, contraction, churn, reactivation, fx, transferIn, transferOut, adjustment, closing } = row!
      expect(opening! + fresh! + expansion! + contraction! + churn! + reactivation! + fx! + transferIn! + transferOut! + adjustment!, `${view} ${currency}`).toBe(closing)
      expect([transferIn, transferOut]).toEqual([0, 0])
      if (currency === 'eur') expect([opening, contraction, closing]).toEqual([10000, -10000, 0])
    }
  })

  it('names every key that the four doors answer', async () => {
    const named = new Set([...page.matchAll(/`([^`\n]+)`/g)].flatMap(m => m[1]!.split(/[^\w]+/)))
    const keys = (value: unknown): string[] => Array.isArray(value) ? value.slice(0, 1).flatMap(keys) : typeof value === 'object' && value !== null ? Object.entries(value).flatMap(([k, v]) => [k, ...k === 'links' ? [] : keys(v)]) : []
    const answered = await Promise.all([ask('metrics', ''), ask('by-plan', ''), ask('trends', 'from=2025-06-01&to=2025-06-20&groupBy=plan'), ask('payment-health', 'from=2025-06-01&to=2025-06-20')])
    for (const a of answered) expect(keys(a).length).toBeGreaterThan(4)
    expect(answered.flatMap(keys).filter(k => !named.has(k))).toEqual([])
  })

  it('names every formula of worked cases', () => {
    const formulas = [...read('api/revenue/replay/formula.ts').matchAll(/^ {2}(\w+): a =>/gm)].map(m => m[1]!)
    expect(formulas.length).toBeGreaterThan(20)
    expect(formulas.filter(f => !page.includes(`\`${f}\``))).toEqual([])
  })

  it('names every category and cause of a movement', async () => {
    const { mrrMovements } = await import('../../resources/revenue/mrr-movements.ts')
    const options = ['category', 'cause'].flatMap(f => ((mrrMovements.fields as Record<string, any>)[f].options as { value: string }[]).map(o => o.value))
    expect(options.length).toBeGreaterThan(25)
    expect(options.filter(o => !page.includes(`\`${o}\``))).toEqual([])
  })
})
