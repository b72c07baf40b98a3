import { sql } from 'kysely'
import { audit } from '../engine/audit.ts'
import type { Ctx } from '../engine/context.ts'
import { csvLine, csvOf } from './csv.ts'
import { revenueByPlan } from './queries/by-plan.ts'
import { revenueMetrics } from './queries/metrics.ts'
import { paymentHealth } from './queries/payment-health.ts'
import { revenueTrends, type TrendsInput } from './queries/trends.ts'

export type ExportInput =
  | { kind: 'metrics'; at?: string; currency?: string }
  | ({ kind: 'trends' } & TrendsInput)
  | { kind: 'by-plan'; at?: string }
  | { kind: 'payment-health'; from: string; to: string }
  | { kind: 'movements'; from?: string; to?: string }

/** The figures of an endpoint, or the live ledger, as CSV. Audited with its filter and number of rows. */
export async function exportRevenue(ctx: Ctx, input: ExportInput): Promise<ReadableStream<Uint8Array>> {
  const chunks = chunksOf(ctx, input)
  // what cannot be answered is said before the stream begins
  let ahead: IteratorResult<{ text: string; rows: number }> | null = await chunks.next()
  let rows = 0
  const encoder = new TextEncoder()
  const done = async (complete: boolean) => {
    const { kind, ...filter } = input
    await ctx.db.transaction().execute(trx => audit(trx, ctx, [{ act: 'export', resource: kind === 'movements' ? 'mrr-movements' : `revenue/${kind}`, changes: { filter: { before: null, after: filter }, rows: { before: null, after: rows }, complete: { before: null, after: complete } } }]))
  }
  return new ReadableStream({
    async pull(controller) {
      try {
        const next: IteratorResult<{ text: string; rows: number }> = ahead ?? await chunks.next()
        ahead = null
        if (next.done) { await done(true); controller.close(); return }
        rows += next.value.rows
        controller.enqueue(encoder.encode(next.value.text))
      } catch (error) { await done(false).catch(() => undefined); controller.error(error) }
    },
    async cancel() { await done(false) },
  })
}

async function* chunksOf(ctx: Ctx, input: ExportInput): AsyncGenerator<{ text: string; rows: number }> {
  if (input.kind === 'movements') { yield* movementChunks(ctx, input); return }
  const rows = input.kind === 'metrics' ? [await revenueMetrics(ctx, input)] : input.kind === 'trends' ? await revenueTrends(ctx, input) : input.kind === 'by-plan' ? await revenueByPlan(ctx, input) : await healthRows(ctx, input)
  yield { text: csvOf(rows as Record<string, unknown>[]), rows: rows.length }
}

async function healthRows(ctx: Ctx, input: { from: string; to: string }) {
  const h = await paymentHealth(ctx, input)
  const row = (figure: string, v: { count: number; amount: number }, bucket: string | null = null) => ({ from: input.from, to: input.to, currency: h.currency, figure, bucket, count: v.count, amount: v.amount })
  return [row('succeeded', h.succeeded), row('failed', h.failed), row('recovered', h.recovered), row('refunded', h.refunded), ...h.byDeclineCode.map(d => row(`declined: ${d.code}`, d, d.bucket))]
}

const heads = ['effectiveAt', 'category', 'cause', 'customer', 'stripeCustomerId', 'plan', 'subscription', 'amount', 'amountExact', 'bookCurrency', 'nativeAmount', 'currency', 'rate', 'quality', 'event', 'recordedAt']

/** The live ledger, oldest first, a thousand rows at a time. */
async function* movementChunks(ctx: Ctx, { from, to }: { from?: string; to?: string }): AsyncGenerator<{ text: string; rows: number }> {
  yield { text: csvLine(heads), rows: 0 }
  let after = null as { at: Date; id: string } | null
  for (;;) {
    const found: { rows: Record<string, any>[] } = await sql<Record<string, any>>`
      select m.id, m.effective_at, m.category, m.cause, c.name, m.stripe_customer_id, p.name as plan, m.subscription_stripe_id, m.amount, m.amount_exact, m.book_currency, m.native_amount, m.currency, trim_scale(m.rate) as rate, m.quality, e.stripe_id as event, m.recorded_at
      from mrr_movements m join customers c on c.id = m.customer_id left join products p on p.id = m.plan_id left join stripe_events e on e.id = m.event_id
      where m.live ${from ? sql`and m.day >= ${from}::date` : sql``} ${to ? sql`and m.day <= ${to}::date` : sql``} ${after ? sql`and (m.effective_at, m.id) > (${after.at}, ${after.id})` : sql``}
      order by m.effective_at, m.id limit 1000`.execute(ctx.db)
    const rows = found.rows
    if (!rows.length) return
    const last = rows.at(-1)!
    after = { at: last.effective_at, id: last.id }
    const number = (v: unknown) => v === null ? null : Number(v)
    yield { rows: rows.length, text: rows.map(r => csvLine([r.effective_at.toISOString(), r.category, r.cause, r.name, r.stripe_customer_id, r.plan, r.subscription_stripe_id, number(r.amount), number(r.amount_exact), r.book_currency, number(r.native_amount), r.currency, number(r.rate), r.quality, r.event, r.recorded_at.toISOString()])).join('') }
  }
}
