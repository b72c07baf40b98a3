/** How many rows match, remembered for a few seconds when counting is dear. */
export interface Totals {
  /** Counts through `count` unless a fresh answer for this key is known. One count per key is in flight at a time. */
  get(table: string, key: string, count: () => Promise<number>): Promise<number>
  /** Rows of this table were written by this process: forget its totals. */
  changed(table: string): void
}

const cheap = 4, fresh = 5_000, most = 2_000

/**
 * A total that took longer than a few milliseconds is kept for five seconds and refreshed in the background while it is asked for; writes of
 * this process drop it at once. Cheap totals are counted each time.
 */
export function createTotals(now: () => number = () => performance.now()): Totals {
  const kept = new Map<string, { value: number; at: number; generation: number }>()
  const running = new Map<string, Promise<number>>()
  const generations = new Map<string, number>()
  const generation = (table: string) => generations.get(table) ?? 0

  const recount = (table: string, key: string, count: () => Promise<number>): Promise<number> => {
    const at = generation(table)
    const flight = `${at} ${key}`
    const present = running.get(flight)
    if (present) return present
    const start = now()
    const promise = count().then(value => {
      if (now() - start > cheap && generation(table) === at) {
        if (kept.size >= most) kept.delete(kept.keys().next().value!)
        kept.set(key, { value, at: now(), generation: at })
      }
      return value
    }).finally(() => running.delete(flight))
    running.set(flight, promise)
    return promise
  }

  return {
    async get(table, key, count) {
      const found = kept.get(key)
      if (!found || found.generation !== generation(table)) return recount(table, key, count)
      const age = now() - found.at
      if (age < fresh) return found.value
      kept.delete(key)
      if (age > 2 * fresh) return recount(table, key, count)
      kept.set(key, { ...found })
      void recount(table, key, count).catch(() => undefined)
      return found.value
    },
    changed(table) { generations.set(table, generation(table) + 1) },
  }
}
