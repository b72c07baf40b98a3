const months = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']

const monthOf = (period: string): string => months[Number(period.slice(5, 7)) - 1] ?? period

/** Under a bar: 'Dec', with the year where it begins or changes; days as '24 Nov'. */
export const slotWords = (period: string, before: string | undefined): { first: string; second: string } => {
  const month = monthOf(period).slice(0, 3)
  if (period.length > 7) return { first: String(Number(period.slice(8))), second: before?.slice(0, 7) === period.slice(0, 7) ? '' : month }
  return { first: month, second: before?.slice(0, 4) === period.slice(0, 4) ? '' : period.slice(0, 4) }
}

/** 'Sep 2026', or '24 Nov 2026' for a day. */
export const periodShort = (period: string): string => `${period.length > 7 ? `${Number(period.slice(8))} ` : ''}${monthOf(period).slice(0, 3)} ${period.slice(0, 4)}`

/** 'November to date', 'September 2026', '24 November 2026'. */
export const periodTitle = (period: string, complete: boolean): string =>
  period.length > 7 ? `${Number(period.slice(8))} ${monthOf(period)} ${period.slice(0, 4)}${complete ? '' : ', to date'}`
  : complete ? `${monthOf(period)} ${period.slice(0, 4)}` : `${monthOf(period)} to date`

const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 10)
/** Calendar arithmetic on YYYY-MM-DD. */
export const addDays = (day: string, n: number): string => iso(Date.parse(`${day}T00:00:00Z`) + n * 86_400_000)
export const monthBefore = (day: string): { month: string; last: string } => { const last = addDays(`${day.slice(0, 7)}-01`, -1); return { month: last.slice(0, 7), last } }
export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)
export const monthShort = (day: string): string => monthOf(day).slice(0, 3)
