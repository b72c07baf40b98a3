import { useSyncExternalStore } from 'react'

/** Operations of this person that still run, kept in the browser so that a reload and other tabs go on watching them. */
export interface Watched { id: string; resource: string; label: string }

const key = 'quarterdeck.running'
const heard = new Set<() => void>()
let text: string | null = null
let list: readonly Watched[] = []

const isWatched = (v: unknown): v is Watched => typeof v === 'object' && v !== null && 'id' in v && 'resource' in v && 'label' in v

/** The list as it stands in the browser; what is no list is none. */
export const readWatched = (stored: string | null): readonly Watched[] => {
  try {
    const value: unknown = JSON.parse(stored ?? '[]')
    return Array.isArray(value) ? value.filter(isWatched).slice(-20) : []
  } catch { return [] }
}

const now = (): readonly Watched[] => {
  const stored = localStorage.getItem(key)
  if (stored !== text) { text = stored; list = readWatched(stored) }
  return list
}

const write = (next: readonly Watched[]): void => {
  if (next.length === 0) localStorage.removeItem(key)
  else localStorage.setItem(key, JSON.stringify(next))
  for (const tell of heard) tell()
}

export const watch = (one: Watched): void => { write([...now().filter(w => w.id !== one.id), one]) }
export const unwatch = (id: string): void => { write(now().filter(w => w.id !== id)) }

const subscribe = (tell: () => void): (() => void) => {
  const stored = (event: StorageEvent): void => { if (event.key === key) tell() }
  heard.add(tell)
  addEventListener('storage', stored)
  return () => { heard.delete(tell); removeEventListener('storage', stored) }
}

export const useWatched = (): readonly Watched[] => useSyncExternalStore(subscribe, now)
