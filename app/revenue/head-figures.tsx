import type { ReactNode } from 'react'
import { changeRate, date, money, points, rate } from '../engine/format.ts'
import { FigureStrip, MetricCard } from '../engine/metric-card.tsx'
import { Nothing } from '../engine/nothing.tsx'
import { TrendIndicator } from '../engine/trend-indicator.tsx'
import type { Metrics, Trend } from './figures.ts'
import { monthBefore, monthShort } from './period-words.ts'
import { Sparkline } from './sparkline.tsx'

interface Props {
  metrics: Metrics
  /** The same figures at the end of the month before, for what they are compared with. */
  earlier: Metrics | undefined
  /** Whole months up to the one of the figures, for the small lines. */
  months: readonly Trend[]
  /** The net view of the same months: what churn is measured on. */
  net: readonly Trend[]
  explain: (figure: string) => string
}

const way = (change: number): 'up' | 'down' | 'flat' => (change > 0 ? 'up' : change < 0 ? 'down' : 'flat')

/** A rate and its parts, exact, for the hover. */
const parts = (metrics: Metrics, name: string, inMoney: boolean): string | undefined => {
  const ratio = metrics.counts[name]
  if (!ratio) return undefined
  const said = (n: number): string => (inMoney ? money(n, metrics.currency) : String(n))
  return `${said(ratio.numerator)} of ${said(ratio.denominator)}`
}

const Share = ({ value }: { value: number | null }) => (value === null ? <Nothing /> : <>{rate(value)}</>)
const withLine = (words: ReactNode, values: readonly (number | null)[]) => <span className="with-spark">{words}<Sparkline values={values} /></span>

/** Gross churn of a row of the net view: what left or shrank of the opening. */
const grossOf = (row: Trend): number | null => (row.opening > 0 ? -(row.churn + row.contraction) / row.opening : null)

/** MRR, ARR, retention, churn and what is at risk, each with what it is compared with. */
export const HeadFigures = ({ metrics, earlier, months, net, explain }: Props) => {
  const { currency } = metrics
  const whole = (n: number): string => money(n, currency, { digits: 'whole' })
  const { last } = monthBefore(metrics.at)
  const since = `since ${date(metrics.period.from, metrics.at)}`
  const mom = metrics.mrr - metrics.movements.opening
  const links = metrics.links
  const open = (figure: string): string | undefined => (links[figure] ? explain(figure) : undefined)
  const retention = metrics.nrr !== null && earlier?.nrr != null ? metrics.nrr - earlier.nrr : null
  const churned = metrics.churn.gross, before = earlier?.churn.gross ?? null
  return (
    <FigureStrip label="Revenue figures">
      <MetricCard
        name="mrr" label="MRR" to={open('mrr')} exact={money(metrics.mrr, currency)} value={withLine(whole(metrics.mrr), months.map(m => m.closing))}
        detail={metrics.movements.opening === 0 ? 'no base' : <TrendIndicator direction={way(mom)} good={mom > 0} value={changeRate(metrics.movements.opening, metrics.mrr)} against={since} />}
      />
      <MetricCard
        name="arr" label="ARR" to={open('arr')} exact={money(metrics.arr, currency)} value={whole(metrics.arr)}
        detail={metrics.growth.yoy === null ? 'no base a year ago' : <TrendIndicator direction={way(metrics.growth.yoy)} good={metrics.growth.yoy > 0} value={Math.abs(metrics.growth.yoy) > 9.99 ? '>999%' : rate(Math.abs(metrics.growth.yoy))} against="year on year" />}
      />
      <MetricCard
        name="nrr" label="Net retention, 12 months" to={open('nrr')} exact={parts(metrics, 'nrr', true)} value={<Share value={metrics.nrr} />}
        detail={metrics.nrr === null ? 'no base twelve months ago' : retention === null ? 'of twelve months' : <TrendIndicator direction={way(retention)} good={retention > 0} value={points(retention)} against={since} />}
      />
      <MetricCard
        name="churn-gross" label={metrics.period.complete ? 'Gross churn' : 'Gross churn, to date'} to={open('churnGross')} exact={parts(metrics, 'gross', true)} value={withLine(<Share value={churned} />, net.map(grossOf))}
        detail={churned === null ? 'no base' : before === null ? since : metrics.period.complete ? <TrendIndicator direction={way(churned - before)} good={churned < before} value={points(churned - before)} against={`against ${monthShort(last)}`} /> : `${since}, ${rate(before)} in ${monthShort(last)}`}
      />
      <MetricCard
        name="at-risk" label="MRR at risk" to={links.atRiskMrr} exact={metrics.atRiskMrr === null ? undefined : money(metrics.atRiskMrr, currency)} value={metrics.atRiskMrr === null ? <Nothing /> : whole(metrics.atRiskMrr)}
        detail={metrics.atRiskMrr === null ? 'known for today only' : metrics.mrr > 0 ? `${rate(metrics.atRiskMrr / metrics.mrr)} of MRR, past due` : 'past due'}
      />
    </FigureStrip>
  )
}
