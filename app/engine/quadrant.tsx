/** The mark of the product: the quarter circle of the navigator's instrument. Sizes are px; it takes the colour of text. */
export const Mark = ({ size = 22 }: { size?: number }) => (
  <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.9" strokeLinejoin="round" aria-hidden="true">
    <path d="M3 3a18 18 0 0 1 18 18H3z" />
    <path d="M3 12.5a8.5 8.5 0 0 1 8.5 8.5" strokeWidth="1.5" />
    <path d="M3 21 14.8 9.2" strokeWidth="1.9" stroke="var(--qd-accent)" />
  </svg>
)

/** A quarter disc filled from the horizon up. r 12 in a 16 box, pivot bottom left; `f` is the filled part, 0 to 1. */
export const wedge = (f: number): string => {
  const a = (Math.PI / 2) * f
  return `M2 14H14A12 12 0 0 0 ${(2 + 12 * Math.cos(a)).toFixed(2)} ${(14 - 12 * Math.sin(a)).toFixed(2)}Z`
}

/** The picture of "nothing here yet". */
export const EmptyQuadrant = () => (
  <svg width="40" height="40" viewBox="0 0 40 40" fill="none" stroke="var(--qd-line-strong)" strokeWidth="1.5" aria-hidden="true">
    <path d="M4 4a32 32 0 0 1 32 32H4z" />
    <path d="M4 20a16 16 0 0 1 16 16" strokeDasharray="3 3" />
  </svg>
)
