import { useSyncExternalStore } from 'react'

let now = Date.now()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener)
  timer ??= setInterval(() => { now = Date.now(); for (const each of listeners) each() }, 30_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) { clearInterval(timer); timer = undefined }
  }
}

/** The present moment, moving every half minute, so that "4 min ago" stays true on a page that is open all day. */
export const useNow = (): Date => new Date(useSyncExternalStore(subscribe, () => now))
