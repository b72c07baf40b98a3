const width = 76, height = 20, pad = 2.5

/** A line of words' height for the course of a figure, last point dotted. Its floor is at most 55 % of its maximum, so noise is no cliff. */
export const Sparkline = ({ values }: { values: readonly (number | null)[] }) => {
  const known = values.filter(v => v !== null)
  if (known.length < 3) return null
  const top = Math.max(...known), floor = Math.min(Math.min(...known), top * 0.55)
  const x = (i: number): number => pad + i / (values.length - 1) * (width - 2 * pad)
  const y = (v: number): number => height - pad - (top === floor ? 0.5 : (v - floor) / (top - floor)) * (height - 2 * pad)
  const path = values.map((v, i) => (v === null ? '' : `${i === 0 || values[i - 1] === null ? 'M' : 'L'}${x(i).toFixed(1)} ${y(v).toFixed(1)}`)).join('')
  const last = values.at(-1)
  return (
    <svg className="sparkline" width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <path d={path} fill="none" stroke="var(--qd-text3)" strokeWidth="1.4" strokeLinejoin="round" strokeLinecap="round" />
      {typeof last === 'number' && <circle cx={x(values.length - 1)} cy={y(last)} r="2" fill="var(--qd-text3)" />}
    </svg>
  )
}
