import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rm, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import type { Context } from 'hono'
import { Problem } from '../../errors.ts'
import { parseJson, readJson } from '../../http/body.ts'
import type { Env } from '../../http/env.ts'
import { newId } from '../../ids.ts'
import { plainObject } from '../body.ts'
import { fileProblem } from './csv.ts'
import { decode, EncodingWatch, type Encoding } from './decode.ts'
import { boundaryOf, readMultipart, type Part, type Sink } from './multipart.ts'

/** Bytes of a file sent as a form, and of a body sent as JSON. */
export const uploadLimits = { file: 64 * 1_048_576, json: 10 * 1_048_576, field: 65_536 } as const

/** A file as it was sent: its text can be read more than once and is never whole in memory where it came as a form. */
export interface Upload {
  text(): AsyncIterable<string>
  encoding: Encoding
  /** Its name at home. */
  name: string | null
  /** Column head -> field; undefined where it was not told. */
  mapping: unknown
  dryRun: boolean
  /** SHA-256 of its bytes. */
  digest: string
  dispose(): Promise<void>
}

const tooLarge = (limit: number): Problem => fileProblem(`The file is larger than ${Math.round(limit / 1_048_576)} MB. Nothing was read; import it in parts.`, 'too_large')

/** Receives `multipart/form-data` (file, mapping, dryRun) or JSON `{ csv, mapping, dryRun }`. Whoever calls disposes of it. */
export async function receive(c: Context<Env>, dataDir: string): Promise<Upload> {
  const encoding = (c.req.header('content-encoding') ?? 'identity').trim().toLowerCase()
  if (encoding !== 'identity') throw fileProblem('Send the file as it is, not compressed.', 'not_csv')
  const type = c.req.header('content-type') ?? ''
  return type.split(';')[0]!.trim().toLowerCase() === 'multipart/form-data' ? receiveForm(c, type, dataDir) : receiveJson(c)
}

async function receiveJson(c: Context<Env>): Promise<Upload> {
  const { csv, mapping, dryRun = false, ...rest } = plainObject(await readJson(c, uploadLimits.json))
  const unknown = Object.keys(rest)
  if (unknown.length) throw new Problem('unwritable_field', `"${unknown[0]!.slice(0, 60)}" is not part of this call.`)
  if (typeof csv !== 'string') throw new Problem('malformed', 'csv must be text: the content of the file.', { errors: { csv: ['The content of the file is missing.'] } })
  if (typeof dryRun !== 'boolean') throw new Problem('malformed', 'dryRun must be true or false.', { errors: { dryRun: ['This must be true or false.'] } })
  if (csv.includes('\u0000')) throw fileProblem('The file holds NUL characters: it is no text, or it is damaged.')
  return {
    async *text() { yield csv }, encoding: 'utf-8', name: null, mapping, dryRun,
    digest: createHash('sha256').update(csv).digest('hex'), dispose: () => Promise.resolve(),
  }
}

async function receiveForm(c: Context<Env>, type: string, dataDir: string): Promise<Upload> {
  if (Number(c.req.header('content-length') ?? 0) > uploadLimits.file + 2 * uploadLimits.field) throw tooLarge(uploadLimits.file)
  const boundary = boundaryOf(type)
  if (!boundary || !c.req.raw.body) throw new Problem('malformed', 'The form is broken: it has no boundary or no body.')
  const dir = path.join(dataDir, 'uploads'), place = path.join(dir, newId())
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const watch = new EncodingWatch(), hash = createHash('sha256'), fields = new Map<string, string>()
  let file: FileHandle | undefined, size = 0
  const sent: { name: string | null } = { name: null }
  const fileSink: Sink = async chunk => {
    size += chunk.length
    if (size > uploadLimits.file) throw tooLarge(uploadLimits.file)
    watch.push(chunk)
    hash.update(chunk)
    file ??= await open(place, 'wx', 0o600)
    await file.write(chunk)
  }
  const fieldSink = (key: string): Sink => {
    let length = 0
    const pieces: Buffer[] = []
    return chunk => {
      length += chunk.length
      if (length > uploadLimits.field) throw new Problem('too_large', `"${key}" is larger than ${uploadLimits.field / 1024} kB.`)
      pieces.push(Buffer.from(chunk))
      fields.set(key, Buffer.concat(pieces).toString('utf8'))
    }
  }
  const sinkOf = (part: Part): Sink => {
    if (part.name === 'file') {
      if (sent.name !== null) throw new Problem('malformed', 'Send one file.')
      sent.name = (part.filename ?? '').slice(-200) || 'file.csv'
      return fileSink
    }
    if ((part.name !== 'mapping' && part.name !== 'dryRun') || fields.has(part.name)) throw new Problem('unwritable_field', `"${part.name.slice(0, 60)}" is not part of this form.`)
    fields.set(part.name, '')
    return fieldSink(part.name)
  }
  const dispose = () => rm(place, { force: true })
  try {
    await readMultipart(c.req.raw.body as unknown as AsyncIterable<Uint8Array>, boundary, sinkOf)
    await file?.close()
    if (sent.name === null) throw new Problem('malformed', 'The form has no file.', { errors: { file: ['Choose a file.'] } })
    if (!size) throw fileProblem('The file is empty.')
    const encoding = watch.verdict(), told = fields.get('mapping'), dry = fields.get('dryRun') ?? 'false'
    if (!['true', 'false'].includes(dry)) throw new Problem('malformed', 'dryRun must be true or false.', { errors: { dryRun: ['This must be true or false.'] } })
    return { text: () => decode(createReadStream(place, { highWaterMark: 65_536 }), encoding), encoding, name: sent.name, mapping: told === undefined ? undefined : parseJson(told), dryRun: dry === 'true', digest: hash.digest('hex'), dispose }
  } catch (error) {
    await file?.close().catch(() => undefined)
    await dispose()
    throw error
  }
}
