import { minorDigits } from '../currency.ts'
import { add, compare, divide, floor, fraction, isZero, multiply, one, subtract, toDecimal, toFixed, zero, type Fraction } from '../fraction.ts'
import { RevenueError } from '../revenue-error.ts'
import { nthRoot } from './nth-root.ts'
import { decimal, integer, text, type Raw } from './read-case.ts'

type Value = Fraction | null

/** a / b; null where the base is empty. */
const over = (a: Fraction, b: Fraction): Value => isZero(b) ? null : divide(a, b)
const atMostOne = (v: Value): Value => v && compare(v, one) > 0 ? one : v
const abs = (f: Fraction): Fraction => f.n < 0n ? { n: -f.n, d: f.d } : f
const power = (f: Fraction, n: number): Fraction => { let r = one; for (let i = 0; i < n; i++) r = multiply(r, f); return r }
export const printed = (v: Value): string | null => v === null ? null : toDecimal(v)

interface Arguments { int(name: string): Fraction; optional(name: string): Fraction; rate(name: string): Fraction; raw: Raw }
const argumentsOf = (raw: Raw): Arguments => ({
  raw, int: name => fraction(BigInt(integer(raw[name], name))), optional: name => raw[name] === undefined || raw[name] === null ? zero : fraction(BigInt(integer(raw[name], name))), rate: name => decimal(raw[name], name),
})

const list = (raw: Raw, name: string): Fraction[] => {
  const value = raw[name]
  if (!Array.isArray(value)) throw new RevenueError(`${name} is missing or no list.`)
  return value.map((v, i) => typeof v === 'string' ? decimal(v, `${name}[${i}]`) : fraction(BigInt(integer(v, `${name}[${i}]`))))
}
const sum = (fs: readonly Fraction[]) => fs.reduce(add, zero)
const pairs = (raw: Raw): [Fraction, Fraction][] => {
  const actual = list(raw, 'actual'), forecast = list(raw, 'forecast')
  if (!actual.length || actual.length !== forecast.length) throw new RevenueError('actual and forecast must be lists of one length, not empty.')
  return actual.map((a, i) => [a, forecast[i]!])
}
const mean = (fs: readonly Fraction[]) => divide(sum(fs), fraction(BigInt(fs.length)))

/** The formulas of docs/metrics.md by their name: arguments -> value, and more keys where a metric has them. Losses are positive. */
const metrics: Record<string, (a: Arguments) => Value | { value: Value; more: Raw }> = {
  arpa: a => over(a.int('mrr'), a.int('active_customers')),
  logo_churn_rate: a => over(a.int('churned'), a.int('active_at_start')),
  logo_churn_rate_incl_new: a => {
    const value = over(a.int('churned'), add(a.int('active_at_start'), a.int('new')))
    return { value, more: { display_percent: value && toFixed(multiply(value, fraction(100n)), 1) } }
  },
  gross_revenue_churn: a => over(add(a.int('churn'), a.int('contraction')), a.int('opening')),
  net_revenue_churn: a => over(subtract(subtract(add(a.int('churn'), a.int('contraction')), a.int('expansion')), a.optional('reactivation')), a.int('opening')),
  gross_revenue_churn_one_day: a => { const kept = over(a.int('mrr_end_of_day'), a.int('mrr_start_of_day')); return kept && subtract(one, kept) },
  net_revenue_churn_one_day: a => { const kept = over(subtract(a.int('mrr_end_of_day'), a.int('new')), a.int('mrr_start_of_day')); return kept && subtract(one, kept) },
  annual_from_monthly_churn: a => subtract(one, power(subtract(one, a.rate('monthly')), 12)),
  churn_split: a => {
    const each = a.int('mrr_each'), voluntary = multiply(a.int('voluntary_customers'), each), involuntary = multiply(a.int('involuntary_customers'), each)
    return { value: add(voluntary, involuntary), more: { voluntary: Number(voluntary.n), involuntary: Number(involuntary.n) } }
  },
  expected_lifetime_months: a => over(one, a.rate('logo_churn_rate')),
  nrr: a => over(add(subtract(subtract(a.int('opening'), a.int('churn')), a.int('contraction')), a.int('expansion')), a.int('opening')),
  nrr_baremetrics: a => { const lost = over(subtract(a.int('churn'), a.int('expansion')), a.int('opening')); return lost && subtract(one, lost) },
  grr: a => atMostOne(over(subtract(subtract(a.int('opening'), a.int('churn')), a.int('contraction')), a.int('opening'))),
  quick_ratio: a => over(add(add(a.int('new'), a.int('expansion')), a.optional('reactivation')), add(a.int('contraction'), a.int('churn'))),
  ltv_simple: a => over(a.int('arpa'), a.rate('logo_churn_rate')),
  ltv_margin: a => over(multiply(a.int('arpa'), a.rate('gross_margin')), a.rate('logo_churn_rate')),
  ltv_discounted: a => over(multiply(a.int('arpa'), add(one, a.rate('discount_rate'))), add(a.rate('discount_rate'), a.rate('logo_churn_rate'))),
  growth: a => { const ratio = over(a.int('to'), a.int('from')); return ratio && subtract(ratio, one) },
  cmgr: a => {
    const months = integer(a.raw.months, 'months'), ratio = over(a.int('to'), a.int('from'))
    return months === 0 || !ratio ? null : subtract(nthRoot(ratio, months), one)
  },
  trial_conversion_cohort: a => {
    const converted = a.int('of_those_converted'), ended = subtract(a.int('trials_started_in_cohort'), a.int('of_those_still_open'))
    return { value: over(converted, ended), more: { mature: `${converted.n}/${ended.n}` } }
  },
  trial_conversion_window: a => over(a.int('converted_in_window'), a.int('trials_ended')),
  mape: a => { const p = pairs(a.raw); return p.some(([x]) => isZero(x)) ? null : mean(p.map(([x, f]) => divide(abs(subtract(x, f)), abs(x)))) },
  mase: a => {
    const p = pairs(a.raw), training = list(a.raw, 'training')
    if (training.length < 2) return null
    return over(mean(p.map(([x, f]) => abs(subtract(x, f)))), mean(training.slice(1).map((t, i) => abs(subtract(t, training[i]!)))))
  },
  backtest_folds: a => {
    const step = a.int('step')
    if (isZero(step)) return null
    const folds = floor(divide(subtract(subtract(a.int('n'), a.int('min_train')), a.int('horizon')), step)) + 1n
    return fraction(folds < 0n ? 0n : folds)
  },
  display: a => {
    const currency = text(a.raw.currency, 'currency'), digits = minorDigits(currency.toLowerCase())
    const major = divide(a.int('mrr_minor'), fraction(10n ** BigInt(digits)))
    const [whole, part] = toFixed(major, digits).split('.')
    return { value: major, more: { display: `${currency.toUpperCase()} ${whole!.replace(/\B(?=(\d{3})+$)/g, ',')}${part === undefined ? '' : `.${part}`}` } }
  },
}

/** Kind `formula`. */
export function replayFormula(input: Raw): Raw {
  const metric = text(input.metric, 'metric')
  if (!Object.hasOwn(metrics, metric)) throw new RevenueError(`The metric ${metric} is unknown.`)
  const result = metrics[metric]!(argumentsOf(input))
  return result !== null && 'more' in result ? { value: printed(result.value), ...result.more } : { value: printed(result as Value) }
}

/** Kind `formula_pair`. */
export function replayFormulaPair(input: Raw): Raw {
  const metric = text(input.metric, 'metric')
  if (metric !== 'nrr_grr') throw new RevenueError(`The metric ${metric} is unknown.`)
  const a = argumentsOf(input), kept = subtract(a.int('opening'), a.int('churn_and_contraction'))
  return { nrr: printed(over(add(kept, a.int('expansion')), a.int('opening'))), grr: printed(atMostOne(over(kept, a.int('opening')))) }
}

/** Kind `cohort`: shares of the start, month by month. */
export function replayCohort(input: Raw): Raw {
  const cohorts = input.cohorts
  if (typeof cohorts !== 'object' || cohorts === null || Array.isArray(cohorts)) throw new RevenueError('cohorts is missing or no object.')
  return Object.fromEntries(Object.entries(cohorts as Record<string, Raw>).map(([month, c]) => {
    const after = (c.after ?? {}) as Record<string, Raw>
    const row = (k: number) => { const r = after[String(k)]; if (!r) throw new RevenueError(`Cohort ${month} lacks month ${k}.`); return r }
    const months = Object.keys(after).map(k => integer(Number(k), `after of ${month}`)), last = months.length ? Math.max(...months) : 0
    const series = (name: 'customers' | 'mrr') => {
      const start = fraction(BigInt(integer(c[name], `${month}.${name}`)))
      return [start, ...Array.from({ length: last }, (_, i) => fraction(BigInt(integer(row(i + 1)[name], `${month} after ${i + 1}: ${name}`))))].map(v => printed(over(v, start)))
    }
    return [month, { logo: series('customers'), revenue: series('mrr') }]
  }))
}

/** Kind `identity_check`: does a row of signed categories add up? */
export function replayIdentity(input: Raw): Raw {
  const parts = ['opening', 'new', 'expansion', 'contraction', 'churn', 'reactivation', 'fx'].reduce((n, k) => n + integer(input[k], k), 0)
  const difference = integer(input.closing, 'closing') - parts
  return { holds: difference === 0, difference }
}
