import { setTimeout as wait } from 'node:timers/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { productFacts, type ProductFact } from './product-facts.ts'

const compress = promisify(gzip)

export interface SendOptions {
  seed: number
  firstDay: string
  /** Where the product listens, such as `http://127.0.0.1:3000`; the path is `/v1/batch`. */
  url: string
  writeKey: string
  /** Facts after this instant ... */
  since: Date
  /** ... up to and including this one. */
  now: Date
  /** Messages in a batch, 400. */
  batchSize?: number
}

const TRIES = 6
const LONGEST_WAIT = 10_000

/**
 * Sends what the company's own product has to tell of a stretch of time, in compressed batches with
 * the write key as user name. A refusal for now (429, 5xx, no answer) is tried again; the messages'
 * ids make that harmless. Throws when a batch is refused for good.
 */
export async function sendProductFacts(options: SendOptions): Promise<{ sent: number; batches: number }> {
  const { seed, firstDay, since, now, batchSize = 400 } = options
  const facts = productFacts(seed, firstDay, Math.floor(since.getTime() / 1000), Math.floor(now.getTime() / 1000))
  let batches = 0
  for (let start = 0; start < facts.length; start += batchSize) {
    await sendBatch(options, facts.slice(start, start + batchSize))
    batches++
  }
  return { sent: facts.length, batches }
}

async function sendBatch({ url, writeKey, now }: SendOptions, batch: readonly ProductFact[]): Promise<void> {
  const body = await compress(JSON.stringify({ batch, sentAt: now.toISOString() }), { level: 1 })
  const headers = { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`, 'content-type': 'application/json', 'content-encoding': 'gzip' }
  for (let tries = 1; ; tries++) {
    const answer = await fetch(new URL('/v1/batch', url), { method: 'POST', headers, body: new Uint8Array(body) }).catch((error: Error) => error)
    const status = answer instanceof Error ? 0 : answer.status
    if (!(answer instanceof Error)) await answer.arrayBuffer()
    if (status >= 200 && status < 300) return
    const later = status === 0 || status === 429 || status >= 500
    if (!later || tries === TRIES) throw new Error(`A batch of ${batch.length} product messages was refused: ${answer instanceof Error ? answer.message : `status ${status}`}.`)
    const asked = answer instanceof Error ? 0 : Number(answer.headers.get('retry-after')) * 1000
    await wait(Math.min(asked || 100 * 2 ** tries, LONGEST_WAIT))
  }
}
