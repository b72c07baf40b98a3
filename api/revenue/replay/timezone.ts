import { monthOf, offsetAt } from '../book-time.ts'
import { RevenueError } from '../revenue-error.ts'
import { instant, text, type Raw } from './read-case.ts'

/** Kind `timezone`: the book's month of an instant, and the instant as written there. */
export function replayTimezone(input: Raw): Raw {
  const at = instant(input.at, 'input.at'), zone = text(input.reporting_timezone, 'input.reporting_timezone')
  try { new Intl.DateTimeFormat('en', { timeZone: zone }) } catch { throw new RevenueError(`The time zone ${zone} is unknown.`) }
  const offset = offsetAt(at, zone), minutes = Math.abs(Math.round(offset / 60_000))
  const two = (n: number) => String(n).padStart(2, '0')
  return { month: monthOf(at, zone), local: `${new Date(at + offset).toISOString().slice(0, 19)}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}` }
}
