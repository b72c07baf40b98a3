import { useMemo } from 'react'
import { Link } from 'react-router'
import { ChartWidget } from '../engine/chart-widget.tsx'
import { changeRate, money } from '../engine/format.ts'
import { ChartFrame } from './chart-frame.tsx'
import { layout } from './chart-layout.ts'
import { domainOf, extent, stack, ticks } from './chart-scale.ts'
import { movementLabels } from './figure-words.ts'
import { movementKinds, type MovementKind, type Trend } from './figures.ts'
import { MonthGrid } from './month-grid.tsx'
import type { MrrChartProps } from './mrr-chart.tsx'
import { periodShort } from './period-words.ts'

const load = (): Promise<{ default: React.ComponentType<MrrChartProps> }> => import('./mrr-chart.tsx')
/** From zero outwards. */
const order: MovementKind[] = ['new', 'expansion', 'reactivation', 'churn', 'contraction', 'fx']

const findingOf = (rows: readonly Trend[], currency: string): string => {
  const first = rows[0]!, last = rows.at(-1)!
  const said = (n: number): string => money(n, currency, { digits: 'whole' })
  const grew = last.closing - first.opening
  const best = rows.toSorted((a, b) => (b.closing - b.opening) - (a.closing - a.opening))[0]!
  return `MRR ${grew === 0 ? 'stayed at' : grew > 0 ? 'rose to' : 'fell to'} ${said(last.closing)}${grew === 0 ? '' : ` from ${said(first.opening)}, ${grew > 0 ? 'up' : 'down'} ${changeRate(first.opening, last.closing)}`}. Its best period was ${periodShort(best.period)} with ${money(best.closing - best.opening, currency, { digits: 'whole', signed: true })}.`
}

const AsTable = ({ rows, currency, kinds, explain }: { rows: readonly Trend[]; currency: string; kinds: readonly MovementKind[]; explain: (figure: string, period: string) => string }) => (
  <div className="scroll-x" tabIndex={0} role="region" aria-label="MRR and movements as a table">
    <table className="plain">
      <thead><tr><th scope="col">Period</th><th scope="col">Opening</th>{kinds.map(kind => <th key={kind} scope="col">{movementLabels[kind]}</th>)}<th scope="col">Closing</th></tr></thead>
      <tbody>
        {rows.toReversed().map(row => (
          <tr key={row.period}>
            <th scope="row">{periodShort(row.period)}{row.complete ? '' : ' to date'}</th><td>{money(row.opening, currency)}</td>
            {kinds.map(kind => <td key={kind}>{row[kind] === 0 ? '0' : <Link to={explain(kind, row.period)}>{money(row[kind], currency, { signed: true })}</Link>}</td>)}
            <td><b>{money(row.closing, currency)}</b></td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
)

interface Props { rows: readonly Trend[]; currency: string; withFx: boolean; chosen: string | null; onChoose: (period: string) => void; explain: (figure: string, period: string) => string }

/** MRR as a line above what moved it as bars, over the same slots. */
export const MrrAndMovements = ({ rows, currency, withFx, chosen, onChoose, explain }: Props) => {
  const kinds = movementKinds.filter(kind => withFx || kind !== 'fx')
  const chart = useMemo(() => {
    const parts = stack(rows, withFx ? order : order.filter(kind => kind !== 'fx'))
    const level: [number, number] = [Math.min(0, ...rows.map(r => r.closing)), Math.max(0, ...rows.map(r => r.closing))]
    const moved = extent(parts)
    const lineTicks = ticks(...level, 4), barTicks = ticks(...moved)
    const props: MrrChartProps = { line: rows.map(({ period, closing, complete }) => ({ period, closing, complete })), parts, lineDomain: domainOf(...level), barDomain: domainOf(...moved) }
    return { props, lineTicks, barTicks }
  }, [rows, withFx])
  const last = rows.at(-1)!
  return (
    <ChartWidget
      title="MRR and movements" testId="chart-mrr" finding={findingOf(rows, currency)} load={load} props={chart.props} height={layout.height}
      aside={<ul className="legend">{kinds.map(kind => <li key={kind}><i className={`swatch ${kind}`} aria-hidden="true" />{movementLabels[kind]}</li>)}</ul>}
      under={<ChartFrame rows={rows} lineTicks={chart.lineTicks} barTicks={chart.barTicks} lineDomain={chart.props.lineDomain} barDomain={chart.props.barDomain} currency={currency} now={`${money(last.closing, currency, { digits: 'whole' })} ${last.complete ? `at the end of ${periodShort(last.period)}` : 'now'}`} />}
      over={<MonthGrid key={rows[0]!.period + last.period} rows={rows} currency={currency} withFx={withFx} chosen={chosen} onChoose={onChoose} />}
      table={<AsTable rows={rows} currency={currency} kinds={kinds} explain={explain} />}
    />
  )
}
