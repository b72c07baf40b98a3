import { random } from '../random.ts'
import { addMonths, dateOf, secondsOf } from './calendar.ts'

export interface FxRate {
  date: string
  from: string
  to: string
  /** Decimal string: one unit of `from` in `to`. */
  rate: string
}

/**
 * The euro in dollars on the first of each month, from six years before the company's first day to
 * two years after it. Who fills a product takes those up to today.
 */
export function fxRates(seed: number, firstDay: string): FxRate[] {
  const dice = random(`${seed}/fx`)
  const month = secondsOf(`${firstDay.slice(0, 7)}-01`)
  let points = 10_850
  const rates: FxRate[] = []
  for (let n = -72; n <= 25; n++) {
    // Ten-thousandths of a dollar; pulled gently to 1.085 so that it neither runs away nor stands still.
    points += dice.int(-140, 140) - Math.trunc((points - 10_850) / 12)
    rates.push({ date: dateOf(addMonths(month, n)), from: 'eur', to: 'usd', rate: `${Math.trunc(points / 10_000)}.${String(points % 10_000).padStart(4, '0')}` })
  }
  return rates
}
