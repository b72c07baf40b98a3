import type { ObjectVersion } from './object-version.ts'
import type { Json, JsonObject } from './stripe-shape.ts'

export interface Ordered {
  /** One version for each second that has any: the last state of that second, ascending. */
  versions: ObjectVersion[]
  /** Seconds whose last state could not be told; a fetch of the object decides, else they are collapsed by event id. */
  ties: number[]
}

/** Canonical text of facts: keys sorted, absent and null alike, discounts and coupons by id. */
export function canonical(value: Json | undefined): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object') return JSON.stringify(value)
  if (typeof value.id === 'string' && ('source' in value || value.id.startsWith('di_'))) return JSON.stringify(value.id)
  return `{${Object.keys(value).sort().filter(k => value[k] !== null && value[k] !== undefined && k !== 'tiers').map(k => `${JSON.stringify(k)}:${canonical(value[k])}`).join(',')}}`
}

/** The facts as they were before an event: its former values laid over the state it tells. */
function before(facts: JsonObject, previous: JsonObject): JsonObject {
  const merged: JsonObject = { ...facts }
  for (const [key, old] of Object.entries(previous)) {
    const now = merged[key]
    const nested = (v: Json | undefined): v is JsonObject => typeof v === 'object' && v !== null && !Array.isArray(v)
    merged[key] = nested(old) && nested(now) ? before(now, old) : old
  }
  return merged
}

const follows = (later: ObjectVersion, earlier: ObjectVersion): boolean =>
  later.previous !== null && canonical(before(later.facts, later.previous)) === canonical(earlier.facts)

const rank = (v: ObjectVersion): number => v.source !== 'webhook' ? 0 : v.eventType?.endsWith('.created') ? 1 : v.eventType?.endsWith('.deleted') ? 3 : 2

/**
 * Orders the versions of one object. Stripe dates events in whole seconds, so within a second they are chained: B follows A when B's previous
 * attributes are A's values; a creation comes first, a deletion last. Where several ends remain, the state before and after decide, then a
 * later fetch of the object, then the smallest event id. Depends on the set of versions alone, not on their order of arrival.
 */
export function orderVersions(all: readonly ObjectVersion[]): Ordered {
  const unique = [...new Map(all.map(v => [v.stripeEventId ?? `${v.source} ${v.effectiveAt} ${canonical(v.facts)}`, v])).values()]
  const seconds = [...Map.groupBy(unique, v => v.effectiveAt)].sort(([a], [b]) => a - b).map(([second, group]) => ({ second, group }))
  const versions: ObjectVersion[] = [], ties: number[] = []
  seconds.forEach(({ second, group }, i) => {
    const top = Math.max(...group.map(rank))
    const last = group.filter(v => rank(v) === top).sort((a, b) => key(a) < key(b) ? -1 : 1)
    const choice = choose(last, versions.at(-1) ?? null, group, seconds[i + 1]?.group ?? [], fetchedSince(seconds.slice(i)))
    if (choice.tie) ties.push(second)
    versions.push(choice.version)
  })
  return { versions, ties }
}

const key = (v: ObjectVersion) => v.stripeEventId ?? v.source

/** The first fetched state at or after a second with no event between them. */
function fetchedSince(seconds: { group: ObjectVersion[] }[]): ObjectVersion | null {
  for (const [i, { group }] of seconds.entries()) {
    const fetched = group.find(v => v.source !== 'webhook')
    if (fetched) return fetched
    if (i > 0) return null
  }
  return null
}

function choose(ends: ObjectVersion[], earlier: ObjectVersion | null, group: ObjectVersion[], next: ObjectVersion[], fetched: ObjectVersion | null): { version: ObjectVersion; tie: boolean } {
  const distinct = [...new Map(ends.toReversed().map(v => [canonical(v.facts), v])).values()].sort((a, b) => key(a) < key(b) ? -1 : 1)
  if (distinct.length === 1) return { version: distinct[0]!, tie: false }
  const start = group.filter(v => rank(v) < rank(ends[0]!)).at(-1) ?? earlier
  let candidates = distinct.length <= 6 ? chainEnds(distinct, start) : []
  if (!candidates.length) candidates = distinct
  if (candidates.length > 1) candidates = orAll(candidates.filter(c => next.some(n => follows(n, c))), candidates)
  if (candidates.length > 1 && fetched) {
    const decided = candidates.filter(c => canonical(c.facts) === canonical(fetched.facts))
    if (decided.length) return { version: decided[0]!, tie: false }
    // a fetch that agrees with none of them tells of a later change; asking again would not help
    return { version: candidates[0]!, tie: false }
  }
  return { version: candidates[0]!, tie: candidates.length > 1 }
}

const orAll = <T>(some: T[], all: T[]): T[] => some.length ? some : all

/** Versions that can stand last when all of them form one chain from the state before (if that is known). */
function chainEnds(list: readonly ObjectVersion[], start: ObjectVersion | null): ObjectVersion[] {
  const ends = (from: ObjectVersion | null, rest: readonly ObjectVersion[]): ObjectVersion[] =>
    rest.length === 0 ? [from!] : rest.flatMap(v => from === null || follows(v, from) ? ends(v, rest.filter(r => r !== v)) : [])
  const anchored = start ? ends(start, list) : []
  return [...new Set(anchored.length ? anchored : ends(null, list))]
}
