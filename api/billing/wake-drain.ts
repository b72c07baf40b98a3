import { drainInbox } from '../../resources/billing/jobs.ts'
import type { Services } from '../engine/context.ts'

/**
 * Wakes the drain job after an event was stored: at most one call each 50 ms, however many events come. While a run is under way it may have
 * looked already, so it is asked again until a run is queued after it.
 */
export function drainWaker(services: Services): () => void {
  let timer: NodeJS.Timeout | null = null
  const ask = (after: number) => {
    if (timer || !services.queue) return
    timer = setTimeout(() => {
      timer = null
      services.queue!.enqueue(null, drainInbox).then(id => { if (id === null) ask(1_000) }, error => services.log.warn({ err: error as Error }, 'the drain job could not be woken; its schedule will'))
    }, after)
    timer.unref()
  }
  return () => ask(50)
}
