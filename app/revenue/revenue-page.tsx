import { Select } from 'antd'
import { lazy, Suspense, type ReactNode } from 'react'
import { useLocation } from 'react-router'
import { DateRangePicker } from '../engine/date-range-picker.tsx'
import { date, dayIn, relativeTime } from '../engine/format.ts'
import { useManifest } from '../engine/manifest.tsx'
import { useNow } from '../engine/now.tsx'
import { PageHead } from '../engine/page-head.tsx'
import { Panel } from '../engine/panel.tsx'
import { LoadError, NotFound, useLasting } from '../engine/states.tsx'
import { ByPlan } from './by-plan.tsx'
import { layout } from './chart-layout.ts'
import { ExportMenu } from './export-menu.tsx'
import { HeadFigures } from './head-figures.tsx'
import { MonthPanel } from './month-panel.tsx'
import { MrrAndMovements } from './mrr-and-movements.tsx'
import { PaymentHealth } from './payment-health.tsx'
import { addDays, daysBetween, monthBefore } from './period-words.ts'
import { useMetrics, useTrends } from './revenue-queries.ts'
import { useRevenueState, type RevenueState } from './revenue-state.ts'
import './revenue.css'

const ExplainPage = lazy(() => import('./explain-page.tsx'))

/** The currencies MRR is held in, the book's first. */
const useCurrencies = (at: string): string[] => {
  const { book } = useManifest()
  const { data } = useTrends({ from: at, to: at, by: 'month', groupBy: 'currency' })
  const held = (data ?? []).filter(row => row.closing !== 0 || row.opening !== 0).map(row => row.group?.id ?? '')
  return [...new Set([book.currency, ...held.filter(Boolean).toSorted()])]
}

const CurrencySwitch = ({ state, currencies }: { state: RevenueState; currencies: readonly string[] }) => {
  const { book } = useManifest()
  if (currencies.length < 2) return null
  return (
    <Select
      aria-label="Currency" data-testid="currency" value={state.currency ?? book.currency} popupMatchSelectWidth={false} onChange={chosen => { state.set({ currency: chosen === book.currency ? null : chosen, period: null }) }}
      options={currencies.map(c => ({ value: c, label: c === book.currency ? `All in ${c.toUpperCase()}` : `Only ${c.toUpperCase()}` }))}
    />
  )
}

const Waiting = ({ height }: { height: number }) => {
  const late = useLasting(true, 200)
  return <Panel><div style={{ height }} role="status" aria-busy="true" aria-label="Loading">{late && <i className="skeleton-line" />}</div></Panel>
}

/** Thirty days up to the end of the range; a shorter range as it is. */
const paymentDays = (state: RevenueState): { from: string; to: string; words: string } => {
  const { from, to } = state.range
  const days = daysBetween(from, to) + 1
  return days < 30 ? { from, to, words: days === 1 ? date(to, to) : `${date(from, to)} to ${date(to, to)}` } : { from: addDays(to, -29), to, words: '30 days' }
}

const Body = ({ state, currencies }: { state: RevenueState; currencies: readonly string[] }): ReactNode => {
  const { book } = useManifest()
  const { range, by, currency } = state
  const metrics = useMetrics(range.to, currency)
  const earlier = useMetrics(monthBefore(range.to).last, currency)
  const trends = useTrends({ ...range, by, currency })
  const year = { from: `${addDays(`${range.to.slice(0, 7)}-01`, -330).slice(0, 7)}-01`, to: range.to, by: 'month' as const, currency }
  const months = useTrends(year)
  const net = useTrends({ ...year, view: 'net' })
  const dim = useLasting(metrics.again || trends.again, 400)
  const explain = (figure: string, of?: string): string => state.address('/revenue/explain', { figure, ...(of && { of }) })
  const withFx = currencies.length > 1 && currency === null
  const shown = currency ?? book.currency
  const payment = paymentDays(state)
  // these two know no single currency: beside figures of one they say that they hold all
  const everything = currency ? `, all in ${book.currency.toUpperCase()}` : ''
  const row = state.period ? trends.data?.find(r => r.period === state.period) : undefined
  const choose = (period: string): void => { state.set({ period: period === state.period ? null : period }, state.period !== null) }
  return (
    <div className={`content ${dim ? 'dim' : ''}`} aria-busy={metrics.again || trends.again}>
      {metrics.error && !metrics.data ? <Panel><LoadError what="Revenue" error={metrics.error} onRetry={metrics.retry} /></Panel>
        : metrics.data ? <HeadFigures metrics={metrics.data} earlier={earlier.data} months={months.data ?? []} net={net.data ?? []} explain={explain} /> : <Waiting height={56} />}
      <div className="with-side revenue-body">
        {trends.error && !trends.data ? <Panel><LoadError what="The movements" error={trends.error} onRetry={trends.retry} /></Panel>
          : trends.data && trends.data.length > 0 ? <MrrAndMovements rows={trends.data} currency={shown} withFx={withFx} chosen={row?.period ?? null} onChoose={choose} explain={explain} /> : <Waiting height={layout.height + 30} />}
        {metrics.data ? <MonthPanel metrics={metrics.data} row={row} withFx={withFx} explain={explain} onBack={() => { state.set({ period: null }) }} /> : <Waiting height={layout.height + 30} />}
      </div>
      <div className="columns">
        <ByPlan at={range.to} currency={book.currency} words={everything} explain={plan => state.address('/revenue/explain', { plan })} />
        <PaymentHealth {...payment} words={payment.words + everything} />
      </div>
    </div>
  )
}

const Complete = ({ at, asOf }: { at: string; asOf: string | undefined }) => {
  const { book } = useManifest()
  const now = useNow()
  if (!asOf) return null
  return <>{at === dayIn(now, book.timeZone) ? ` Complete to ${relativeTime(asOf, now, book.timeZone)}.` : ` As of the end of ${date(at)}.`}</>
}

/** MRR and what moved it, by month, by plan, and how well it is collected. The drawer that explains a figure lies over it at its own address. */
const RevenuePage = () => {
  const { book } = useManifest()
  const { pathname } = useLocation()
  const state = useRevenueState()
  const currencies = useCurrencies(state.range.to)
  const { data: metrics } = useMetrics(state.range.to, state.currency)
  const explaining = /^\/revenue\/explain\/?$/.test(pathname)
  if (!explaining && !/^\/revenue\/?$/.test(pathname)) return <div className="page"><NotFound /></div>
  return (
    <div className="page revenue">
      <PageHead
        title="Revenue" beside={<span className="muted head-note">Book in {book.currency.toUpperCase()}, {book.timeZone}.<Complete at={state.range.to} asOf={metrics?.asOf} /></span>}
        tools={<><CurrencySwitch state={state} currencies={currencies} /><DateRangePicker value={state.range} today={state.today} onChange={range => { state.set({ ...range, period: null }) }} /><ExportMenu state={state} payment={(({ from, to }) => ({ from, to }))(paymentDays(state))} /></>}
      />
      <Body state={state} currencies={currencies} />
      {explaining && <Suspense fallback={null}><ExplainPage /></Suspense>}
    </div>
  )
}

export default RevenuePage
