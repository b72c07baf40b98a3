const pivot = { x: 95, y: 806 }
const outer = 771
const at = (degrees: number, r: number): [number, number] => {
  const a = (degrees * Math.PI) / 180
  return [pivot.x + r * Math.cos(a), pivot.y - r * Math.sin(a)]
}
const line = (degrees: number, from: number, to: number): string => `M${at(degrees, from).map(n => n.toFixed(1)).join(' ')}L${at(degrees, to).map(n => n.toFixed(1)).join(' ')}`
const degrees = Array.from({ length: 91 }, (_, i) => i)
const tick = (d: number): number => (d % 10 === 0 ? 27 : d % 5 === 0 ? 16 : 8)

/** The picture beside the form: a quadrant with its scale and its sight, drawn to 835 x 900 and cut at the right. */
export const Instrument = () => (
  <div className="picture" aria-hidden="true">
    <svg viewBox="0 0 835 900" preserveAspectRatio="xMinYMax slice" fill="none">
      <g stroke="var(--qd-line-strong)">
        <path d={`M${pivot.x} 0V${pivot.y}H1600`} />
        {[271, 437, 604, outer].map(r => <path key={r} d={`M${pivot.x} ${pivot.y - r}A${r} ${r} 0 0 1 ${pivot.x + r} ${pivot.y}`} />)}
      </g>
      <path stroke="var(--qd-control)" d={degrees.filter(d => d % 10).map(d => line(d, outer - tick(d), outer)).join('')} />
      <path stroke="var(--qd-text3)" strokeWidth="1.3" d={degrees.filter(d => d % 10 === 0).map(d => line(d, outer - 27, outer)).join('')} />
      {degrees.filter(d => d % 10 === 0 && d > 0 && d < 90).map(d => {
        const [x, y] = at(d, outer - 41)
        return <text key={d} x={x} y={y + 5} textAnchor="middle">{d}</text>
      })}
      <path d={line(43, 0, 731)} stroke="var(--qd-accent)" strokeWidth="2.5" strokeLinecap="round" />
      <circle cx={pivot.x} cy={pivot.y} r="7" fill="var(--qd-accent)" />
    </svg>
  </div>
)
