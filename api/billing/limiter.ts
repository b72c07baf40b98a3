/** Runs calls at most `perSecond` a second and `inFlight` at a time, in order of arrival. */
export class Limiter {
  readonly #gap: number
  readonly #inFlight: number
  #next = 0
  #running = 0
  readonly #waiting: (() => void)[] = []

  constructor(perSecond: number, inFlight: number) {
    this.#gap = 1000 / perSecond
    this.#inFlight = inFlight
  }

  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#inFlight) await new Promise<void>(resolve => this.#waiting.push(resolve))
    else this.#running++
    try {
      const now = performance.now(), at = Math.max(now, this.#next)
      this.#next = at + this.#gap
      if (at > now) await new Promise(resolve => setTimeout(resolve, at - now))
      return await call()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }
}
