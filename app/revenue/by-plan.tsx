import { Link } from 'react-router'
import { changeRate, count, money, rate } from '../engine/format.ts'
import { Nothing } from '../engine/nothing.tsx'
import { Panel } from '../engine/panel.tsx'
import { LoadError } from '../engine/states.tsx'
import { TrendIndicator } from '../engine/trend-indicator.tsx'
import { addDays } from './period-words.ts'
import { useByPlan } from './revenue-queries.ts'

const most = 8

/** What each plan brings, its share, and how it changed in thirty days. A plan opens the movements it is made of. */
export const ByPlan = ({ at, currency, words = '', explain }: { at: string; currency: string; words?: string; explain: (planId: string) => string }) => {
  const { data, error, pending, retry } = useByPlan(at)
  const before = useByPlan(addDays(at, -30))
  const earlier = new Map((before.data ?? []).map(p => [p.planId, p.mrr]))
  const rows = (data ?? []).slice(0, most)
  const rest = (data ?? []).slice(most)
  return (
    <Panel flush title={`By plan${words}`} testId="by-plan" aside={rest.length > 0 && <span className="muted">{count(rest.length)} more, {money(rest.reduce((sum, p) => sum + p.mrr, 0), currency)}</span>}>
      {error ? <LoadError what="Plans" error={error} onRetry={retry} /> : pending ? <div className="panel-wait" aria-busy="true" /> : rows.length === 0 ? <p className="panel-none">No plan brings MRR on this day.</p> : (
        <table className="plain">
          <thead><tr><th scope="col">Plan</th><th scope="col">Customers</th><th scope="col">MRR</th><th scope="col" className="share-head">Share</th><th scope="col">30 days</th></tr></thead>
          <tbody>
            {rows.map(plan => {
              const old = earlier.get(plan.planId)
              return (
                <tr key={plan.planId ?? plan.plan} data-testid={`plan-${plan.plan}`}>
                  <th scope="row">{plan.planId ? <Link to={explain(plan.planId)} dir="auto">{plan.plan}</Link> : <span dir="auto">{plan.plan}</span>}</th>
                  <td>{count(plan.customers)}</td><td>{money(plan.mrr, currency)}</td>
                  <td className="share"><span className="share-bar" aria-hidden="true"><i style={{ width: `${Math.max(0, Math.min(1, plan.share ?? 0)) * 100}%` }} /></span><b>{plan.share === null ? <Nothing /> : rate(plan.share)}</b></td>
                  <td>{before.data === undefined ? '' : old === undefined || old <= 0 ? <span className="muted">no base</span> : <TrendIndicator direction={plan.mrr > old ? 'up' : plan.mrr < old ? 'down' : 'flat'} good={plan.mrr > old} value={changeRate(old, plan.mrr)} />}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
    </Panel>
  )
}
