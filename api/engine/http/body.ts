import type { Context } from 'hono'
import { Problem } from '../errors.ts'
import type { Env } from './env.ts'

const forbidden = new Set(['__proto__', 'constructor', 'prototype'])

/** Reads a body up to `limit` bytes; more is 413, told as soon as it is known. */
export async function readText(c: Context<Env>, limit = 1_048_576): Promise<string> {
  const declared = Number(c.req.header('content-length') ?? 0)
  const tooLarge = () => new Problem('too_large', `The body is larger than ${Math.round(limit / 1024)} kB.`)
  if (declared > limit) throw tooLarge()
  const stream = c.req.raw.body
  if (!stream) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > limit) throw tooLarge()
    chunks.push(chunk)
  }
  try { return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)) } catch { throw new Problem('malformed', 'The body is no UTF-8.') }
}

/** A JSON body: 415 for another type, 400 for what is no JSON, holds prototype keys or is nested more than 20 deep. An absent body is `{}`. */
export async function readJson(c: Context<Env>, limit?: number): Promise<unknown> {
  const type = (c.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase()
  const json = type === 'application/json' || type.endsWith('+json')
  if (type && !json) throw new Problem('not_json', 'The body must be JSON (content-type: application/json).')
  const text = await readText(c, limit)
  if (!text.trim()) return {}
  if (!json) throw new Problem('not_json', 'The body must be JSON (content-type: application/json).')
  return parseJson(text)
}

/** Parses JSON and refuses what no honest body holds. */
export function parseJson(text: string): unknown {
  let value: unknown
  try { value = JSON.parse(text) } catch { throw new Problem('malformed', 'The body is no valid JSON.') }
  const stack: { node: unknown; depth: number }[] = [{ node: value, depth: 0 }]
  while (stack.length) {
    const { node, depth } = stack.pop()!
    if (typeof node !== 'object' || node === null) continue
    if (depth > 20) throw new Problem('malformed', 'The body is nested more than 20 deep.')
    for (const key of Object.keys(node)) {
      if (forbidden.has(key)) throw new Problem('malformed', `The body holds the key "${key}".`)
      stack.push({ node: (node as Record<string, unknown>)[key], depth: depth + 1 })
    }
  }
  return value
}
