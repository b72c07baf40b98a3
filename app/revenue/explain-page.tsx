import { useNavigate, useSearchParams } from 'react-router'
import { useManifest } from '../engine/manifest.tsx'
import { ExplainDrawer } from './explain-drawer.tsx'
import { ofMetrics, ofPeriod, ofPlan, type Target } from './explain-target.ts'
import { addDays } from './period-words.ts'
import type { Loaded } from '../engine/records.ts'
import { useByPlan, useMetrics, useTrends } from './revenue-queries.ts'
import { useRevenueState } from './revenue-state.ts'

const endOf = (period: string): string => (period.length > 7 ? period : addDays(`${addDays(`${period}-01`, 31).slice(0, 7)}-01`, -1))

/** `/revenue/explain?figure=churn&of=2026-11&movement=<id>`: every step of an explanation has this one address. */
const ExplainPage = () => {
  const { book } = useManifest()
  const [params] = useSearchParams()
  const navigate = useNavigate()
  const state = useRevenueState()
  const figure = params.get('figure') ?? '', of = params.get('of'), plan = params.get('plan'), movement = params.get('movement')
  const period = of && /^\d{4}-\d\d(-\d\d)?$/.test(of) ? of : null
  const at = state.range.to

  const metrics = useMetrics(at, state.currency, !period && !plan)
  const trends = useTrends({ from: period ? (period.length > 7 ? period : `${period}-01`) : at, to: period ? endOf(period) : at, by: period && period.length > 7 ? 'day' : 'month', currency: state.currency }, period !== null)
  const plans = useByPlan(at, plan !== null)
  const source: Loaded<unknown> = plan ? plans : period ? trends : metrics
  const found = (): Target | null | undefined => {
    if (plan) { const row = plans.data?.find(p => p.planId === plan); return plans.data && (row ? ofPlan(row, at, book.currency) ?? undefined : undefined) }
    if (period) { const row = trends.data?.find(r => r.period === period); return trends.data && (row ? ofPeriod(figure, row, state.currency ?? book.currency) ?? undefined : undefined) }
    return metrics.data && (ofMetrics(figure, metrics.data) ?? undefined)
  }
  const own = { ...(figure && { figure }), ...(of && { of }), ...(plan && { plan }) }
  const addressOf = (id: string): string => state.address('/revenue/explain', { ...own, movement: id })
  return (
    <ExplainDrawer
      target={source.data === undefined ? null : found()} error={source.data === undefined ? source.error : null} movement={movement && /^[0-9a-f-]{36}$/.test(movement) ? movement : null}
      addressOf={addressOf} permanent={state.address('/revenue/explain', { ...state.range, ...own, ...(movement && { movement }) })}
      onClose={() => void navigate(state.address('/revenue', {}))} onRetry={source.retry}
    />
  )
}

export default ExplainPage
