interface Entry {
  at: number
  order: number
  act: (at: number) => void
}

/** What is going to happen to one customer, worked off in order of time; acts may plan further acts. */
export class Agenda {
  #entries: Entry[] = []
  #order = 0

  plan(at: number, act: (at: number) => void): void {
    this.#entries.push({ at, order: this.#order++, act })
  }

  /** Acts on everything up to `until`. What is due at one instant happens in the order it was planned. */
  run(until: number): void {
    for (;;) {
      let first = -1
      for (let i = 0; i < this.#entries.length; i++) {
        const entry = this.#entries[i]
        if (first < 0 || entry.at < this.#entries[first].at || (entry.at === this.#entries[first].at && entry.order < this.#entries[first].order)) first = i
      }
      if (first < 0 || this.#entries[first].at > until) return
      const [entry] = this.#entries.splice(first, 1)
      entry.act(entry.at)
    }
  }
}
