import { sql } from 'kysely'
import type { Ctx } from '../../engine/context.ts'
import { Problem } from '../../engine/errors.ts'
import { addDays, addMonths, dayOf } from '../book-time.ts'
import { divide, fraction } from '../fraction.ts'
import { movementLink } from '../links.ts'
import { roundRow } from '../rounding.ts'
import { allCategories, missingRate, sums, type AnyCategory, type Sum } from './sums.ts'

/** `currency`: native holdings of that currency, in it; else everything in the book's. */
export interface TrendsInput { from: string; to: string; by: 'month' | 'day'; groupBy?: 'plan' | 'currency'; currency?: string; view: 'event' | 'net'; basis: 'restated' | 'reported' }

const e4 = fraction(10_000n)
interface Bucket { period: string; start: string; end: string }

/** Whole buckets that touch the range, ascending. At most 800. */
export function bucketsOf(from: string, to: string, by: 'month' | 'day'): Bucket[] {
  const out: Bucket[] = []
  for (let p = by === 'month' ? from.slice(0, 7) : from; by === 'month' ? p <= to.slice(0, 7) : p <= to; p = by === 'month' ? addMonths(p, 1) : addDays(p, 1)) {
    out.push(by === 'month' ? { period: p, start: `${p}-01`, end: addDays(`${addMonths(p, 1)}-01`, -1) } : { period: p, start: p, end: p })
    if (out.length > 800) throw new Problem('unprocessable', 'A trend has at most 800 periods. Choose a shorter range, or months.')
  }
  return out
}

/** How did MRR move in each period? Opening plus all parts is closing in every row, and closing the next opening. From the daily snapshots. */
export async function revenueTrends(ctx: Ctx, input: TrendsInput) {
  const today = dayOf(ctx.now.getTime(), ctx.config.book.timeZone)
  const buckets = bucketsOf(input.from, input.to, input.by)
  const range = { from: buckets[0]!.start, to: buckets.at(-1)!.end }
  const rows = await sums(ctx.db, { ...range, by: input.by, groupBy: input.groupBy, currency: input.currency })
  const parts = input.view === 'net' ? await netSums(ctx, range, input) : rows.filter(r => r.bucket !== null)
  const names = input.groupBy === 'plan' ? await planNames(ctx) : null
  const out: Record<string, unknown>[] = []
  const groups = input.groupBy ? [...new Set(rows.map(r => r.group))].map(id => ({ key: id, id: names?.get(id)?.id ?? id, name: names ? names.get(id)?.name ?? id : id.toUpperCase() })).sort((a, b) => a.name < b.name ? -1 : 1) : [{ key: '', id: '', name: '' }]
  const lines = groups.map(group => ({ group, rows: trendOf(buckets, rows.filter(r => r.group === group.key), parts.filter(r => r.group === group.key)) }))
  for (const [i, bucket] of buckets.entries()) for (const { group, rows: own } of lines) {
    const filter = { from: bucket.start, to: bucket.end, ...(input.currency ? { currency: input.currency } : {}), ...(input.groupBy === 'plan' ? { planId: group.id } : input.groupBy === 'currency' ? { currency: group.id } : {}) }
    out.push({
      period: bucket.period, start: bucket.start, end: bucket.end, complete: bucket.end < today, ...(input.groupBy ? { group: { id: group.id, name: group.name } } : {}), ...own[i]!,
      links: {
        opening: movementLink({ ...filter, from: undefined, to: addDays(bucket.start, -1) }), closing: movementLink({ ...filter, from: undefined }), customers: movementLink({ ...filter, from: undefined }),
        ...Object.fromEntries(allCategories.map(k => [k, movementLink({ ...filter, category: k })])),
      },
    })
  }
  return out
}

function trendOf(buckets: readonly Bucket[], rows: readonly Sum[], parts: readonly Sum[]) {
  const before = rows.filter(r => r.bucket === null)
  let opening = before.reduce((n, r) => n + r.e4, 0n), customers = before.reduce((n, r) => n + r.customers, 0)
  const moved = Map.groupBy(rows.filter(r => r.bucket !== null), r => r.bucket!), shown = Map.groupBy(parts, r => r.bucket!)
  const f = (n: bigint) => divide(fraction(n), e4)
  return buckets.map(({ period }) => {
    const real = moved.get(period) ?? [], own = shown.get(period) ?? []
    const closing = opening + real.reduce((n, r) => n + r.e4, 0n)
    customers += real.reduce((n, r) => n + r.customers, 0)
    const told = (k: AnyCategory) => own.filter(r => r.category === k).reduce((n, r) => n + r.e4, 0n)
    const rest = told('transferIn') + told('transferOut')
    const value = (k: AnyCategory) => grouped(rows) ? told(k) : k.startsWith('transfer') ? 0n : told(k) + (k === (rest > 0n ? 'expansion' : 'contraction') ? rest : 0n)
    const row = roundRow(f(opening), allCategories.map(k => [k, f(value(k))] as const), f(closing))
    opening = closing
    return { opening: Number(row.opening), ...Object.fromEntries(allCategories.map(k => [k, Number(row.parts[k])])), closing: Number(row.closing), customers }
  })
}

/** Without groups, transfers cancel out and are not shown; what remains of them within one currency belongs to expansion or contraction. */
const grouped = (rows: readonly Sum[]) => rows.some(r => r.group !== '')

async function planNames(ctx: Ctx): Promise<Map<string, { id: string; name: string }>> {
  const { rows } = await sql<{ id: string; stripe_id: string; name: string }>`select id, stripe_id, name from products`.execute(ctx.db)
  return new Map(rows.map(r => [r.stripe_id, r]))
}

/**
 * The net view: each customer's opening and closing of a period compared once, so that who joins and leaves within it does not show. Exchange
 * rates and transfers stay what they are.
 */
async function netSums(ctx: Ctx, range: { from: string; to: string }, input: TrendsInput): Promise<Sum[]> {
  const bucket = sql.raw(input.by === 'month' ? `to_char(day, 'YYYY-MM')` : `to_char(day, 'YYYY-MM-DD')`)
  const group = sql.raw(input.groupBy === 'plan' ? 'product_stripe_id' : input.groupBy === 'currency' ? 'currency' : `''`)
  const e4 = sql.ref(input.currency ? 'native_e4' : 'amount_e4'), held = input.currency ? sql`and currency = ${input.currency}` : sql``
  const { rows } = await sql<{ customer: string; bucket: string; group: string; own: string; fx: string; moved_in: string; moved_out: string; opening: string; had: boolean; unpriced: number }>`
    with moved as (
      select customer_id, ${bucket} as bucket, ${group} as "group", coalesce(sum(${e4}) filter (where category not in ('fx', 'transferIn', 'transferOut')), 0) as own, coalesce(sum(${e4}) filter (where category = 'fx'), 0) as fx,
        coalesce(sum(${e4}) filter (where category = 'transferIn'), 0) as moved_in, coalesce(sum(${e4}) filter (where category = 'transferOut'), 0) as moved_out, count(*) filter (where ${e4} is null)::int as unpriced
      from mrr_movements where live and day between ${range.from}::date and ${range.to}::date ${held} group by 1, 2, 3),
    before as (
      select m.customer_id, coalesce(sum(m.${e4}), 0) as opening, true as had from mrr_movements m
      where m.live and m.day < ${range.from}::date ${held} and m.customer_id in (select customer_id from moved) group by 1)
    select moved.customer_id as customer, bucket, "group", own::text, fx::text, moved_in::text, moved_out::text, coalesce(before.opening, 0)::text as opening, coalesce(before.had, false) as had, unpriced
    from moved left join before using (customer_id) order by 1, 2`.execute(ctx.db)
  if (rows.some(r => r.unpriced > 0)) throw await missingRate(ctx.db, range.to)
  const out: Sum[] = []
  const add = (bucketOf: string, groupOf: string, category: AnyCategory, amount: bigint) => { if (amount !== 0n) out.push({ bucket: bucketOf, group: groupOf, category, e4: amount, customers: 0, movements: 0 }) }
  for (const own of Map.groupBy(rows, r => r.customer).values()) {
    let opening = BigInt(own[0]!.opening), had = own[0]!.had
    for (const [period, parts] of Map.groupBy(own, r => r.bucket)) {
      const fx = parts.reduce((n, r) => n + BigInt(r.fx), 0n), delta = parts.reduce((n, r) => n + BigInt(r.own), 0n)
      const closing = opening + fx + delta
      for (const r of parts) {
        add(period, r.group, 'fx', BigInt(r.fx)); add(period, r.group, 'transferIn', BigInt(r.moved_in)); add(period, r.group, 'transferOut', BigInt(r.moved_out))
        const amount = BigInt(r.own)
        add(period, r.group, opening === 0n ? had ? 'reactivation' : 'new' : closing === 0n ? 'churn' : amount > 0n ? 'expansion' : 'contraction', amount)
      }
      had = true
      opening = closing
    }
  }
  return out
}
