import { convert } from '../currency.ts'
import { add, compare, divide, fraction, isZero, multiply, roundHalfUp, subtract, total, zero, type Fraction } from '../fraction.ts'
import { subscriptionLines, type Line } from '../line.ts'
import { rateAt } from '../rates.ts'
import { roundRow } from '../rounding.ts'
import { counts } from '../segments.ts'
import { timelineOf, type Book, type Movement } from '../timeline.ts'
import { RevenueError } from '../revenue-error.ts'
import type { Instant, SubscriptionState } from '../../billing/subscription-state.ts'
import { formatInstant, instant, integer, list, optionalList, raw, readPolicy, readRates, readState, settlePayment, text, type Raw } from './read-case.ts'

const six = ['new', 'expansion', 'contraction', 'churn', 'reactivation', 'fx'] as const
const names = { transferIn: 'transfer_in', transferOut: 'transfer_out' } as const
const minor = (f: Fraction): Fraction => divide(f, fraction(10_000n))
const printed = (f: Fraction): number => Number(roundHalfUp(minor(f)))

interface Played { customer: string; count: number; states: SubscriptionState[]; movements: Movement[]; opening: Line[]; closing: Line[] }
interface Period { start: Instant; end: Instant }
/** A case's customers replayed over its period. */
export interface Replayed { book: Book; period: Period; customers: Played[]; holding(line: Line, at: Instant): Fraction }

/** Replays the customers of a case; amounts keep their fractions. Throws RevenueError when a rate is missing at the period's edges. */
export function replayCustomers(input: Raw, policyOf: unknown): Replayed {
  const currency = text(input.currency, 'input.currency'), p = raw(input.period, 'input.period')
  const period = { start: instant(p.start, 'period.start'), end: instant(p.end, 'period.end') }
  if (period.end <= period.start) throw new RevenueError('The period ends before it starts.')
  const book: Book = {
    currency, policy: readPolicy(policyOf), rates: readRates(input.fx), exact: true,
    periodOf: at => at < period.start ? 'before' : at < period.end ? 'in' : 'after',
  }
  const holding = (line: Line, at: Instant): Fraction => {
    if (line.currency === currency || line.mrrE4 === 0n) return fraction(line.mrrE4)
    const rate = rateAt(book.rates, line.currency, at, true)
    if (!rate) throw new RevenueError(`Subscription ${line.subscription} is in ${line.currency}, and no rate of it to ${currency} is in force before ${formatInstant(at)}.`)
    return convert(fraction(line.mrrE4), line.currency, currency, rate.rate)
  }
  const customers = list(input.customers, 'input.customers').map((c, i): Played => {
    const customer = text(c.id, `customers[${i}].id`)
    const events = list(c.events, `Customer ${customer}: events`).map((e, k) => {
      const where = `Customer ${customer}: events[${k}]`
      return readState(e, instant(e.at, `${where}.at`), text(e.subscription, `${where}.subscription`), currency, where)
    })
    const states = settlePayment(events.sort((a, b) => a.at - b.at))
    const { movements, held } = timelineOf(states, book, period.end - 1)
    const missing = movements.find(m => m.amount === null && m.at >= period.start)
    if (missing) throw new RevenueError(`Customer ${customer} holds ${missing.currency}, and no rate of it to ${currency} is in force at ${formatInstant(missing.at)}.`)
    return {
      customer, count: c.count === undefined ? 1 : integer(c.count, `Customer ${customer}: count`), states,
      movements: movements.filter(m => m.at >= period.start), opening: timelineOf(states, book, period.start - 1).held, closing: held,
    }
  })
  return { book, period, customers, holding }
}

const times = (f: Fraction, n: number) => n === 1 ? f : multiply(f, fraction(BigInt(n)))
const edge = (r: Replayed, side: 'opening' | 'closing', filter?: (l: Line) => boolean) =>
  total(r.customers.flatMap(c => c[side].filter(l => filter?.(l) ?? true).map(l => times(r.holding(l, side === 'opening' ? r.period.start : r.period.end), c.count))))
const sum = (r: Replayed, category: string, filter?: (m: Movement) => boolean) =>
  total(r.customers.flatMap(c => c.movements.filter(m => m.category === category && (filter?.(m) ?? true)).map(m => times(m.amount!, c.count))))

/** The printed row of six categories between opening and closing. */
export function eventRow(r: Replayed): Record<string, number> {
  const row = roundRow(minor(edge(r, 'opening')), six.map(k => [k, minor(sum(r, k))] as const), minor(edge(r, 'closing')))
  return { opening: Number(row.opening), ...Object.fromEntries(six.map(k => [k, Number(row.parts[k])])), closing: Number(row.closing) }
}

function movementList(r: Replayed): Raw[] {
  const rows = r.customers.flatMap(c => [...Map.groupBy(c.movements.filter(m => !(m.category in names)), m => `${m.at} ${m.category}`).values()]
    .map(group => ({ at: group[0]!.at, customer: c.customer, category: group[0]!.category, amount: total(group.map(m => m.amount!)) })))
  return rows.sort((a, b) => a.at - b.at || (a.customer < b.customer ? -1 : a.customer > b.customer ? 1 : Number(b.category === 'fx') - Number(a.category === 'fx')))
    .map(m => ({ at: formatInstant(m.at), customer: m.customer, category: m.category, amount: printed(m.amount) }))
}

const classOf = (cause: string): string => ({ payment_failed: 'involuntary', disputed: 'involuntary', paused: 'paused', moved_to_free: 'moved_to_free' })[cause] ?? 'cancel_voluntary'

function lastChurn(r: Replayed): Movement | undefined {
  return r.customers.flatMap(c => c.movements).filter(m => m.category === 'churn').reduce<Movement | undefined>((last, m) => !last || m.at >= last.at ? m : last, undefined)
}

/** Kind `timeline`: the movements of a period. */
export function replayTimeline(input: Raw, policy: unknown): Raw {
  const r = replayCustomers(input, policy)
  const result: Raw = { ...eventRow(r), movements: movementList(r) }
  const churn = lastChurn(r)
  if (churn) result.cause = classOf(churn.cause)
  if (input.cash !== undefined) result.net_cash = list(input.cash, 'input.cash').reduce((net, row, i) => {
    const at = instant(row.at, `cash[${i}].at`)
    return at >= r.period.start && at < r.period.end ? net + integer(row.amount, `cash[${i}].amount`) : net
  }, 0)
  if (input.scheduled !== undefined) result.cmrr_3_months = committed(r, optionalList(input.scheduled, 'input.scheduled'))
  return result
}

/** MRR at the period's end with every phase that starts within three calendar months in place of its subscription's items. */
function committed(r: Replayed, scheduled: readonly Raw[]): number {
  const end = new Date(r.period.end)
  const day = end.getUTCDate(), limit = new Date(end)
  limit.setUTCDate(1); limit.setUTCMonth(limit.getUTCMonth() + 3)
  limit.setUTCDate(Math.min(day, new Date(Date.UTC(limit.getUTCFullYear(), limit.getUTCMonth() + 1, 0)).getUTCDate()))
  const phases = scheduled.map((s, i) => ({ at: instant(s.at, `scheduled[${i}].at`), subscription: text(s.subscription, `scheduled[${i}].subscription`), raw: s }))
    .filter(s => s.at < limit.getTime()).sort((a, b) => a.at - b.at)
  const replaced = new Map(phases.map(p => [p.subscription, p.raw]))
  const lines = r.customers.flatMap(c => {
    const last = new Map(c.states.filter(s => s.at < r.period.end).map(s => [s.subscription, s]))
    return [...last.values()].flatMap(state => {
      const phase = replaced.get(state.subscription)
      const next = phase ? readState({ ...phase, status: 'active' }, state.at, state.subscription, state.currency, `scheduled of ${state.subscription}`) : null
      const now = next ? { ...state, items: next.items } : state
      return counts(now, r.period.end, r.book.policy) ? subscriptionLines(now, r.period.end, r.book.policy).map(l => times(r.holding(l, r.period.end), c.count)) : []
    })
  })
  return printed(total(lines))
}

/** Kind `timeline_by_plan`: the same, and a row of each price with transfers. */
export function replayTimelineByPlan(input: Raw, policy: unknown): Raw {
  const r = replayCustomers(input, policy)
  const plans = new Set(r.customers.flatMap(c => [...c.opening.map(l => l.plan), ...c.states.flatMap(s => s.items.map(i => i.plan)), ...c.movements.map(m => m.plan)]))
  const keys = [...six, 'transferIn', 'transferOut'] as const
  const byPlan = Object.fromEntries([...plans].map(plan => {
    const row = roundRow(minor(edge(r, 'opening', l => l.plan === plan)), keys.map(k => [k, minor(sum(r, k, m => m.plan === plan))] as const), minor(edge(r, 'closing', l => l.plan === plan)))
    const parts = keys.filter(k => row.parts[k] !== 0n).map(k => [k in names ? names[k as keyof typeof names] : k, Number(row.parts[k])])
    return [plan, { opening: Number(row.opening), ...Object.fromEntries(parts), closing: Number(row.closing) }]
  }))
  return { ...replayTimeline(input, policy), by_plan: byPlan }
}

/** Kind `net_view`: the sums of events beside each customer's opening and closing compared once. */
export function replayNetView(input: Raw, policy: unknown): Raw {
  const r = replayCustomers(input, policy)
  const net: Record<string, Fraction> = Object.fromEntries(six.map(k => [k, zero]))
  for (const c of r.customers) {
    const opening = total(c.opening.map(l => r.holding(l, r.period.start))), closing = total(c.closing.map(l => r.holding(l, r.period.end)))
    const fx = total(c.movements.filter(m => m.category === 'fx').map(m => m.amount!))
    const delta = subtract(subtract(closing, opening), fx)
    net.fx = add(net.fx!, times(fx, c.count))
    const kind = netCategory(opening, closing, delta, hadBefore(c, r))
    if (kind) net[kind] = add(net[kind]!, times(delta, c.count))
  }
  const row = roundRow(minor(edge(r, 'opening')), six.map(k => [k, minor(net[k]!)] as const), minor(edge(r, 'closing')))
  return { event_view: eventRow(r), net_view: { opening: Number(row.opening), ...Object.fromEntries(six.map(k => [k, Number(row.parts[k])])), closing: Number(row.closing) } }
}

const hadBefore = (c: Played, r: Replayed) => timelineOf(c.states, r.book, r.period.start - 1).movements.some(m => m.category === 'new')

/** Which category the net change of one customer belongs to; null when there is none. */
export function netCategory(opening: Fraction, closing: Fraction, delta: Fraction, hadBefore: boolean): (typeof six)[number] | null {
  if (isZero(delta)) return null
  if (isZero(opening)) return hadBefore ? 'reactivation' : 'new'
  if (isZero(closing)) return 'churn'
  return compare(delta, zero) > 0 ? 'expansion' : 'contraction'
}

const months = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december']

/** Kind `restatement`: a closed period as reported, as restated, and the adjustment in the month of recording. */
export function replayRestatement(input: Raw, policy: unknown): Raw {
  const r = replayCustomers(input, policy)
  const recorded = instant(input.recorded_at, 'input.recorded_at'), closed = instant(input.period_closed_at, 'input.period_closed_at')
  const restated = eventRow(r).closing!
  const reported = recorded > closed ? 0 : restated
  const m = months[new Date(r.period.start).getUTCMonth()]!, later = months[new Date(recorded).getUTCMonth()]!
  return { [`as_reported_${m}_closing`]: reported, [`as_restated_${m}_closing`]: restated, [`${later}_report`]: { adjustments_prior_period: restated - reported } }
}
