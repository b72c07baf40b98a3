import { Check, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { date, decimal, money, rate } from '../engine/format.ts'
import { Nothing } from '../engine/nothing.tsx'
import { Panel } from '../engine/panel.tsx'
import { addsUp, movementKinds, type Metrics, type MovementKind, type Trend } from './figures.ts'
import { movementLabels } from './figure-words.ts'
import { addDays, periodTitle } from './period-words.ts'

const Line = ({ name, label, value, swatch, to, strong }: { name: string; label: ReactNode; value: ReactNode; swatch?: string; to?: string; strong?: boolean }) => {
  const content = <><span className="sum-label">{swatch && <i className={`swatch ${swatch}`} aria-hidden="true" />}{label}</span><span className="sum-value">{value}</span></>
  const className = `sum-line ${strong ? 'strong' : ''}`
  return to ? <Link className={`${className} door`} data-testid={`metric-${name}`} to={to}>{content}</Link> : <div className={className} data-testid={`metric-${name}`}>{content}</div>
}

interface Props {
  metrics: Metrics
  /** A period chosen in the chart; without it the month of the figures. */
  row?: Trend
  withFx: boolean
  explain: (figure: string, period?: string) => string
  onBack: () => void
}

/** Opening, what moved it, closing; then what is known to come, and three figures of the month. */
export const MonthPanel = ({ metrics, row, withFx, explain, onBack }: Props) => {
  const { currency } = metrics
  const sums: Record<MovementKind | 'opening' | 'closing', number> = row ?? metrics.movements
  const links = row?.links ?? metrics.links
  const from = row?.start ?? metrics.period.from
  const complete = row?.complete ?? metrics.period.complete
  const open = (figure: string): string | undefined => (links[figure] ? explain(figure, row?.period) : undefined)
  const sound = addsUp(sums)
  const title = row ? periodTitle(row.period, complete) : periodTitle(metrics.at.slice(0, 7), complete)
  const horizon = date(addDays(metrics.at, 90), metrics.at)
  return (
    <Panel title={title} testId="month" aside={row && <button type="button" className="quiet" onClick={onBack}>Back to {date(metrics.at, metrics.at)}</button>}>
      <Line name="opening" label={`Opening, ${date(from, metrics.at)}`} value={money(sums.opening, currency)} to={open('opening')} />
      {movementKinds.filter(kind => kind !== 'fx' || withFx || sums.fx !== 0).map(kind => (
        <Line key={kind} name={kind === 'churn' ? 'churn' : kind} swatch={kind} label={movementLabels[kind]} value={money(sums[kind], currency, { signed: true })} to={sums[kind] === 0 ? undefined : open(kind)} />
      ))}
      <Line name="closing" strong label={complete ? 'MRR at the end' : 'MRR now'} value={money(sums.closing, currency)} to={open('closing')} />
      <p className={`check ${sound ? '' : 'negative-text'}`} data-testid="adds-up">
        {sound ? <><Check size={14} aria-hidden="true" />Opening and movements add up to the closing figure</> : <><TriangleAlert size={14} aria-hidden="true" />Opening and movements differ from the closing figure by {money(sums.closing - sums.opening - movementKinds.reduce((sum, kind) => sum + sums[kind], 0), currency)}</>}
      </p>
      {!row && metrics.committedMrr !== null && metrics.scheduledChurn !== null && (
        <div className="sum-group">
          <Line name="scheduled-churn" label={`Cancels by ${horizon}`} value={money(metrics.scheduledChurn, currency, { signed: true })} to={metrics.scheduledChurn === 0 ? undefined : links.scheduledChurn} />
          {metrics.committedMrr - metrics.mrr - metrics.scheduledChurn !== 0 && <Line name="scheduled-start" label={`Starts by ${horizon}`} value={money(metrics.committedMrr - metrics.mrr - metrics.scheduledChurn, currency, { signed: true })} />}
          <Line name="committed" strong label="Committed MRR" value={money(metrics.committedMrr, currency)} />
        </div>
      )}
      {!row && (
        <div className="sum-group">
          <Line name="arpa" label="MRR per customer" value={metrics.arpa === null ? <Nothing /> : money(metrics.arpa, currency)} />
          <Line name="quick-ratio" label="Quick ratio" value={metrics.quickRatio === null ? 'no base' : decimal(metrics.quickRatio.toFixed(2))} to={metrics.quickRatio === null ? undefined : open('quickRatio')} />
          <Line name="trial-conversion" label="Trials that converted" value={metrics.trialConversion === null ? 'no base' : rate(metrics.trialConversion)} to={links.trialConversion} />
        </div>
      )}
      {row && <div className="sum-group"><Line name="customers" label="Customers at the end" value={row.customers.toLocaleString('en-US')} /></div>}
    </Panel>
  )
}
