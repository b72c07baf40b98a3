import { describe, expect, it } from 'vitest'
import type { ObjectVersion } from '../billing/object-version.ts'
import { subscriptionHistory } from '../billing/subscription-history.ts'
import { at, invoice, item, line, price, subscription, version } from '../../tests/support/stripe-factory.ts'
import { defaultPolicy } from './policy.ts'
import { timelineOf, type Book } from './timeline.ts'

const book: Book = { currency: 'usd', policy: defaultPolicy, rates: new Map(), periodOf: t => new Date(t).toISOString().slice(0, 7) }
const p = price('p', 4900), pro = price('pro', 9900)
const until = at('2026-12-01') * 1000
const ledger = (versions: ObjectVersion[]) => timelineOf(subscriptionHistory({ versions }).states, book, until).movements
  .map(m => `${new Date(m.at).toISOString().slice(0, 10)} ${m.category} ${m.cause} ${Number(m.amount!.n) / 10_000}${m.quality === 'reconstructed' ? ' reconstructed' : ''}`)
const sub = (more: Record<string, unknown> = {}, of = p, quantity = 1) => subscription([item(of, quantity)], more)
const january = [line(p, '2026-01-01', '2026-02-01', 4900)]
const paid = (lines = january, id = 'in_1', more: Record<string, unknown> = {}) => version('2026-03-09', 'invoice.paid', invoice(id, 'paid', lines, more))

describe('when a movement happens', () => {
  it('begins with the service paid for, not with the payment', () => {
    expect(ledger([version('2026-01-01', 'customer.subscription.created', sub())])).toEqual([])
    expect(ledger([version('2026-01-01', 'customer.subscription.created', sub()), paid()])).toEqual(['2026-01-01 new first_payment 4900'])
  })
  it('begins with start_date when the subscription was backdated, or was incomplete first', () => {
    expect(ledger([version('2026-01-20', 'customer.subscription.created', sub()), paid()])).toEqual(['2026-01-01 new first_payment 4900'])
    const first = sub({ status: 'incomplete' })
    expect(ledger([version('2026-01-01', 'customer.subscription.created', first), version('2026-01-02', 'customer.subscription.updated', sub(), { status: 'incomplete' }), paid()])).toEqual(['2026-01-01 new first_payment 4900'])
  })
  it('begins with the end of a trial, however late Stripe tells', () => {
    const trial = { trial_end: at('2026-01-15') }
    const events = [version('2026-01-01', 'customer.subscription.created', sub({ ...trial, status: 'trialing' })), version('2026-01-15T01:00:00Z', 'customer.subscription.updated', sub(trial), { status: 'trialing' })]
    expect(ledger(events)).toEqual([])
    expect(ledger([...events, paid([line(p, '2026-01-15', '2026-02-15', 4900)])])).toEqual(['2026-01-15 new trial_converted 4900'])
  })
  it('does not take a first invoice of nothing for a payment: new is the start of the month paid for', () => {
    const free = paid([line(p, '2026-01-01', '2026-02-01', 4900)], 'in_1', { total: 0 })
    expect(ledger([version('2026-01-01', 'customer.subscription.created', sub()), free, paid([line(p, '2026-02-01', '2026-03-01', 4900)], 'in_2')])).toEqual(['2026-02-01 new first_payment 4900'])
  })
  it('counts an invoice that is sent from its finalisation on, a charged one only when paid', () => {
    const sent = sub({ collection_method: 'send_invoice' }), open = (method: string) => version('2026-01-01', 'invoice.finalized', invoice('in_1', 'open', january, { collection_method: method }))
    expect(ledger([version('2026-01-01', 'customer.subscription.created', sent), open('send_invoice')])).toEqual(['2026-01-01 new first_payment 4900'])
    expect(ledger([version('2026-01-01', 'customer.subscription.created', sub()), open('charge_automatically')])).toEqual([])
  })
  it('ends with ended_at, not with the request', () => {
    const created = version('2026-01-01', 'customer.subscription.created', sub()), asked = { cancel_at_period_end: true, canceled_at: at('2026-02-10') }
    const request = version('2026-02-10', 'customer.subscription.updated', sub(asked), { cancel_at_period_end: false, canceled_at: null })
    expect(ledger([created, paid(), request])).toEqual(['2026-01-01 new first_payment 4900'])
    const gone = version('2026-03-01T00:00:40Z', 'customer.subscription.deleted', sub({ ...asked, status: 'canceled', ended_at: at('2026-03-01'), cancellation_details: { reason: 'payment_failed' } }))
    expect(ledger([gone, paid(), created, request])).toEqual(['2026-01-01 new first_payment 4900', '2026-03-01 churn payment_failed -4900'])
  })
  it('writes the end of a discount at its own instant, without an event', () => {
    const coupon = { id: 'half', object: 'coupon', percent_off: 50, amount_off: null, duration: 'repeating', duration_in_months: 3, name: 'Half' }
    const discount = { id: 'di_1', object: 'discount', start: at('2026-01-01'), end: at('2026-04-01'), source: { coupon: 'half' }, subscription: 'sub_1', customer: 'cus_1' }
    const bare = [version('2026-01-01', 'customer.subscription.created', sub({ discounts: ['di_1'] })), paid()]
    expect(subscriptionHistory({ versions: bare }).needs).toEqual([{ objectType: 'subscription', objectId: 'sub_1', because: 'discount' }])
    const known = [...bare, version('2026-01-01', 'customer.discount.created', discount), version('2025-12-01', 'coupon.created', coupon)]
    expect(subscriptionHistory({ versions: known }).needs).toEqual([])
    expect(ledger(known)).toEqual(['2026-01-01 new first_payment 2450', '2026-04-01 expansion discount_expired 2450'])
    expect(ledger([...known].reverse())).toEqual(ledger(known))
  })
  it('takes a discount of the customer only where the subscription has none', () => {
    const coupon = { id: 'ten', object: 'coupon', percent_off: 10, amount_off: null, duration: 'forever', name: 'Ten' }
    const customer = version('2026-01-01', 'customer.created', { id: 'cus_1', object: 'customer', discount: { id: 'di_c', object: 'discount', start: at('2026-01-01'), end: null, source: { coupon }, customer: 'cus_1', subscription: null } })
    expect(ledger([customer, version('2026-01-01', 'customer.subscription.created', sub()), paid()])).toEqual(['2026-01-01 new first_payment 4410'])
    const gone = version('2026-02-01', 'customer.updated', { id: 'cus_1', object: 'customer', discount: null }, { discount: {} })
    expect(ledger([customer, gone, version('2026-01-01', 'customer.subscription.created', sub()), paid()])).toEqual(['2026-01-01 new first_payment 4410', '2026-02-01 expansion discount_expired 490'])
  })
  it('takes included tax out, and never counts a test clock', () => {
    const taxed = subscription([item(p, 1, { tax_rates: [{ id: 'txr_1', percentage: 22.5, effective_percentage: null, inclusive: true }] })])
    expect(ledger([version('2026-01-01', 'customer.subscription.created', taxed), paid()])).toEqual(['2026-01-01 new first_payment 4000'])
    expect(ledger([version('2026-01-01', 'customer.subscription.created', sub({ test_clock: 'clock_1' })), paid()])).toEqual([])
  })
})

describe('history before the first event', () => {
  const found = version('2026-06-01', null, sub({ start_date: at('2026-01-01') }, pro))
  it('is told by invoices: prices of then, changes at the instants of their prorations', () => {
    const invoices = [paid(january), paid([line(p, '2026-02-01', '2026-03-01', 4900)], 'in_2'), paid([line(p, '2026-02-15', '2026-03-01', -2450, { proration: true }), line(pro, '2026-02-15', '2026-03-01', 4950, { proration: true }), line(pro, '2026-03-01', '2026-04-01', 9900)], 'in_3')]
    expect(ledger([found, ...invoices])).toEqual([
      '2026-01-01 new first_payment 4900 reconstructed', '2026-02-15 transferOut plan_change -4900 reconstructed', '2026-02-15 transferIn plan_change 4900 reconstructed', '2026-02-15 expansion plan_change 5000 reconstructed',
    ])
  })
  it('is one opening where invoices do not reach the start, and nothing where nothing was paid', () => {
    expect(ledger([found, paid([line(pro, '2026-05-01', '2026-06-01', 9900)], 'in_9')])).toEqual(['2026-05-01 new opening 9900 reconstructed'])
    expect(ledger([found])).toEqual([])
  })
})
