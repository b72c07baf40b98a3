import type { Random } from '../random.ts'
import { API_VERSION, type ApiObject, type Deed, type Invoice, type StripeEvent } from './wire.ts'

/** Invoices carry their first ten lines; the others are read page by page. */
export const EMBEDDED_LINES = 10

/** Writes down what happens to one customer, in the order it happens. */
export class Recorder {
  readonly deeds: Deed[] = []
  readonly #told = new Map<string, ApiObject>()
  readonly #ids: Random
  readonly #silentUntil: number
  readonly #expand: (object: ApiObject) => ApiObject

  /** Before `silentUntil` objects change without an event. `expand` turns a stored object into what an event carries. */
  constructor(ids: Random, silentUntil: number, expand: (object: ApiObject) => ApiObject) {
    this.#ids = ids
    this.#silentUntil = silentUntil
    this.#expand = expand
  }

  /** Objects that change without an event the product subscribes to. */
  keep(due: number, ...objects: ApiObject[]): void {
    this.deeds.push({ due, puts: objects, event: null })
  }

  /**
   * An object as it is from `due` on, and the event that tells of it. A type that ends in `.updated`
   * carries the attributes as the last event of that object had them. `by` says who asked for it.
   */
  tell(due: number, type: string, object: ApiObject, by: 'stripe' | 'someone' = 'stripe'): void {
    const snapshot = this.#expand(object)
    const before = this.#told.get(snapshot.id)
    this.#told.set(snapshot.id, snapshot)
    if (due < this.#silentUntil) return this.keep(due, object)
    const previous = type.endsWith('.updated') && before ? (differences(before, snapshot) as Record<string, unknown>) : undefined
    const event: StripeEvent = {
      id: `evt_1${this.#ids.token(23)}`,
      object: 'event',
      api_version: API_VERSION,
      created: due,
      data: previous === undefined ? { object: snapshot } : { object: snapshot, previous_attributes: previous },
      livemode: false,
      pending_webhooks: 1,
      request: by === 'stripe' ? { id: null, idempotency_key: null } : { id: `req_${this.#ids.token(14)}`, idempotency_key: `${this.#ids.token(8)}-${this.#ids.token(12)}` },
      type,
    }
    this.deeds.push({ due, puts: [object], event })
  }
}

/** What an event carries of an invoice. */
export function cutLines(invoice: Invoice): Invoice {
  if (invoice.lines.data.length <= EMBEDDED_LINES) return invoice
  return { ...invoice, lines: { ...invoice.lines, data: invoice.lines.data.slice(0, EMBEDDED_LINES), has_more: true } }
}

/** The former values of what differs: nested for hashes, whole for lists, null for what was not there. */
export function differences(before: unknown, after: unknown): unknown {
  if (!isHash(before) || !isHash(after)) return before
  const changed: Record<string, unknown> = {}
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (same(before[key], after[key])) continue
    changed[key] = key in before ? differences(before[key], after[key]) : null
  }
  return changed
}

function isHash(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether two JSON values are equal. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((value, index) => same(value, b[index]))
  if (!isHash(a) || !isHash(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && same(a[key], b[key]))
}
