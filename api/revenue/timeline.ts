import { causeOf, type Category, type Cause, type Change } from './cause.ts'
import { convert } from './currency.ts'
import { compare, fraction, isZero, roundHalfEven, signOf, subtract, total, zero, type Fraction } from './fraction.ts'
import type { Line } from './line.ts'
import type { Policy } from './policy.ts'
import { rateAt, type Rate, type RateTable } from './rates.ts'
import { counts, segmentsOf, type Segment } from './segments.ts'
import { splitMovement } from './split-movement.ts'
import type { Instant, Source, SubscriptionState } from '../billing/subscription-state.ts'

/** The book in which a customer's history is written. */
export interface Book {
  currency: string
  policy: Policy
  rates: RateTable
  /** Names the period an instant lies in; changes are never joined across periods. */
  periodOf(at: Instant): string | number
  /** Keep converted amounts as exact fractions (worked cases) instead of whole 1/10,000 units (the ledger). */
  exact?: boolean
}

/** One row of the ledger of one customer, for one plan in one currency. Amounts in 1/10,000 minor unit. */
export interface Movement {
  at: Instant
  category: Category
  cause: Cause
  subscription: string
  plan: string
  currency: string
  /** In the book's currency; null where no rate was in force. */
  amount: Fraction | null
  /** In `currency`; 0 for fx. */
  nativeE4: bigint
  rate: Rate | null
  /** +1 or -1 on the one row at which the customer, his plan or his currency begins or stops to have MRR. */
  customerDelta: number
  planDelta: number
  currencyDelta: number
  quality: 'observed' | 'reconstructed'
  source: Source
  /** Lines of this plan and currency on both sides. */
  before: Line[]
  after: Line[]
}

/** Everything that one customer's states mean: his movements, what he holds at the end, and when time alone will change it next. */
export interface Timeline { movements: Movement[]; held: Line[]; due: Instant | null }

const minute = 60_000
const sumOf = (lines: readonly Line[]) => lines.reduce((sum, l) => sum + l.mrrE4, 0n)

/**
 * Replays one customer: his subscriptions' states (in any order of subscriptions; states of one subscription in ascending `at`) -> movements
 * up to and including `until`, in order. Per instant: fx first, on what is held; then the change, classified over all subscriptions together
 * (0 -> positive: new or reactivation; positive -> 0: churn; up: expansion; down: contraction), split by plan with transfers.
 */
export function timelineOf(states: readonly SubscriptionState[], book: Book, until: Instant): Timeline {
  const histories = [...Map.groupBy(states, s => s.subscription)].sort(([a], [b]) => a < b ? -1 : 1).map(([, list]) => segmentsOf(list, book.policy, until))
  const lists = histories.map(h => h.segments)
  joinReplacements(lists, book)
  let due = histories.reduce<Instant | null>((min, h) => h.due === null ? min : Math.min(min ?? Infinity, h.due), null)

  const changeAt = new Map<Instant, Change[]>()
  for (const list of lists) list.forEach((to, i) => {
    const at = changeAt.get(to.from) ?? []
    at.push({ subscription: to.state.subscription, from: list[i - 1] ?? null, to, trigger: to.trigger })
    changeAt.set(to.from, at)
  })
  const currencies = new Set(lists.flatMap(list => list.flatMap(s => s.lines.map(l => l.currency))))
  currencies.delete(book.currency)
  const instants = new Set(changeAt.keys())
  for (const c of currencies) for (const r of book.rates.get(c) ?? []) if (r.from <= until) instants.add(r.from)

  const current = new Map<string, Segment>()
  const movements: Movement[] = []
  let everHad = false
  for (const at of [...instants].sort((a, b) => a - b)) {
    const changes = changeAt.get(at) ?? []
    const held = [...current.values()]
    if (currencies.size) movements.push(...fxRows(at, held, book))
    if (!changes.length) continue
    for (const c of changes) current.set(c.subscription, c.to)
    const rows = changeRows(at, changes, held, [...current.values()], everHad, book)
    movements.push(...rows)
    everHad ||= [...current.values()].some(s => sumOf(s.lines) > 0n)
  }
  const held = [...current.values()].flatMap(s => s.lines)
  for (const c of new Set(held.filter(l => l.mrrE4 > 0n && l.currency !== book.currency).map(l => l.currency)))
    for (const r of book.rates.get(c) ?? []) if (r.from > until) { due = Math.min(due ?? Infinity, r.from); break }
  return { movements, held, due }
}

/** A subscription that ends and another that begins within the window of the same period change at one instant, the later. */
function joinReplacements(lists: Segment[][], book: Book): void {
  const begins = lists.map(list => list.find(s => sumOf(s.lines) > 0n)?.from ?? Infinity)
  lists.forEach((list, i) => {
    const last = list.at(-1), before = list.at(-2)
    if (!last || !before || last.state.status !== 'canceled' || sumOf(before.lines) === 0n) return
    const next = Math.min(...begins.filter((at, k) => k !== i && at > last.from && at <= last.from + book.policy.coalesceMinutes * minute))
    if (next !== Infinity && book.periodOf(next) === book.periodOf(last.from)) last.from = next
  })
}

/** Native holding -> book currency at a rate: exact in a replay, else rounded once, half-even, to whole units. */
function inBook(nativeE4: bigint, currency: string, rate: Rate | null, book: Book): Fraction | null {
  if (nativeE4 === 0n) return zero
  if (currency === book.currency) return fraction(nativeE4)
  if (!rate) return null
  const value = convert(fraction(nativeE4), currency, book.currency, rate.rate)
  return book.exact ? value : fraction(roundHalfEven(value))
}

const keyOf = (l: Line) => `${l.plan}\u0000${l.currency}`

function fxRows(at: Instant, held: readonly Segment[], book: Book): Movement[] {
  const rows: Movement[] = []
  for (const [, lines] of Map.groupBy(held.flatMap(s => s.lines), keyOf)) {
    const { currency, plan } = lines[0]!
    const native = sumOf(lines)
    if (currency === book.currency || native === 0n) continue
    const old = rateAt(book.rates, currency, at, true), now = rateAt(book.rates, currency, at)
    if (old === now) continue
    const before = inBook(native, currency, old, book), after = inBook(native, currency, now, book)
    const amount = before && after ? subtract(after, before) : null
    if (amount && isZero(amount)) continue
    const state = held.find(s => s.state.subscription === lines[0]!.subscription)!.state
    rows.push({
      at, category: 'fx', cause: 'fx', subscription: state.subscription, plan, currency, amount, nativeE4: 0n, rate: now,
      customerDelta: 0, planDelta: 0, currencyDelta: 0, quality: 'observed', source: state.source ?? {}, before: lines, after: lines,
    })
  }
  return rows
}

interface Key { plan: string; currency: string; before: Line[]; after: Line[]; nativeBefore: bigint; nativeAfter: bigint; rate: Rate | null }

function changeRows(at: Instant, changes: readonly Change[], held: readonly Segment[], now: readonly Segment[], everHad: boolean, book: Book): Movement[] {
  const keys = keysOf(at, held, now, book)
  if (keys.every(k => k.nativeBefore === k.nativeAfter)) return []
  const sides = keys.map(k => ({ before: inBook(k.nativeBefore, k.currency, k.rate, book), after: inBook(k.nativeAfter, k.currency, k.rate, book) }))
  const known = sides.every(s => s.before && s.after)
  const native = keys.map(k => ({ before: fraction(k.nativeBefore), after: fraction(k.nativeAfter) }))
  const whole = (known ? sides : native) as { before: Fraction; after: Fraction }[]
  const had = total(whole.map(s => s.before)), has = total(whole.map(s => s.after))
  const category = classify(had, has, everHad, held, now, at, book)
  const cause = causeOf(category ?? 'transferIn', changes)

  const parts = known ? splitMovement(whole) : null
  const oneCurrency = keys.every(k => k.currency === keys[0]!.currency)
  const nativeParts = oneCurrency ? splitMovement(native) : null
  const opening = changes.some(c => c.to.state.opening)
  const rows: Movement[] = []
  keys.forEach((key, i) => {
    const changed = changes.filter(c => touches(c, key)).map(c => c.to.state)
    const state = changed[0] ?? changes[0]!.to.state
    const row = (cat: Category, amount: Fraction | null, nativeE4: bigint): Movement => ({
      at, category: cat, cause, subscription: state.subscription, plan: key.plan, currency: key.currency, amount, nativeE4, rate: key.rate,
      customerDelta: 0, planDelta: 0, currencyDelta: 0,
      quality: opening || changed.some(s => s.quality === 'reconstructed') ? 'reconstructed' : 'observed', source: state.source ?? {}, before: key.before, after: key.after,
    })
    const delta = key.nativeAfter - key.nativeBefore
    const part = parts?.[i]
    const moved = part && !isZero(part.transfer)
    const nativeTransfer = nativeParts ? roundHalfEven(nativeParts[i]!.transfer) : moved ? (isZero(part.own) ? delta : share(delta, part.transfer, key, book)) : 0n
    if (moved) rows.push(row(signOf(part.transfer) > 0 ? 'transferIn' : 'transferOut', part.transfer, nativeTransfer))
    const rest = delta - (moved ? nativeTransfer : 0n)
    if (category && (part ? !isZero(part.own) : delta !== 0n)) rows.push(row(category, part ? part.own : null, rest))
    else if (moved) rows.at(-1)!.nativeE4 = delta
  })
  countDeltas(rows, keys, had, has)
  return rows
}

/** A transfer's native amount where several currencies meet: its book amount turned back at the day's rate. */
function share(delta: bigint, transfer: Fraction, key: Key, book: Book): bigint {
  if (key.currency === book.currency) return roundHalfEven(transfer)
  if (!key.rate) return delta
  return roundHalfEven(convert(transfer, book.currency, key.currency, fraction(key.rate.rate.d, key.rate.rate.n)))
}

function keysOf(at: Instant, held: readonly Segment[], now: readonly Segment[], book: Book): Key[] {
  const before = Map.groupBy(held.flatMap(s => s.lines), keyOf), after = Map.groupBy(now.flatMap(s => s.lines), keyOf)
  return [...new Set([...before.keys(), ...after.keys()])].sort().map(key => {
    const b = before.get(key) ?? [], a = after.get(key) ?? []
    const { plan, currency } = (b[0] ?? a[0])!
    return { plan, currency, before: b, after: a, nativeBefore: sumOf(b), nativeAfter: sumOf(a), rate: currency === book.currency ? null : rateAt(book.rates, currency, at) }
  })
}

const touches = (c: Change, key: Key): boolean => {
  const sum = (s: Segment | null) => sumOf((s?.lines ?? []).filter(l => l.plan === key.plan && l.currency === key.currency))
  return sum(c.from) !== sum(c.to)
}

function classify(had: Fraction, has: Fraction, everHad: boolean, held: readonly Segment[], now: readonly Segment[], at: Instant, book: Book): Category | null {
  const direction = compare(has, had)
  if (direction === 0) return null
  const stays = (segments: readonly Segment[], when: Instant) => book.policy.zeroMrr === 'contraction' && segments.some(s => s.state.status !== 'canceled' && counts(s.state, when, book.policy))
  if (isZero(had)) return everHad ? stays(held, at - 1) ? 'expansion' : 'reactivation' : 'new'
  if (isZero(has)) return stays(now, at) ? 'contraction' : 'churn'
  return direction > 0 ? 'expansion' : 'contraction'
}

/** Marks the rows at which the customer, each of his plans and each of his currencies begins or stops to have MRR. */
function countDeltas(rows: Movement[], keys: readonly Key[], had: Fraction, has: Fraction): void {
  const flip = (before: boolean, after: boolean) => Number(after) - Number(before)
  if (rows[0]) rows[0].customerDelta = flip(!isZero(had), !isZero(has))
  for (const by of ['plan', 'currency'] as const) {
    for (const [name, list] of Map.groupBy(keys, k => k[by])) {
      const row = rows.find(r => r[by] === name)
      const delta = flip(list.some(k => k.nativeBefore > 0n), list.some(k => k.nativeAfter > 0n))
      if (row) row[by === 'plan' ? 'planDelta' : 'currencyDelta'] = delta
    }
  }
}
