import { spawn } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import path from 'node:path'
import { sql } from 'kysely'
import { storeEvent } from '../api/billing/store-event.ts'
import type { StripeEvent } from '../api/billing/stripe.ts'
import type { Database } from '../api/engine/database.ts'
import { company } from '../demo/company/company.ts'
import { fxRates } from '../demo/company/fx-rates.ts'
import { cpuMs, postgresCpuMs, residentMb, versus, type Row, type Target } from './measure.ts'

export interface RevenueBench {
  product: (path: string, more?: Partial<Target>) => Target
  bare: (path: string, more?: Partial<Target>) => Target
  postmaster: number; publicUrl: string; webhookSecret: string; env: Record<string, string>; owner: Database; productPid: number
  /** Events of the backlog. */
  events: number
}

const root = path.resolve(import.meta.dirname, '..')
const firstDay = new Date().toISOString().slice(0, 10)

/** Webhook receipt against verify and insert; events applied per second; a large backlog in constant memory; the 24-month trend. */
export async function revenueRows(bench: RevenueBench): Promise<Row[]> {
  const rows: Row[] = [await receipt(bench)]
  await sql`delete from stripe_inbox`.execute(bench.owner)
  rows.push(...await drain(bench))
  rows.push(await trend(bench))
  return rows
}

/** Signed deliveries of a type that is kept and not applied, so that only the door is measured. */
async function receipt({ product, bare, publicUrl, webhookSecret, postmaster }: RevenueBench): Promise<Row> {
  let n = 0
  const signed = () => {
    const body = JSON.stringify({ id: `evt_bench_${++n}_${randomBytes(6).toString('hex')}`, object: 'event', api_version: '2026-10-28.endive', created: Math.floor(Date.now() / 1000), livemode: false, type: 'payment_method.attached', pending_webhooks: 1, request: null, data: { object: { id: `pm_${n}`, object: 'payment_method', customer: `cus_${n % 500}`, type: 'card', filler: 'x'.repeat(900) } } })
    const t = Math.floor(Date.now() / 1000)
    return { body, signature: `t=${t},v1=${createHmac('sha256', webhookSecret).update(`${t}.${body}`).digest('hex')}` }
  }
  const request = (r: any) => { const { body, signature } = signed(); return { ...r, body, headers: { ...r.headers, 'stripe-signature': signature } } }
  const target = (t: Target): Target => ({ ...t, method: 'POST', setup: request })
  return versus('Webhook receipt, against verify and insert', '0.6', target({ ...product(''), url: `${publicUrl}/webhooks/stripe` }), target(bare('webhook')), postmaster)
}

async function drain({ env, owner, postmaster, events }: RevenueBench): Promise<Row[]> {
  for (const rate of fxRates(1, firstDay)) await sql`insert into fx_rates (id, date, from_currency, to_currency, rate, source) values (gen_random_uuid(), ${rate.date}, ${rate.from}, ${rate.to}, ${rate.rate}::numeric, 'bench') on conflict do nothing`.execute(owner)
  const until = Math.floor(Date.now() / 1000)
  let stored = 0
  for (let seed = 100; stored < events; seed++) {
    const due = company(seed, firstDay, { until }).events.filter(e => e.due <= until).slice(0, events - stored)
    for (let i = 0; i < due.length; i += 50) await Promise.all(due.slice(i, i + 50).map(e => storeEvent({ db: owner }, e.event as unknown as StripeEvent, JSON.stringify(e.event), false)))
    stored += due.length
  }
  const pending = async () => (await sql<{ n: number }>`select count(*) as n from stripe_inbox where state = 'pending'`.execute(owner)).rows[0]!.n
  const all = await pending()
  const pgBefore = postgresCpuMs(postmaster)
  const worker = spawn(process.execPath, ['--import', 'tsx', path.join(root, 'bin/worker.ts')], { cwd: root, env: { ...process.env, ...env, STRIPE_SECRET_KEY: '' }, stdio: ['ignore', 'ignore', 'inherit'] })
  try {
    while (await pending() === all) await new Promise(r => setTimeout(r, 50))
    const start = performance.now(), first = await pending()
    let left = first, early = 0, peak = 0
    while (left > 0) {
      await new Promise(r => setTimeout(r, 500))
      left = await pending()
      const memory = residentMb(worker.pid!)
      if (left > first * 0.8) early = Math.max(early, memory)
      peak = Math.max(peak, memory)
    }
    const seconds = (performance.now() - start) / 1000
    const perEvent = (ms: number) => `${(ms / first).toFixed(2)} ms`
    return [
      { job: `Events applied per second, backlog of ${all.toLocaleString('en')}`, goal: '300/s', ratio: `${Math.round(first / seconds)}/s`, product: `${perEvent(cpuMs(worker.pid!))} + ${perEvent(postgresCpuMs(postmaster) - pgBefore)} per event`, limit: '', detail: `memory of the worker ${Math.round(early)} MB in the first fifth, ${Math.round(peak)} MB at its peak` },
    ]
  } finally {
    worker.kill('SIGTERM')
    await new Promise(r => worker.once('exit', r))
  }
}

async function trend({ product, bare, postmaster }: RevenueBench): Promise<Row> {
  const to = firstDay, from = `${Number(to.slice(0, 4)) - 2}${to.slice(4)}`
  return versus('24-month trend from snapshots, against the bare query', '0.33', product(`revenue/trends?from=${from}&to=${to}`), bare('trend'), postmaster)
}
