/** Round values for an axis between `low` and `high`, zero among them: as many as can be, at most `most`. In minor or any other units. */
export const ticks = (low: number, high: number, most = 5): number[] => {
  const bottom = Math.min(0, low), top = Math.max(0, high)
  const span = top - bottom || 1
  for (let power = Math.floor(Math.log10(span)) - 1; ; power++) {
    for (const unit of [1, 2, 2.5, 5]) {
      const step = unit * 10 ** power
      const first = Math.ceil(bottom / step - 1e-9), last = Math.floor(top / step + 1e-9)
      if (last - first < most) return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step)
    }
  }
}

/** Lowest and highest value of a plot: the data, with a little room where it does not end at zero. */
export const domainOf = (low: number, high: number): [number, number] => {
  const room = (Math.max(0, high) - Math.min(0, low) || 1) * 0.05
  return [low < 0 ? low - room : 0, high > 0 || low >= 0 ? Math.max(high, 0) + room : 0]
}

/** One part of a bar around zero: gains stack up from zero, losses down. */
export interface Part { period: string; kind: string; from: number; to: number; complete: boolean }

/** Stacks the parts of each row from zero outwards in the order given; positive parts up, negative down. */
export const stack = <R extends { period: string; complete: boolean }>(rows: readonly R[], kinds: readonly (keyof R & string)[]): Part[] =>
  rows.flatMap(row => {
    let up = 0, down = 0
    return kinds.flatMap(kind => {
      const value = Number(row[kind])
      if (value === 0) return []
      const from = value > 0 ? up : down
      if (value > 0) up += value; else down += value
      return [{ period: row.period, kind, from, to: from + value, complete: row.complete }]
    })
  })

export const extent = (parts: readonly Part[]): [number, number] => [Math.min(0, ...parts.map(p => p.to)), Math.max(0, ...parts.map(p => p.to))]
