import { add, divide, fraction, multiply, subtract, toDecimal, one, type Fraction } from '../fraction.ts'
import { RevenueError } from '../revenue-error.ts'
import { decimal, integer, text, type Raw } from './read-case.ts'

/** Kind `forecast`: naive, drift, seasonal naive, Holt (not damped); h steps ahead. */
export function replayForecast(input: Raw): Raw {
  if (!Array.isArray(input.series) || !input.series.length) throw new RevenueError('series is missing, empty or no list.')
  const series = input.series.map((v, i) => fraction(BigInt(integer(v, `series[${i}]`)))), method = text(input.method, 'method'), horizon = integer(input.horizon, 'horizon')
  if (horizon < 1 || horizon > 1000) throw new RevenueError(`The horizon ${horizon} is not between 1 and 1,000.`)
  const step = stepOf(method, series, input)
  return { forecast: Array.from({ length: horizon }, (_, i) => toDecimal(step(i + 1))) }
}

function stepOf(method: string, series: readonly Fraction[], input: Raw): (k: number) => Fraction {
  const last = series.at(-1)!, times = (f: Fraction, k: number) => multiply(f, fraction(BigInt(k)))
  const several = () => { if (series.length < 2) throw new RevenueError(`The method ${method} needs at least two values.`) }
  switch (method) {
    case 'naive': return () => last
    case 'drift': {
      several()
      const slope = divide(subtract(last, series[0]!), fraction(BigInt(series.length - 1)))
      return k => add(last, times(slope, k))
    }
    case 'seasonal_naive': {
      const season = integer(input.season, 'season')
      if (season < 1 || season > series.length) throw new RevenueError(`The season ${season} does not fit a series of ${series.length}.`)
      return k => series[series.length - season + ((k - 1) % season)]!
    }
    case 'holt': {
      several()
      const alpha = decimal(input.alpha, 'alpha'), beta = decimal(input.beta, 'beta')
      let level = series[0]!, trend = subtract(series[1]!, series[0]!)
      for (const x of series.slice(1)) {
        const next = add(multiply(alpha, x), multiply(subtract(one, alpha), add(level, trend)))
        trend = add(multiply(beta, subtract(next, level)), multiply(subtract(one, beta), trend))
        level = next
      }
      return k => add(level, times(trend, k))
    }
    default: throw new RevenueError(`The forecast method ${method} is unknown.`)
  }
}
