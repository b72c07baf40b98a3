/** Where things stand in the chart of MRR and its movements, in px from its top. Canvas, grid, words and buttons all read it. */
export const layout = {
  /** Room for the values at the left; the slots share the rest evenly. */
  left: 58,
  lineHead: 0, line: { top: 28, height: 106 },
  barsHead: 146, bars: { top: 176, height: 166 },
  names: 350, height: 388,
} as const

/** The centre of slot i of n, in percent of the plot's width. */
export const slotCentre = (i: number, n: number): number => ((i + 0.5) / n) * 100

/** Which slots are named below when not all of them fit. */
export const namedEvery = (n: number): number => (n <= 13 ? 1 : n <= 26 ? 2 : Math.ceil(n / 13))
