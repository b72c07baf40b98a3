import { subscriptionLines, type Line } from './line.ts'
import type { Policy } from './policy.ts'
import { RevenueError } from './revenue-error.ts'
import type { Instant, SubscriptionState } from '../billing/subscription-state.ts'

/** Why a subscription's lines changed: a new state arrived, or its own clock passed a date that the state holds. */
export type Trigger = 'state' | 'paid' | 'discount_start' | 'discount_end' | 'item_trial_end' | 'past_due_limit'

/** What one subscription counts from an instant on. `before` is the state it had until then. */
export interface Segment { from: Instant; trigger: Trigger; state: SubscriptionState; before: SubscriptionState | null; lines: Line[] }

const counting = new Set(['active', 'past_due'])
const silent = new Set(['trialing', 'unpaid', 'paused', 'canceled', 'incomplete', 'incomplete_expired'])
const day = 86_400_000

/**
 * Does the subscription count at all at this instant? (Its price may still be 0.) active and past_due do; not while collection is paused
 * with void or mark_uncollectible, before the first paid service, past the policy's day N, or after a request to cancel where policy says so.
 */
export function counts(state: SubscriptionState, at: Instant, policy: Policy): boolean {
  if (silent.has(state.status)) return false
  if (!counting.has(state.status)) throw new RevenueError(`Subscription ${state.subscription} has the unknown status ${state.status}.`)
  switch (state.pauseCollection) {
    case undefined: case 'keep_as_draft': break
    case 'void': case 'mark_uncollectible': return false
    default: throw new RevenueError(`Subscription ${state.subscription} pauses collection in the unknown way ${state.pauseCollection}.`)
  }
  if (policy.firstPaymentRequired && state.countsFrom !== undefined && (state.countsFrom === null || at < state.countsFrom)) return false
  if (policy.churnAt === 'request' && state.cancelAtPeriodEnd) return false
  const limit = pastDueLimit(state, policy)
  return limit === null || at < limit
}

const pastDueLimit = (state: SubscriptionState, policy: Policy): Instant | null =>
  state.status === 'past_due' && policy.pastDueDays !== null ? (state.pastDueSince ?? state.at) + policy.pastDueDays * day : null

/** Instants at which this state changes what it counts, by itself, in ascending order. */
function ownInstants(state: SubscriptionState, policy: Policy): [Instant, Trigger][] {
  const found: [Instant, Trigger][] = []
  if (!counting.has(state.status)) return found
  if (policy.firstPaymentRequired && state.countsFrom != null) found.push([state.countsFrom, 'paid'])
  const limit = pastDueLimit(state, policy)
  if (limit !== null) found.push([limit, 'past_due_limit'])
  for (const d of [...state.discounts, ...state.items.flatMap(i => i.discounts)]) {
    if (d.start !== undefined) found.push([d.start, 'discount_start'])
    if (d.end !== undefined) found.push([d.end, 'discount_end'])
  }
  for (const item of state.items) if (item.trialEnd !== undefined) found.push([item.trialEnd, 'item_trial_end'])
  return found.sort((a, b) => a[0] - b[0])
}

/** Keeps one state per instant (the later in the list) and fills in where an unbroken run of past_due began. */
function settle(states: readonly SubscriptionState[]): SubscriptionState[] {
  const kept: SubscriptionState[] = []
  for (const state of states) {
    if (kept.length && kept.at(-1)!.at === state.at) kept.pop()
    kept.push(state)
  }
  let since: Instant | null = null
  return kept.map(state => {
    if (state.status !== 'past_due') { since = null; return state }
    since ??= state.at
    return state.pastDueSince === undefined ? { ...state, pastDueSince: since } : state
  })
}

/**
 * What one subscription counts over time, from its states in ascending order of `at` (equal instants: the later in the list is the state).
 * Ends of discounts and trials, the first paid service and past-due day N become segments at their own instant.
 * `due` is the next instant after `until` at which the last state changes by itself.
 */
export function segmentsOf(states: readonly SubscriptionState[], policy: Policy, until: Instant): { segments: Segment[]; due: Instant | null } {
  const settled = settle(states)
  const segments: Segment[] = []
  let due: Instant | null = null
  settled.forEach((state, i) => {
    if (state.at > until) { due = Math.min(due ?? Infinity, state.at); return }
    const end = settled[i + 1]?.at ?? Infinity
    const before = settled[i - 1] ?? null
    const push = (from: Instant, trigger: Trigger, previous: SubscriptionState | null) => {
      const last = segments.at(-1)
      if (last && last.from === from) return
      segments.push({ from, trigger, state, before: previous, lines: counts(state, from, policy) ? subscriptionLines(state, from, policy) : [] })
    }
    push(state.at, 'state', before)
    for (const [at, trigger] of ownInstants(state, policy)) {
      if (at <= state.at || at >= end) continue
      if (at > until) { due = Math.min(due ?? Infinity, at); break }
      push(at, trigger, state)
    }
  })
  return { segments, due }
}
