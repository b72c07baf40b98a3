interface Props {
  /** Which way the measure went. */
  direction: 'up' | 'down' | 'flat'
  /** Whether that is good for this measure; colour only, the arrow has the direction. */
  good: boolean | null
  /** Absolute, as it is read: '3.1%', '0.31 pt', '€120.00'. */
  value: string
  /** Against what: 'since 1 Nov', 'in 30 days'. */
  against?: string
}

/** A change as arrow and absolute value: arrow = direction, colour = good or bad. */
export const TrendIndicator = ({ direction, good, value, against }: Props) => (
  <span className={`trend ${good === null || direction === 'flat' ? '' : good ? 'positive-text' : 'negative-text'}`}>
    {direction !== 'flat' && <svg width="8" height="8" viewBox="0 0 8 8" aria-hidden="true"><path d={direction === 'up' ? 'M4 1 7.6 7H.4z' : 'M4 7 .4 1h7.2z'} fill="currentColor" /></svg>}
    <span className="sr">{direction === 'up' ? 'up ' : direction === 'down' ? 'down ' : 'unchanged '}</span>
    <span>{value}</span>
    {against && <span className="against">{against}</span>}
  </span>
)
