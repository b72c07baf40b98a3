/** What the stream says, passed on at a pace that a page bears. */
export interface LiveLink { close: () => void }

const pace = { settle: 300, between: 5_000, hidden: 5_000, idle: 15 * 60_000, again: 30_000 }

/**
 * Holds the stream of changes open while somebody looks: not in a hidden tab (a browser allows six connections to a host), not where nobody has touched anything for a
 * quarter of an hour (a page left alone must not keep its session alive). `changed` gets names of resources, each at most every five seconds; `missed` says that anything may
 * have changed meanwhile.
 */
export const openLive = (address: string, on: { changed: (names: string[]) => void; missed: () => void }): LiveLink => {
  let source: EventSource | null = null
  let wasReady = false, closed = false, touched = Date.now()
  let hiding: ReturnType<typeof setTimeout> | undefined, retry: ReturnType<typeof setTimeout> | undefined, flushing: ReturnType<typeof setTimeout> | undefined
  const waiting = new Set<string>()
  const last = new Map<string, number>()

  const flush = (): void => {
    flushing = undefined
    const now = Date.now()
    const due = [...waiting].filter(name => now - (last.get(name) ?? 0) >= pace.between)
    for (const name of due) { waiting.delete(name); last.set(name, now) }
    if (due.length > 0) on.changed(due)
    if (waiting.size > 0) schedule(Math.min(...[...waiting].map(name => (last.get(name) ?? 0) + pace.between - now)))
  }
  /** Many pages hear the same; they do not all ask in the same moment. */
  const schedule = (after: number): void => { flushing ??= setTimeout(flush, Math.max(after, pace.settle) + Math.random() * pace.settle) }

  const disconnect = (): void => { clearTimeout(retry); source?.close(); source = null }
  const connect = (): void => {
    if (source || closed || document.hidden || Date.now() - touched > pace.idle) return
    const made = source = new EventSource(address)
    made.addEventListener('ready', () => { if (wasReady) on.missed(); wasReady = true })
    made.addEventListener('gap', () => { on.missed() })
    made.addEventListener('changed', event => {
      for (const name of JSON.parse((event as MessageEvent<string>).data) as string[]) waiting.add(name)
      schedule(0)
    })
    // the browser tries again by itself after a broken connection, but not after a refusal
    made.addEventListener('error', () => { if (made.readyState === EventSource.CLOSED && source === made) { disconnect(); retry = setTimeout(connect, pace.again * (1 + Math.random())) } })
  }

  const look = (): void => {
    clearTimeout(hiding)
    if (document.hidden) hiding = setTimeout(disconnect, pace.hidden)
    else { touched = Date.now(); connect() }
  }
  const touch = (): void => { const was = touched; touched = Date.now(); if (touched - was > pace.idle) connect() }
  const watch = setInterval(() => { if (Date.now() - touched > pace.idle) disconnect() }, 60_000)
  document.addEventListener('visibilitychange', look)
  for (const kind of ['pointermove', 'keydown', 'wheel'] as const) addEventListener(kind, touch, { passive: true })
  connect()
  return {
    close: () => {
      closed = true
      disconnect()
      for (const timer of [hiding, retry, flushing]) clearTimeout(timer)
      clearInterval(watch)
      document.removeEventListener('visibilitychange', look)
      for (const kind of ['pointermove', 'keydown', 'wheel'] as const) removeEventListener(kind, touch)
    },
  }
}
