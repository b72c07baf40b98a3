import { useMemo } from 'react'
import type { Display } from '../../resources/engine/preferences.ts'
import { dayIn, exactTime } from './format.ts'
import { useManifest } from './manifest.tsx'

/** How this person wants things shown. */
export const useDisplay = (): Display => useManifest().me.display

/** The zone in which moments are shown: the person's own, else the book's. Days of the book stay in the book's zone. */
export const useZone = (): string => {
  const { me, book } = useManifest()
  return me.display.zone ?? book.timeZone
}

/** An exact moment in the person's zone, with the book's clock beside it where that differs: 14 Nov 2026, 10:12 CET (09:12 UTC). */
export const bothTimes = (iso: string, zone: string, book: string): string => {
  const own = exactTime(iso, zone), theirs = exactTime(iso, book)
  if (own === theirs || zone === book) return own
  return `${own} (${dayIn(new Date(iso), zone) === dayIn(new Date(iso), book) ? theirs.slice(theirs.indexOf(', ') + 2) : theirs})`
}

export const useExact = (): ((iso: string) => string) => {
  const { book } = useManifest()
  const zone = useZone()
  return useMemo(() => iso => bothTimes(iso, zone, book.timeZone), [zone, book.timeZone])
}
