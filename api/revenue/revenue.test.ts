import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { company } from '../../demo/company/company.ts'
import { fxRates } from '../../demo/company/fx-rates.ts'
import { storeEvent } from '../billing/store-event.ts'
import type { StripeEvent } from '../billing/stripe.ts'
import { drain } from '../../jobs/billing/drain-inbox.ts'
import { writeDueMovements } from '../../jobs/revenue/write-due-movements.ts'
import { createWorld, type World } from '../../tests/support/world.ts'
import { newId } from '../engine/ids.ts'

const firstDay = '2026-11-01'
let world: World
const finance = (path: string) => world.as('finance').get(`/v1/admin${path}`)

beforeAll(async () => {
  world = await createWorld()
  const rates = fxRates(1, firstDay).filter(r => r.date <= '2026-11-25')
  for (const r of rates) await sql`insert into fx_rates (id, date, from_currency, to_currency, rate, source) values (${newId()}, ${r.date}, ${r.from}, ${r.to}, ${r.rate}, 'demo')`.execute(world.db)
  // a third of the customers is enough of everything
  const all = company(1, firstDay, { until: Date.parse('2026-11-20T00:00:00Z') / 1000 }).events.map(e => e.event as unknown as StripeEvent)
  const chosen = new Set(all.filter(e => e.type === 'customer.created').map(e => e.data.object.id as string).filter((_, i) => i % 3 === 0))
  const invoices = new Set(all.filter(e => e.data.object.object === 'invoice' && chosen.has(e.data.object.customer as string)).map(e => e.data.object.id as string))
  const events = all.filter(e => { const o = e.data.object; return chosen.has(o.id as string) || chosen.has(o.customer as string) || invoices.has(o.invoice as string) || /^(product|price|coupon)\./.test(e.type) })
  for (let i = 0; i < events.length; i += 20) await Promise.all(events.slice(i, i + 20).map(e => storeEvent({ db: world.db }, e, JSON.stringify(e), false)))
  await drain({ db: world.db, book: world.services.config.book, reader: null, unknown: new Map() })
}, 300_000)
afterAll(() => world.close())

const sumOf = async (link: string) => {
  // every page of the list a figure links to
  let sum = 0, rows = 0, after: string | null = null
  do {
    const q: string = `${link}${link.endsWith('?') ? '' : '&'}_end=200${after ? `&_after=${encodeURIComponent(after)}` : ''}`
    const answer = await finance(q.replace('_end=200&_after', '_after'))
    expect(answer.status, `${q} ${answer.text.slice(0, 200)}`).toBe(200)
    for (const row of answer.body as { amountExact: string }[]) sum += Math.round(Number(row.amountExact) * 10_000)
    rows += answer.body.length
    after = answer.headers.get('x-next-cursor')
  } while (after)
  return { sum: sum / 10_000, rows }
}

describe('the figures of revenue', () => {
  it('adds up, and every figure opens the movements it was made from', async () => {
    const { body: m, status } = await finance('/revenue/metrics')
    expect(status).toBe(200)
    const { opening, closing, ...parts } = m.movements
    expect(opening + Object.values(parts as Record<string, number>).reduce((a, b) => a + b, 0)).toBe(closing)
    expect(m.mrr).toBe(closing)
    expect(m.arr).toBeGreaterThan(12 * (m.mrr - 1))
    expect(m.customers.active).toBeGreaterThan(50)
    for (const figure of ['mrr', 'opening', 'churn', 'new', 'expansion', 'contraction', 'reactivation', 'fx']) {
      const { sum } = await sumOf(m.links[figure])
      expect(Math.abs(sum - (figure === 'mrr' ? m.mrr : m.movements[figure])), figure).toBeLessThanOrEqual(1)
    }
    const { rows: [live] } = await sql<{ sum: number; customers: number }>`select round(sum(amount_e4) / 10000)::bigint as sum, (select count(*)::int from (select customer_id from mrr_movements where live group by 1 having sum(native_e4) > 0) c) as customers from mrr_movements where live`.execute(world.db)
    expect([m.mrr, m.customers.active]).toEqual([live!.sum, live!.customers])
    const { rows: [columns] } = await sql<{ n: number; mrr: number }>`select count(*)::int as n, sum(mrr)::bigint as mrr from customers where mrr > 0`.execute(world.db)
    expect(columns!.n).toBe(m.customers.active)
    expect(Math.abs(columns!.mrr - m.mrr)).toBeLessThan(columns!.n)
    for (const rate of Object.values(m.counts as Record<string, { value: number | null; numerator: number; denominator: number }>)) if (rate.value !== null && rate.denominator) expect(rate.value).toBeCloseTo(rate.numerator / rate.denominator, 3)
  })

  it('closes every period at the next opening, in total, by plan and by currency, in both views', async () => {
    for (const group of ['', '&groupBy=plan', '&groupBy=currency']) for (const view of ['event', 'net']) for (const [by, from] of [['month', '2024-11-15'], ['day', '2026-10-20']]) {
      const { body, status } = await finance(`/revenue/trends?from=${from}&to=2026-11-25&by=${by}&view=${view}${group}`)
      expect(status).toBe(200)
      const lines = Map.groupBy(body as Record<string, any>[], r => r.group?.id ?? '')
      for (const rows of lines.values()) rows.forEach((r, i) => {
        const parts = ['new', 'expansion', 'contraction', 'churn', 'reactivation', 'fx', 'transferIn', 'transferOut', 'adjustment'].reduce((n, k) => n + r[k], 0)
        expect(r.opening + parts).toBe(r.closing)
        if (i) expect(r.opening).toBe(rows[i - 1]!.closing)
      })
      if (view === 'event' && by === 'month') {
        const row = body.at(-1), link = await sumOf(row.links.expansion)
        expect(Math.abs(link.sum - row.expansion)).toBeLessThanOrEqual(1)
      }
    }
  })

  it('shares MRR among plans as the ledger does', async () => {
    const { body: plans } = await finance('/revenue/by-plan'), { body: m } = await finance('/revenue/metrics')
    expect(plans.length).toBeGreaterThanOrEqual(4)
    expect(Math.abs(plans.reduce((n: number, p: { mrr: number }) => n + p.mrr, 0) - m.mrr)).toBeLessThan(plans.length)
    const lead = plans[0]
    expect(Math.abs((await sumOf(lead.links.mrr)).sum - lead.mrr)).toBeLessThanOrEqual(1)
  })

  it('tells how payments do', async () => {
    const { body: h } = await finance('/revenue/payment-health?from=2026-09-01&to=2026-11-19')
    expect(h.succeeded.count).toBeGreaterThan(50)
    expect(h.failed.count).toBeGreaterThan(0)
    expect(h.recovered.count).toBeGreaterThan(0)
    expect(h.successRate).toBeCloseTo(h.succeeded.count / (h.succeeded.count + h.failed.count), 5)
    expect(h.byDeclineCode.map((d: { code: string }) => d.code)).not.toEqual(['unknown'])
  })

  it('explains a movement down to the raw event', async () => {
    const { body: list } = await finance('/mrr-movements?category=churn&_end=1')
    const { body: e, status } = await finance(`/revenue/movements/${list[0].id}/explain`)
    expect(status).toBe(200)
    expect(e.event.stripeId).toMatch(/^evt_/)
    expect(e.lines.before[0].formula).toMatch(/per month = \d+\.\d{4}$/)
    expect(e.usedPaths).toContain('data.object.status')
    expect(e.objectVersion.payload.id).toBe(e.subscription.stripeId)
    expect(e.rule.sentence).toBeTruthy()
  })

  it('answers wrong questions with the statuses of the contract', async () => {
    const status = async (path: string) => { const a = await finance(path); return [a.status, a.body.code] }
    expect(await status('/revenue/metrics?foo=1')).toEqual([400, 'unknown_parameter'])
    expect(await status('/revenue/metrics?at=2026-02-30')).toEqual([400, 'malformed'])
    expect(await status('/revenue/metrics?at=2099-01-01')).toEqual([400, 'malformed'])
    expect(await status('/revenue/metrics?at=2026-11-01&at=2026-11-02')).toEqual([400, 'malformed'])
    expect(await status('/revenue/trends?from=2026-11-02&to=2026-11-01')).toEqual([400, 'malformed'])
    expect(await status('/revenue/trends?to=2026-11-01')).toEqual([400, 'malformed'])
    expect(await status('/revenue/trends?from=2000-01-01&to=2026-11-01&by=day')).toEqual([422, 'unprocessable'])
    expect(await status('/revenue/movements/nope/explain')).toEqual([404, 'not_found'])
    for (const role of ['support', 'success', 'marketing', 'compliance']) expect((await world.as(role).get('/v1/admin/revenue/metrics')).status).toBe(403)
    for (const role of ['admin', 'finance', 'auditor']) expect((await world.as(role).get('/v1/admin/revenue/metrics')).status).toBe(200)
  })

  it('exports every kind as CSV, audited', async () => {
    const kinds = [{ kind: 'metrics' }, { kind: 'trends', from: '2026-01-01', to: '2026-11-20' }, { kind: 'by-plan' }, { kind: 'payment-health', from: '2026-10-01', to: '2026-11-01' }, { kind: 'movements' }]
    for (const k of kinds) {
      const a = await world.as('finance').post('/v1/admin/revenue/export', { ...k, format: 'csv' })
      expect([a.status, a.headers.get('content-type')]).toEqual([200, 'text/csv; charset=utf-8'])
      expect(a.text.split('\r\n').length).toBeGreaterThan(2)
    }
    expect((await world.as('finance').post('/v1/admin/revenue/export', { kind: 'metrics', format: 'csv', colour: 1 })).status).toBe(400)
    const { rows } = await sql<{ resource: string }>`select resource from audit_log where act = 'export' order by 1`.execute(world.db)
    expect(rows.map(r => r.resource)).toEqual(['mrr-movements', 'revenue/by-plan', 'revenue/metrics', 'revenue/payment-health', 'revenue/trends'])
  })

  it('says which rate is missing, and still answers in the currency itself', async () => {
    // rates are never deleted while the ledger names them: these turn out to be of another currency
    await sql`update fx_rates set from_currency = 'gbp' where date < '2025-06-01'`.execute(world.db)
    await sql`update billing_accounts set next_due_at = now()`.execute(world.db)
    await writeDueMovements({ db: world.db, book: world.services.config.book }, new Date())
    const { status, body } = await finance('/revenue/metrics')
    expect([status, body.code]).toEqual([409, 'fx_rate_missing'])
    const eur = await finance('/revenue/metrics?currency=eur')
    expect([eur.status, eur.body.currency, eur.body.movements.fx]).toEqual([200, 'eur', 0])
    for (const view of ['event', 'net']) {
      const native = await finance(`/revenue/trends?from=${eur.body.period.from}&to=${eur.body.at}&currency=eur&view=${view}`)
      const { opening, closing, fx, ...row } = native.body[0]
      expect([native.status, opening, closing, fx]).toEqual([200, eur.body.movements.opening, eur.body.mrr, 0])
      expect(opening + row.new + row.expansion + row.reactivation + row.contraction + row.churn).toBe(closing)
      expect(row.links.churn).toContain('currency=eur')
    }
    expect(eur.body.mrr).toBeGreaterThan(0)
  })
})
