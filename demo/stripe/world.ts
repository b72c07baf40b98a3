import { company, type Company } from '../company/company.ts'
import { DAY } from '../company/calendar.ts'
import { random, type Random } from '../random.ts'
import { API_VERSION, type ApiObject, type StripeEvent } from '../company/wire.ts'
import { Journal } from './journal.ts'

type Word = ApiObject['object']
export type Found<W extends Word> = Extract<ApiObject, { object: W }>

/** How far ahead of the clock the company's story is told. */
const AHEAD = 40 * DAY

/** A change made through the API: the objects as they are now, and the events that tell of it. */
export interface OwnChange {
  at: number
  puts: ApiObject[]
  gone: string[]
  events: StripeEvent[]
}

/**
 * The company as of now, and what was changed through the API on top of it. A subscription that
 * was changed here leaves its story: what the company had in store for it no longer happens.
 */
export class World {
  readonly #seed: number
  readonly #firstDay: string
  readonly #clock: () => Date
  readonly #journal: Journal<OwnChange>
  readonly #objects = new Map<string, ApiObject>()
  readonly #byWord = new Map<Word, Set<string>>()
  readonly #sorted = new Map<Word, ApiObject[]>()
  readonly #leftAt = new Map<string, number>()
  #company: Company
  #horizon: number
  #place = 0
  /** Events of the company that are due, in order; and of changes made here. */
  readonly told: StripeEvent[] = []
  readonly own: StripeEvent[] = []
  readonly ids: Random

  constructor(seed: number, firstDay: string, clock: () => Date, dataDir: string | null) {
    this.#seed = seed
    this.#firstDay = firstDay
    this.#clock = clock
    this.#journal = new Journal<OwnChange>(dataDir, 'stripe-changes.jsonl')
    this.#horizon = this.now() + AHEAD
    this.#company = company(seed, firstDay, { until: this.#horizon })
    const earlier = this.#journal.read()
    this.ids = random(`${seed}/own/${earlier.length}`)
    // Which subscriptions left their story must be known before it is told again.
    for (const change of earlier) this.#detach(change)
    this.advance()
    for (const change of earlier) this.#apply(change)
  }

  /** Unix seconds. */
  now(): number {
    return Math.floor(this.#clock().getTime() / 1000)
  }

  /** Lets everything happen that is due. */
  advance(): void {
    const now = this.now()
    if (now > this.#horizon - DAY) {
      this.#horizon = now + AHEAD
      this.#company = company(this.#seed, this.#firstDay, { until: this.#horizon })
    }
    for (; this.#place < this.#company.deeds.length; this.#place++) {
      const deed = this.#company.deeds[this.#place]
      if (deed.due > now) break
      const left = deed.puts.some((object) => this.#leftStory(object, deed.due))
      if (!left) for (const object of deed.puts) this.#put(object)
      if (deed.event && !left) this.told.push(deed.event)
    }
  }

  /** Makes a change through the API: kept, and told of by its events. */
  change(puts: ApiObject[], events: { type: string; object: ApiObject; previous?: Record<string, unknown> }[], gone: string[] = []): void {
    const created = this.now()
    const change: OwnChange = {
      at: created,
      puts,
      gone,
      events: events.map(({ type, object, previous }) => ({
        id: this.newId('evt_1'),
        object: 'event',
        api_version: API_VERSION,
        created,
        data: previous ? { object, previous_attributes: previous } : { object },
        livemode: false,
        pending_webhooks: 1,
        request: { id: this.newId('req_', 14), idempotency_key: null },
        type,
      })),
    }
    this.#detach(change)
    this.#journal.append(change)
    this.#apply(change)
  }

  get<W extends Word>(word: W, id: string): Found<W> | undefined {
    const object = this.#objects.get(id)
    return object?.object === word ? (object as Found<W>) : undefined
  }

  any(id: string): ApiObject | undefined {
    return this.#objects.get(id)
  }

  /** All objects of a kind, newest first. */
  all<W extends Word>(word: W): Found<W>[] {
    let list = this.#sorted.get(word)
    if (!list) {
      list = [...(this.#byWord.get(word) ?? [])].map((id) => this.#objects.get(id)!).reverse()
      list.sort((a, b) => createdOf(b) - createdOf(a))
      this.#sorted.set(word, list)
    }
    return list as Found<W>[]
  }

  /** Subscriptions that were changed through the API, whose story the company no longer tells. */
  leftStory(): Found<'subscription'>[] {
    return [...this.#leftAt.keys()].flatMap((id) => this.get('subscription', id) ?? [])
  }

  newId(prefix: string, length = 23): string {
    return prefix + this.ids.token(length)
  }

  #apply(change: OwnChange): void {
    for (const object of change.puts) this.#put(object)
    for (const id of change.gone) this.#remove(id)
    this.own.push(...change.events)
  }

  #put(object: ApiObject): void {
    this.#objects.set(object.id, object)
    const known = this.#byWord.get(object.object) ?? new Set()
    this.#byWord.set(object.object, known.add(object.id))
    this.#sorted.delete(object.object)
  }

  #remove(id: string): void {
    const object = this.#objects.get(id)
    if (!object) return
    this.#objects.delete(id)
    this.#byWord.get(object.object)?.delete(id)
    this.#sorted.delete(object.object)
  }

  #detach({ at, puts }: OwnChange): void {
    for (const { id, object } of puts) if (object === 'subscription' && !this.#leftAt.has(id)) this.#leftAt.set(id, at)
  }

  #leftStory(object: ApiObject, due: number): boolean {
    const subscription = object.object === 'subscription' ? object.id : object.object === 'invoice' ? object.parent?.subscription_details?.subscription : null
    return typeof subscription === 'string' && due > (this.#leftAt.get(subscription) ?? Infinity)
  }
}

function createdOf(object: ApiObject): number {
  return 'created' in object ? object.created : 'start' in object ? object.start : 0
}
