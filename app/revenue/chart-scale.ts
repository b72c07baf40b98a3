/** Round values for an axis: three to five of them from at or below `low` to at or above `high`, zero among them. In minor or any other units. */
export const ticks = (low: number, high: number): number[] => {
  const bottom = Math.min(0, low), top = Math.max(0, high)
  const span = top - bottom || 1
  for (let power = Math.floor(Math.log10(span)) - 1; ; power++) {
    for (const unit of [1, 2, 2.5, 5]) {
      const step = unit * 10 ** power
      const first = Math.floor(bottom / step + 1e-9), last = Math.ceil(top / step - 1e-9)
      if (last - first <= 4) return Array.from({ length: Math.max(last - first, 1) + 1 }, (_, i) => (first + i) * step)
    }
  }
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
