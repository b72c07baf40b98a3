import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import { usualRanges, type DateRange } from '../engine/date-range-picker.tsx'
import { dayIn } from '../engine/format.ts'
import { useManifest } from '../engine/manifest.tsx'
import { useNow } from '../engine/now.tsx'
import { daysBetween } from './period-words.ts'

const day = /^\d{4}-\d\d-\d\d$/
const validDay = (text: string | null): text is string => text !== null && day.test(text) && !Number.isNaN(Date.parse(text))

export interface RevenueState {
  range: DateRange
  today: string
  by: 'month' | 'day'
  /** Native holdings of one currency, or null for everything in the book's. */
  currency: string | null
  /** The period whose movements stand at the right; null = that of the last day. */
  period: string | null
  /** Changes the address; what equals the default is left out. `null` takes a key away. */
  set: (change: Record<string, string | null>, replace?: boolean) => void
  /** The address of a page below, with the same range. */
  address: (path: string, extra: Record<string, string>) => string
}

const own = ['from', 'to', 'currency', 'period'] as const

/** The state of the revenue page is its address and nothing else. */
export const useRevenueState = (): RevenueState => {
  const { book } = useManifest()
  const [params, setParams] = useSearchParams()
  const today = dayIn(useNow(), book.timeZone)
  const usual = useMemo(() => usualRanges(today).find(r => r.key === 'year')!.range, [today])
  const from = params.get('from'), to = params.get('to')
  const range = useMemo((): DateRange => {
    const valid = validDay(from) && validDay(to) && from <= to && to <= today && daysBetween(from, to) <= 3660
    return valid ? { from, to } : usual
  }, [from, to, today, usual])
  const currency = params.get('currency')
  return {
    range, today, by: daysBetween(range.from, range.to) <= 45 ? 'day' : 'month', period: params.get('period'),
    currency: currency && /^[a-z]{3}$/.test(currency) && currency !== book.currency ? currency : null,
    set: (change, replace = false) => {
      setParams(before => {
        const next = new URLSearchParams(before)
        for (const [key, value] of Object.entries(change)) { if (value === null) next.delete(key); else next.set(key, value) }
        if (next.get('from') === usual.from && next.get('to') === usual.to) { next.delete('from'); next.delete('to') }
        return next
      }, { replace })
    },
    address: (path, extra) => {
      const next = new URLSearchParams()
      for (const key of own) { const value = params.get(key); if (value) next.set(key, value) }
      for (const [key, value] of Object.entries(extra)) next.set(key, value)
      const text = next.toString()
      return text ? `${path}?${text}` : path
    },
  }
}
