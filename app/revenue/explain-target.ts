import { date, money, rate } from '../engine/format.ts'
import { figureWords, movementLabels } from './figure-words.ts'
import type { Metrics, MovementKind, PlanShare, Trend } from './figures.ts'
import { periodTitle } from './period-words.ts'

/** A figure as the explanation shows it: name, amount, definition and the list of exactly what is behind it. */
export interface Target {
  title: string
  /** As it is read, exact. */
  figure: string
  /** The sum the movements must have, in minor units; null where the figure is no sum of them. */
  sum: number | null
  currency: string
  /** Losses are listed from the largest loss. */
  losses: boolean
  /** Figures that are twelve times, or a share of, what the movements add up to say so. */
  relation: string | null
  aside: string
  definition: string
  link: string
}

const lossKinds = ['churn', 'contraction', 'churnGross', 'churnNet', 'churnLogo', 'transferOut']
const sumKinds: readonly string[] = ['new', 'expansion', 'reactivation', 'contraction', 'churn', 'fx', 'opening', 'closing', 'transferIn', 'transferOut', 'adjustment']

const share = (part: number, whole: number): string => (whole > 0 ? `, ${rate(Math.abs(part) / whole)} of opening MRR` : '')

/** A movement category, an opening or a closing of one period. */
const ofRow = (figure: string, row: Pick<Trend, 'opening' | 'closing' | 'links'> & Partial<Record<string, unknown>>, title: string, currency: string): Target | null => {
  const link = row.links[figure]
  const value = row[figure]
  if (!link || typeof value !== 'number' || !sumKinds.includes(figure)) return null
  const moved = figure !== 'opening' && figure !== 'closing'
  return {
    title: `${figureWords[figure]?.label ?? movementLabels[figure as MovementKind]}, ${title}`, figure: money(value, currency, { signed: moved }), sum: value, currency, losses: lossKinds.includes(figure), relation: null,
    aside: moved ? share(value, row.opening).slice(2) : '', definition: figureWords[figure]?.definition ?? '', link,
  }
}

export const ofPeriod = (figure: string, row: Trend, currency: string): Target | null => ofRow(figure, row as Trend & Record<string, unknown>, periodTitle(row.period, row.complete), currency)

export const ofPlan = (plan: PlanShare, at: string, currency: string): Target | null => {
  const link = plan.links?.mrr
  return link ? { title: `${plan.plan}, ${date(at)}`, figure: money(plan.mrr, currency), sum: plan.mrr, currency, losses: false, relation: null, aside: plan.share === null ? '' : `${rate(plan.share)} of MRR`, definition: figureWords.plan!.definition, link } : null
}

/** A head figure. MRR and ARR open all movements up to the day; rates open those they are made of, and say of what they are the share. */
export const ofMetrics = (figure: string, metrics: Metrics): Target | null => {
  const { currency } = metrics
  const month = periodTitle(metrics.at.slice(0, 7), metrics.period.complete)
  if (sumKinds.includes(figure)) return ofRow(figure, { ...metrics.movements, links: metrics.links }, month, currency)
  const link = metrics.links[figure]
  if (!link?.startsWith('/mrr-movements')) return null
  const words = figureWords[figure] ?? { label: figure, definition: '' }
  const base = { currency, losses: lossKinds.includes(figure), definition: words.definition, link, aside: '' }
  if (figure === 'mrr') return { ...base, title: `MRR, ${date(metrics.at)}`, figure: money(metrics.mrr, currency), sum: metrics.mrr, relation: null }
  if (figure === 'arr') return { ...base, title: `ARR, ${date(metrics.at)}`, figure: money(metrics.arr, currency), sum: metrics.mrr, relation: `Twelve times ${money(metrics.mrr, currency)}, the sum of all movements.` }
  const name = { churnGross: 'gross', churnNet: 'net', churnLogo: 'logo', growth: 'mom' }[figure] ?? figure
  const ratio = metrics.counts[name]
  if (!ratio) return null
  const said = (n: number): string => (name === 'logo' ? String(n) : money(n, currency))
  const value = ratio.value === null ? 'no base' : name === 'quickRatio' ? ratio.value.toFixed(2) : rate(ratio.value)
  return { ...base, title: `${words.label}, ${figure === 'nrr' || figure === 'grr' ? `twelve months to ${date(metrics.at)}` : month}`, figure: value, sum: null, relation: `${said(ratio.numerator)} of ${said(ratio.denominator)}. Each customer enters by the net of the time, so the movements below need not add up to it.` }
}
