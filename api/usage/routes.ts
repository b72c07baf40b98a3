import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { Hono, type Context } from 'hono'
import type { Services } from '../engine/context.ts'
import { Problem } from '../engine/errors.ts'
import type { Env } from '../engine/http/env.ts'
import { ingest } from './ingest.ts'
import { findWriteKey, keyOfHeader } from './write-key.ts'

const largestBody = 1_048_576
const mostMessages = 500
const unzip = promisify(gunzip)
const tooLarge = () => new Problem('too_large', 'A body has at most 1 MB, unpacked. Nothing was taken in.')

/** What came, unpacked, as bytes; never more than a megabyte of either. */
async function readBytes(c: Context<Env>): Promise<Buffer> {
  if (Number(c.req.header('content-length') ?? 0) > largestBody) throw tooLarge()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (c.req.raw.body ?? []) as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > largestBody) throw tooLarge()
    chunks.push(chunk)
  }
  const packed = Buffer.concat(chunks)
  const encoding = (c.req.header('content-encoding') ?? 'identity').trim().toLowerCase()
  if (encoding === 'identity') return packed
  if (encoding !== 'gzip' && encoding !== 'x-gzip') throw new Problem('not_json', 'content-encoding must be gzip or left out.')
  try { return await unzip(packed, { maxOutputLength: largestBody }) } catch (error) {
    if ((error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge()
    throw new Problem('malformed', 'The body is no gzip.')
  }
}

/** JSON of any content type: beacons cannot say what they send. */
async function readBody(c: Context<Env>): Promise<Record<string, unknown>> {
  const bytes = await readBytes(c)
  let body: unknown
  try { body = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) } catch { throw new Problem('malformed', 'The body is no valid JSON.') }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Problem('malformed', 'The body must be a JSON object.')
  return body as Record<string, unknown>
}

/** The write key: in the header, or `writeKey` in the body. */
const keyOf = (c: Context<Env>, body: Record<string, unknown>): string => keyOfHeader(c.req.header('authorization')) || (typeof body.writeKey === 'string' ? body.writeKey : '')

/** POST /v1/identify, /v1/group, /v1/batch: the door of the company's own product. Answers `{ success, accepted, rejected }`. */
export function usageRoutes(services: Services): Hono<Env> {
  const app = new Hono<Env>()
  const take = async (c: Context<Env>, messagesOf: (body: Record<string, unknown>) => unknown[]) => {
    const body = await readBody(c)
    const key = await findWriteKey(services.db, keyOf(c, body))
    if (!key) throw new Problem('unauthenticated', 'The write key is missing or not valid.')
    const messages = messagesOf(body)
    if (messages.length > mostMessages) throw new Problem('too_large', `A batch holds at most ${mostMessages} messages. Nothing was taken in.`)
    return c.json({ success: true, ...await ingest(services, key.id, messages) })
  }
  const single = (type: string) => (body: Record<string, unknown>) => [{ ...body, writeKey: undefined, type }]
  app.post('/identify', c => take(c, single('identify')))
  app.post('/group', c => take(c, single('group')))
  app.post('/batch', c => take(c, body => {
    if (!Array.isArray(body.batch)) throw new Problem('malformed', 'batch must be a list of messages.')
    return body.batch
  }))
  return app
}
