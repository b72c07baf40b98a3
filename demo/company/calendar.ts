import type { Random } from '../random.ts'

export const HOUR = 3600
export const DAY = 86_400

/** Unix seconds of 00:00 UTC on a date `YYYY-MM-DD`. */
export function secondsOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / 1000
}

/** The date `YYYY-MM-DD` in UTC of an instant in Unix seconds. */
export function dateOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10)
}

/** The same day and time n months on, the last day of the month where that day does not exist. */
export function addMonths(seconds: number, months: number): number {
  const from = new Date(seconds * 1000)
  const first = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1)
  const month = new Date(first)
  const last = new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + 1, 0)).getUTCDate()
  const day = Math.min(from.getUTCDate(), last)
  return first / 1000 + (day - 1) * DAY + (seconds % DAY)
}

/** A moment within working hours of the day that holds `seconds`. */
export function workingMoment(dice: Random, seconds: number): number {
  return Math.floor(seconds / DAY) * DAY + dice.int(7 * HOUR, 19 * HOUR)
}

/** "14 Mar 2026", as it stands on invoice lines. */
export function dayText(seconds: number): string {
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
  const date = new Date(seconds * 1000)
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]} ${date.getUTCFullYear()}`
}
