import type { Instant } from '../billing/subscription-state.ts'

const formats = new Map<string, Intl.DateTimeFormat>()
const formatOf = (zone: string): Intl.DateTimeFormat => {
  let f = formats.get(zone)
  if (!f) formats.set(zone, f = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }))
  return f
}

/** Milliseconds by which local time in a zone is ahead of UTC at an instant. */
export function offsetAt(at: Instant, zone: string): number {
  if (zone === 'UTC') return 0
  const p = Object.fromEntries(formatOf(zone).formatToParts(at).map(x => [x.type, Number(x.value)]))
  return Date.UTC(p.year!, p.month! - 1, p.day!, p.hour!, p.minute!, p.second!) - Math.floor(at / 1000) * 1000
}

/** The book's calendar day of an instant, `YYYY-MM-DD`. */
export const dayOf = (at: Instant, zone: string): string => new Date(at + offsetAt(at, zone)).toISOString().slice(0, 10)

/** The book's month of an instant, `YYYY-MM`. */
export const monthOf = (at: Instant, zone: string): string => dayOf(at, zone).slice(0, 7)

/** When a day begins in the book's zone: the first instant that carries its date (a day may lack 00:00). */
export function startOfDay(day: string, zone: string): Instant {
  const wall = Date.parse(`${day}T00:00:00Z`)
  if (zone === 'UTC') return wall
  const early = wall - offsetAt(wall - 86_400_000, zone), late = wall - offsetAt(wall + 86_400_000, zone)
  for (const at of [Math.min(early, late), Math.max(early, late)]) if (dayOf(at, zone) >= day && dayOf(at - 1000, zone) < day) return at
  return Math.max(early, late)
}

/** `YYYY-MM-DD` moved by days. */
export const addDays = (day: string, days: number): string => new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** `YYYY-MM` moved by months. */
export function addMonths(month: string, months: number): string {
  const [y, m] = month.split('-').map(Number)
  const d = new Date(Date.UTC(y!, m! - 1 + months, 1))
  return d.toISOString().slice(0, 7)
}
