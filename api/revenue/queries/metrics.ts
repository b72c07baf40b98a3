import { sql } from 'kysely'
import type { Ctx } from '../../engine/context.ts'
import { addDays, addMonths, dayOf, startOfDay } from '../book-time.ts'
import { convert } from '../currency.ts'
import { divide, fraction, multiply, roundHalfUp, toFixed, zero, type Fraction } from '../fraction.ts'
import { movementLink } from '../links.ts'
import { loadBook } from '../load-book.ts'
import { rateAt } from '../rates.ts'
import { roundRow } from '../rounding.ts'
import type { Book } from '../timeline.ts'
import { openingSet } from './opening-set.ts'
import { eventCategories, sums, type Sum } from './sums.ts'

const e4 = fraction(10_000n)
const minor = (n: bigint): number => Number(roundHalfUp(divide(fraction(n), e4)))
const lastOfMonth = (month: string) => addDays(`${addMonths(month, 1)}-01`, -1)

interface Ratio { value: number | null; numerator: number; denominator: number }
/** A rate from exact parts, rounded once to six places; null where the base is empty. Money parts are printed in minor units. */
const ratio = (numerator: bigint, denominator: bigint, money: boolean): Ratio => ({
  value: denominator === 0n ? null : Number(toFixed(fraction(numerator, denominator), 6)), numerator: money ? minor(numerator) : Number(numerator), denominator: money ? minor(denominator) : Number(denominator),
})

/** The same day some months earlier, or the last of its month. */
function monthsBefore(day: string, months: number): string {
  const month = addMonths(day.slice(0, 7), -months), last = lastOfMonth(month)
  return `${month}-${day.slice(8)}` > last ? last : `${month}-${day.slice(8)}`
}

/** The head figures at the end of a day: MRR and what moved it in its month to date, and the rates of revenue.md 2.6 on the opening set. */
export async function revenueMetrics(ctx: Ctx, input: { at?: string; currency?: string }) {
  const { db } = ctx, zone = ctx.config.book.timeZone
  const today = dayOf(ctx.now.getTime(), zone), at = input.at ?? today, month = at.slice(0, 7), from = `${month}-01`
  const book = await loadBook(db, ctx.config.book), currency = input.currency ?? book.currency
  const rows = await sums(db, { from, to: at, by: 'all', currency: input.currency })
  const movements = monthRow(rows)
  const yearAgo = lastOfMonth(addMonths(month, -12))
  const past = (await sums(db, { from: addDays(yearAgo, 1), to: addDays(yearAgo, 1), by: 'all', currency: input.currency })).filter(s => s.bucket === null).reduce((n, s) => n + s.e4, 0n)

  const set = (first: string) => openingSet(db, book, first, startOfDay(first, zone), at, input.currency)
  const monthSet = await set(from), yearSet = await set(addDays(monthsBefore(at, 12), 1))
  const churn3 = await trailingChurn(ctx, book, at, input.currency)
  const active = rows.reduce((n, s) => n + s.customers, 0)
  const lost = monthSet.lost + monthSet.contraction
  const rates = {
    mom: ratio(movements.exact.closing - movements.exact.opening, movements.exact.opening, true), yoy: ratio(movements.exact.closing - past, past, true),
    logo: ratio(BigInt(monthSet.lostCustomers), BigInt(monthSet.customers), false), gross: ratio(lost, monthSet.opening, true), net: ratio(lost - monthSet.expansion, monthSet.opening, true),
    nrr: ratio(yearSet.opening - yearSet.lost - yearSet.contraction + yearSet.expansion, yearSet.opening, true), grr: ratio(yearSet.opening - yearSet.lost - yearSet.contraction, yearSet.opening, true),
    quickRatio: ratio(movements.exact.new + movements.exact.expansion + movements.exact.reactivation, -(movements.exact.contraction + movements.exact.churn), true),
    logoChurnTrailing3: ratio(BigInt(churn3.lost), BigInt(churn3.customers), false), trialConversion: await trialConversion(ctx, at),
  }
  const arpa = active > 0 ? divide(divide(fraction(movements.exact.closing), e4), fraction(BigInt(active))) : null
  const ltv = arpa && churn3.lost > 0 ? divide(multiply(arpa, fraction(BigInt(churn3.customers))), fraction(BigInt(churn3.lost))) : null
  const ahead = at === today ? await lookAhead(ctx, book, input.currency) : null
  const churned = (await churnedCustomers(ctx, from, at, input.currency))
  const money = (f: Fraction | null) => f === null ? null : Number(roundHalfUp(f))
  return {
    at, currency, period: { from, to: at, complete: at === lastOfMonth(month) && at < today },
    mrr: movements.printed.closing, arr: Number(roundHalfUp(divide(fraction(12n * movements.exact.closing), e4))),
    growth: { mom: rates.mom.value, yoy: rates.yoy.value }, movements: movements.printed,
    churn: { logo: rates.logo.value, gross: rates.gross.value, net: rates.net.value }, nrr: rates.nrr.value, grr: rates.grr.value,
    arpa: money(arpa), ltv: money(ltv), quickRatio: rates.quickRatio.value,
    customers: { active, trialing: await trialing(ctx, at), churned }, trialConversion: rates.trialConversion.value,
    atRiskMrr: ahead?.atRisk ?? null, scheduledChurn: ahead ? -ahead.scheduled : null, committedMrr: ahead ? movements.printed.closing - ahead.scheduled : null,
    counts: rates, links: metricLinks(from, at, input.currency), asOf: ctx.now.toISOString(),
  }
}

/** The month's row: exact sums, and as printed. Transfers within one currency cancel out; what remains of them belongs to expansion or contraction. */
function monthRow(rows: readonly Sum[]) {
  const of = (filter: (s: Sum) => boolean) => rows.filter(filter).reduce((n, s) => n + s.e4, 0n)
  const moved = of(s => s.bucket !== null && (s.category === 'transferIn' || s.category === 'transferOut'))
  const exact = {
    opening: of(s => s.bucket === null),
    ...Object.fromEntries(eventCategories.map(k => [k, of(s => s.bucket !== null && s.category === k) + (k === (moved > 0n ? 'expansion' : 'contraction') ? moved : 0n)])) as Record<(typeof eventCategories)[number], bigint>,
    closing: of(() => true),
  }
  const f = (n: bigint) => divide(fraction(n), e4)
  const row = roundRow(f(exact.opening), eventCategories.map(k => [k, f(exact[k])] as const), f(exact.closing))
  const parts = Object.fromEntries(eventCategories.map(k => [k, Number(row.parts[k])])) as Record<(typeof eventCategories)[number], number>
  return { exact, printed: { opening: Number(row.opening), ...parts, closing: Number(row.closing) } }
}

/** Logo churn of the last three months, each on its own opening set. */
async function trailingChurn(ctx: Ctx, book: Book, at: string, currency?: string): Promise<{ lost: number; customers: number }> {
  const sum = { lost: 0, customers: 0 }
  for (const k of [0, 1, 2]) {
    const first = addDays(monthsBefore(at, k + 1), 1), last = monthsBefore(at, k)
    const set = await openingSet(ctx.db, book, first, startOfDay(first, ctx.config.book.timeZone), last, currency)
    sum.lost += set.lostCustomers; sum.customers += set.customers
  }
  return sum
}

async function churnedCustomers(ctx: Ctx, from: string, at: string, currency?: string): Promise<number> {
  const { rows: [row] } = await sql<{ n: number }>`select count(distinct customer_id)::int as n from mrr_movements where live and category = 'churn' and day between ${from}::date and ${at}::date ${currency ? sql`and currency = ${currency}` : sql``}`.execute(ctx.db)
  return row!.n
}

/** Customers in a trial at the end of a day. */
async function trialing(ctx: Ctx, at: string): Promise<number> {
  const end = new Date(Math.min(ctx.now.getTime(), startOfDay(addDays(at, 1), ctx.config.book.timeZone)))
  const { rows: [row] } = await sql<{ n: number }>`select count(distinct customer_id)::int as n from subscriptions where start_date <= ${end} and trial_end > ${end} and (ended_at is null or ended_at > ${end}) and status not in ('incomplete', 'incomplete_expired')`.execute(ctx.db)
  return row!.n
}

/** Which share of the customers whose first trial ended in the thirty days up to `at` had MRR at or after its end? */
async function trialConversion(ctx: Ctx, at: string): Promise<Ratio> {
  const zone = ctx.config.book.timeZone
  const to = new Date(Math.min(ctx.now.getTime(), startOfDay(addDays(at, 1), zone))), from = new Date(startOfDay(addDays(at, -29), zone))
  const { rows: [row] } = await sql<{ ended: number; converted: number }>`
    with first as (
      select distinct on (customer_id) customer_id, least(trial_end, coalesce(ended_at, trial_end)) as ended from subscriptions
      where trial_end is not null and customer_id is not null order by customer_id, start_date, id)
    select count(*)::int as ended, count(*) filter (where exists (
      select 1 from mrr_movements m where m.live and m.customer_id = first.customer_id and m.customer_delta > 0 and m.effective_at >= first.ended and m.effective_at < ${to}))::int as converted
    from first where ended >= ${from} and ended < ${to}`.execute(ctx.db)
  return ratio(BigInt(row!.converted), BigInt(row!.ended), false)
}

/** MRR of past_due subscriptions, and of those that will end within 90 days, at the rates of today. */
async function lookAhead(ctx: Ctx, book: Book, currency?: string): Promise<{ atRisk: number; scheduled: number }> {
  const { rows } = await sql<{ currency: string; risk: number; ending: number }>`
    select currency, coalesce(sum(mrr) filter (where status = 'past_due'), 0)::bigint as risk,
      coalesce(sum(mrr) filter (where (cancel_at is not null and cancel_at <= ${ctx.now}::timestamptz + interval '90 days') or (cancel_at is null and cancel_at_period_end and current_period_end <= ${ctx.now}::timestamptz + interval '90 days')), 0)::bigint as ending
    from subscriptions where status in ('active', 'past_due') and mrr > 0 ${currency ? sql`and currency = ${currency}` : sql``} group by 1`.execute(ctx.db)
  const total = (pick: 'risk' | 'ending') => Number(roundHalfUp(rows.reduce((sum, r) => {
    const rate = currency || r.currency === book.currency ? null : rateAt(book.rates, r.currency, ctx.now.getTime())
    const amount = fraction(BigInt(r[pick]))
    const value = rate ? convert(amount, r.currency, book.currency, rate.rate) : amount
    return { n: sum.n * value.d + value.n * sum.d, d: sum.d * value.d }
  }, zero)))
  return { atRisk: total('risk'), scheduled: total('ending') }
}

function metricLinks(from: string, at: string, currency?: string): Record<string, string> {
  const inMonth = (category?: string | readonly string[]) => movementLink({ from, to: at, category, currency })
  const year = addDays(monthsBefore(at, 12), 1)
  return {
    mrr: movementLink({ to: at, currency }), arr: movementLink({ to: at, currency }), opening: movementLink({ to: addDays(from, -1), currency }), closing: movementLink({ to: at, currency }),
    ...Object.fromEntries(eventCategories.map(k => [k, inMonth(k)])),
    growth: inMonth(), churnLogo: inMonth('churn'), churnGross: inMonth(['churn', 'contraction']), churnNet: inMonth(['churn', 'contraction', 'expansion']),
    nrr: movementLink({ from: year, to: at, category: ['churn', 'contraction', 'expansion'], currency }), grr: movementLink({ from: year, to: at, category: ['churn', 'contraction'], currency }),
    quickRatio: inMonth(['new', 'expansion', 'reactivation', 'contraction', 'churn']), customersActive: '/customers?mrr_gt=0', customersTrialing: '/customers?status=trialing', customersChurned: inMonth('churn'),
    atRiskMrr: '/subscriptions?status=past_due', scheduledChurn: '/subscriptions?cancelAtPeriodEnd=true', trialConversion: `/subscriptions?trialEnd_between=${addDays(at, -29)}&trialEnd_between=${at}`,
  }
}
