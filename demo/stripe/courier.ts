import { createHash } from 'node:crypto'
import type { StripeEvent } from '../company/wire.ts'
import { typeFits } from './app.ts'
import { Slip } from './journal.ts'
import { Sender, signatureHeader } from './sender.ts'
import type { World } from './world.ts'

export interface CourierOptions {
  /** Deliveries at a time, 8. */
  concurrency?: number
  /** First wait after a refusal in milliseconds, 250; doubled up to a minute. */
  retryFrom?: number
  /** Types to deliver, `*` for all. */
  types?: readonly string[]
  /** Starts with what happens from now on instead of with the first event. */
  fromNow?: boolean
}

/** How far an endpoint has got: everything before these places of the company's and of our own events. */
interface Cursor {
  told: number
  own: number
}

const LONGEST_WAIT = 60_000
const WRITE_EVERY = 200
/** How long a delivery under way may hold up the end. */
const PATIENCE = 3000

/**
 * Brings events to one address, at least once each: a few at a time, again after a refusal, and on
 * from where it was after a restart. What was under way when the process died comes again.
 */
export class Courier {
  readonly #secret: string
  readonly #clock: () => Date
  readonly #sender: Sender
  readonly #cursor: Slip<Cursor>
  readonly #options: Required<Pick<CourierOptions, 'concurrency' | 'retryFrom' | 'types'>>
  readonly #streams: { told: Stream; own: Stream }
  readonly #waits = new Set<() => void>()
  #running = 0
  #stopped = false
  #unwritten = 0
  #idle: (() => void)[] = []
  delivered = 0

  constructor(world: World, url: string, secret: string, clock: () => Date, dataDir: string | null, options: CourierOptions = {}) {
    this.#secret = secret
    this.#clock = clock
    this.#options = { concurrency: options.concurrency ?? 8, retryFrom: options.retryFrom ?? 250, types: options.types ?? ['*'] }
    this.#sender = new Sender(url, this.#options.concurrency)
    const start = options.fromNow ? { told: world.told.length, own: world.own.length } : { told: 0, own: 0 }
    const name = createHash('sha256').update(`${url} ${secret}`).digest('hex').slice(0, 16)
    this.#cursor = new Slip<Cursor>(dataDir, `stripe-delivered-${name}.json`, start)
    this.#streams = { told: new Stream(world.told, this.#cursor.value.told), own: new Stream(world.own, this.#cursor.value.own) }
  }

  /** Delivers what became due. Resolves when everything due by then has arrived, or on stop. */
  deliver(): Promise<void> {
    return new Promise((resolve) => {
      this.#idle.push(resolve)
      this.#pump()
    })
  }

  /** Starts what is due without waiting for it. */
  wake(): void {
    this.#pump()
  }

  /** Ends deliveries; those under way are waited for, those that wait for another try are not. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const end of this.#waits) end()
    if (this.#running > 0) {
      const cut = setTimeout(() => this.#sender.close(), PATIENCE)
      await new Promise<void>((resolve) => this.#idle.push(resolve))
      clearTimeout(cut)
    }
    this.#settle()
    this.#sender.close()
    this.#write()
  }

  #pump(): void {
    while (!this.#stopped && this.#running < this.#options.concurrency) {
      const next = this.#streams.told.take() ?? this.#streams.own.take()
      if (!next) break
      this.#running++
      void this.#bring(next.event).then((arrived) => {
        this.#running--
        if (arrived) next.done()
        if (++this.#unwritten >= WRITE_EVERY) this.#write()
        this.#pump()
      })
    }
    if (this.#running === 0) this.#settle()
  }

  #settle(): void {
    if (this.#unwritten > 0) this.#write()
    const waiting = this.#idle
    this.#idle = []
    for (const resolve of waiting) resolve()
  }

  async #bring(event: StripeEvent): Promise<boolean> {
    if (!this.#options.types.some((pattern) => typeFits(pattern, event.type))) return true
    const body = JSON.stringify(event)
    for (let wait = this.#options.retryFrom; !this.#stopped; wait = Math.min(wait * 2, LONGEST_WAIT)) {
      const t = Math.floor(this.#clock().getTime() / 1000)
      const { status, retryAfter } = await this.#sender.post(body, { 'stripe-signature': signatureHeader(body, this.#secret, t) })
      if (status >= 200 && status < 300) {
        this.delivered++
        return true
      }
      await this.#pause(retryAfter === null ? wait : Math.min(retryAfter * 1000, LONGEST_WAIT))
    }
    return false
  }

  #pause(milliseconds: number): Promise<void> {
    if (this.#stopped) return Promise.resolve()
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer)
        this.#waits.delete(end)
        resolve()
      }
      const timer = setTimeout(end, milliseconds)
      this.#waits.add(end)
    })
  }

  #write(): void {
    this.#unwritten = 0
    this.#cursor.write({ told: this.#streams.told.before, own: this.#streams.own.before })
  }
}

/** A list that only grows, handed out in order; `before` is where everything ahead has arrived. */
class Stream {
  readonly #events: readonly StripeEvent[]
  readonly #arrived = new Set<number>()
  #next: number
  before: number

  constructor(events: readonly StripeEvent[], start: number) {
    this.#events = events
    this.#next = start
    this.before = start
  }

  take(): { event: StripeEvent; done: () => void } | null {
    if (this.#next >= this.#events.length) return null
    const place = this.#next++
    return {
      event: this.#events[place],
      done: () => {
        this.#arrived.add(place)
        while (this.#arrived.delete(this.before)) this.before++
      },
    }
  }
}
