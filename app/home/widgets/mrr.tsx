import { changeRate, date, money } from '../../engine/format.ts'
import { MetricCard } from '../../engine/metric-card.tsx'
import { TrendIndicator } from '../../engine/trend-indicator.tsx'
import { useMetricsOfHome } from '../home-answers.ts'
import type { Widget } from '../widget.ts'

const Mrr = () => {
  const { data } = useMetricsOfHome()
  const change = data ? data.mrr - data.movements.opening : 0
  return (
    <MetricCard
      name="mrr" label="MRR" to="/revenue" value={data ? money(data.mrr, data.currency, { digits: 'whole' }) : '\u00a0'} exact={data && money(data.mrr, data.currency)}
      detail={data && (data.movements.opening === 0 ? 'no base' : <TrendIndicator direction={change > 0 ? 'up' : change < 0 ? 'down' : 'flat'} good={change > 0} value={changeRate(data.movements.opening, data.mrr)} against={`since ${date(data.period.from, data.period.from)}`} />)}
    />
  )
}

/** What is the monthly recurring revenue, and where does it go this month? */
export const widget: Widget = { name: 'mrr', label: 'MRR', kind: 'figure', shown: manifest => manifest.pages.includes('revenue'), View: Mrr }
