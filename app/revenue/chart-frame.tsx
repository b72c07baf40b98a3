import { money } from '../engine/format.ts'
import type { Trend } from './figures.ts'
import { layout, namedEvery, slotCentre } from './chart-layout.ts'
import { slotWords } from './period-words.ts'

const Axis = ({ place, values, domain: [low, high], currency }: { place: { top: number; height: number }; values: readonly number[]; domain: readonly [number, number]; currency: string }) => {
  return (
    <>
      {values.map(value => {
        const top = place.top + (high - value) / (high - low || 1) * place.height
        return (
          <div key={value} className={`chart-line ${value === 0 ? 'zero' : ''}`} style={{ top }}>
            <span style={{ width: layout.left - 8 }}>{money(value, currency, { digits: 'short' })}</span><i style={{ left: layout.left }} />
          </div>
        )
      })}
    </>
  )
}

/** Grid, values of both axes, heads and the names of the slots: there before the shapes are. */
export const ChartFrame = ({ rows, lineTicks, barTicks, lineDomain, barDomain, currency, now }: { rows: readonly Trend[]; lineTicks: readonly number[]; barTicks: readonly number[]; lineDomain: readonly [number, number]; barDomain: readonly [number, number]; currency: string; now: string }) => {
  const every = namedEvery(rows.length)
  return (
    <>
      <p className="chart-head" style={{ top: layout.lineHead }}><span>MRR at the end</span><b>{now}</b></p>
      <Axis place={layout.line} values={lineTicks} domain={lineDomain} currency={currency} />
      <p className="chart-head" style={{ top: layout.barsHead }}>Movements</p>
      <Axis place={layout.bars} values={barTicks} domain={barDomain} currency={currency} />
      <div className="slot-names" style={{ left: layout.left, top: layout.names }}>
        {rows.map((row, i) => {
          // Counted from the end, so that the running period always has its name.
          if ((rows.length - 1 - i) % every !== 0) return null
          const words = slotWords(row.period, rows[i - every]?.period)
          return <span key={row.period} style={{ left: `${slotCentre(i, rows.length)}%` }}>{words.first}<small>{row.complete ? words.second : 'to date'}</small></span>
        })}
      </div>
    </>
  )
}
