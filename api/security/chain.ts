import { createHash } from 'node:crypto'
import { digestOf } from '../engine/audit.ts'

/** A row of the audit log with its values, wherever it was read from. */
export interface ChainRow {
  id: string; seq: number
  /** ISO 8601 UTC with milliseconds, as the hash covers it. */
  at: string
  /** False when the stored time is finer than the hash can see. */
  atWhole?: boolean
  actorKind: string; actorId: string | null; actor: string; onBehalfOf: string | null
  act: string; resource: string; subjectId: string | null; requestId: string | null; ip: string | null
  digest: Buffer; prev: Buffer; hash: Buffer
  values: { salt: Buffer; reason: string | null; changes: unknown; erased: boolean } | null
}

export interface Fault { seq: number; kind: 'missing' | 'content' | 'values' | 'link' | 'order' | 'head' | 'checkpoint'; sentence: string }

/** The hash before the first row. */
export const genesis: Buffer = createHash('sha256').update('quarterdeck audit log').digest()

/** The hash of a row: SHA-256 over the hash before, number, time and length-prefixed parts, and the digest of the values. The database computes the same. */
export function hashOf(row: ChainRow): Buffer {
  const parts = [row.id, row.actorKind, row.actorId, row.actor, row.onBehalfOf, row.act, row.resource, row.subjectId, row.requestId, row.ip]
  const text = `${row.seq}|${row.at}|${parts.map(p => p === null ? '-' : `${Buffer.byteLength(p)}:${p}`).join('|')}`
  return createHash('sha256').update(row.prev).update(text).update(row.digest).digest()
}

/** Is the row what it was when it was written? Its values are checked while they exist; erased ones must be marked and empty. */
export function contentFault(row: ChainRow): Fault | undefined {
  const fault = (kind: Fault['kind'], sentence: string): Fault => ({ seq: row.seq, kind, sentence: `row ${row.seq}: ${sentence}` })
  if (row.atWhole === false || !hashOf(row).equals(row.hash)) return fault('content', 'its content (who, what, when) is not what was written.')
  if (!row.values) return fault('values', 'its values are gone without being marked as erased.')
  const { salt, reason, changes, erased } = row.values
  if (erased) return reason === null && changes === null ? undefined : fault('values', 'its values are marked as erased but are there.')
  return digestOf(salt, reason, changes).equals(row.digest) ? undefined : fault('values', 'its values are not what was written.')
}

export interface Checkpoint { seq: number; hash: string; at: string }

/**
 * Walks the log row by row in constant memory, upwards or downwards, and names each fault. After a fault it goes on with what is
 * stored, so that one broken row is one line.
 */
export class ChainCheck {
  readonly faults: Fault[] = []
  rows = 0
  erased = 0
  #last: { seq: number; hash: Buffer; prev: Buffer } | undefined
  #highest: { seq: number; hash: Buffer } | undefined
  #lowest: { seq: number; prev: Buffer } | undefined
  #direction = 0
  readonly #points: Map<number, Checkpoint>

  constructor(checkpoints: readonly Checkpoint[] = []) { this.#points = new Map(checkpoints.map(c => [c.seq, c])) }

  #add(seq: number, kind: Fault['kind'], sentence: string): void { this.faults.push({ seq, kind, sentence }) }

  push(row: ChainRow): void {
    this.rows++
    if (row.values?.erased) this.erased++
    const fault = contentFault(row)
    if (fault) this.faults.push(fault)
    const last = this.#last
    if (last) {
      this.#direction ||= row.seq > last.seq ? 1 : -1
      const [lower, upper] = this.#direction === 1 ? [last, row] : [row, last]
      if (upper.seq <= lower.seq) this.#add(row.seq, 'order', `row ${row.seq}: stands out of order behind row ${last.seq}.`)
      else if (upper.seq > lower.seq + 1) this.#missing(lower.seq + 1, upper.seq - 1)
      else if (!upper.prev.equals(lower.hash)) this.#add(upper.seq, 'link', `row ${upper.seq}: does not follow row ${lower.seq}.`)
    }
    const point = this.#points.get(row.seq)
    if (point) {
      this.#points.delete(row.seq)
      if (point.hash !== row.hash.toString('hex')) this.#add(row.seq, 'checkpoint', `row ${row.seq}: is not the row that was signed at ${point.at}; the chain was rebuilt.`)
    }
    if (!this.#highest || row.seq > this.#highest.seq) this.#highest = { seq: row.seq, hash: row.hash }
    if (!this.#lowest || row.seq < this.#lowest.seq) this.#lowest = { seq: row.seq, prev: row.prev }
    this.#last = { seq: row.seq, hash: row.hash, prev: row.prev }
  }

  #missing(from: number, to: number): void {
    this.#add(from, 'missing', from === to ? `row ${from}: is missing.` : `rows ${from} to ${to}: are missing.`)
  }

  /** Both ends: the first row follows nothing, the last is the head, and every signed row was met. */
  end(head?: { seq: number; hash: Buffer }): Fault[] {
    if (this.#lowest && this.#lowest.seq > 1) this.#missing(1, this.#lowest.seq - 1)
    if (this.#lowest?.seq === 1 && !this.#lowest.prev.equals(genesis)) this.#add(1, 'link', 'row 1: does not begin the chain.')
    const top = this.#highest ?? { seq: 0, hash: genesis }
    if (head) {
      if (head.seq > top.seq) this.#missing(top.seq + 1, head.seq)
      else if (head.seq < top.seq) this.#add(head.seq + 1, 'head', `row ${head.seq + 1}: lies beyond the head of the log.`)
      else if (!head.hash.equals(top.hash)) this.#add(top.seq, 'head', `row ${top.seq}: is not the head of the log.`)
    }
    for (const point of this.#points.values()) this.#add(point.seq, 'checkpoint', `row ${point.seq}: was signed at ${point.at} and is missing.`)
    return this.faults.sort((a, b) => a.seq - b.seq)
  }
}
