const height = 64, pad = 3

/** The course of a figure over a whole panel: `area` from zero, `bars` one per day. Words beside it say what it says. */
export const Spark = ({ values, label, look = 'area' }: { values: readonly number[]; label: string; look?: 'area' | 'bars' }) => {
  const width = 480
  const top = Math.max(1, ...values), floor = look === 'bars' ? 0 : Math.min(0, ...values)
  const step = width / Math.max(1, look === 'bars' ? values.length : values.length - 1)
  const y = (v: number): number => height - pad - ((v - floor) / (top - floor)) * (height - 2 * pad)
  const line = values.map((v, i) => `${i === 0 ? 'M' : 'L'}${(i * step).toFixed(1)} ${y(v).toFixed(1)}`).join('')
  return (
    <svg className="spark" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" role="img" aria-label={label}>
      {look === 'bars' ? values.map((v, i) => <rect key={i} x={i * step + 1} y={y(v)} width={Math.max(1, step - 2)} height={Math.max(v > 0 ? 1.5 : 0, height - pad - y(v))} fill="var(--qd-info-mark)" />) : (
        <>
          <path d={`${line}L${width} ${height}L0 ${height}Z`} fill="var(--qd-info-tint)" />
          <path d={line} fill="none" stroke="var(--qd-text)" strokeWidth="2" vectorEffect="non-scaling-stroke" strokeLinejoin="round" />
        </>
      )}
    </svg>
  )
}
