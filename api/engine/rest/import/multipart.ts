import { Problem } from '../../errors.ts'

/** A part of a multipart body: a named value, or a file. */
export interface Part { name: string; filename: string | null }
/** Takes the bytes of a part as they come. */
export type Sink = (chunk: Buffer) => void | Promise<void>

const broken = (why: string): Problem => new Problem('malformed', `The form is broken: ${why}.`)
const mostParts = 10, mostHead = 8_192

/** The boundary of a multipart/form-data content type. */
export function boundaryOf(contentType: string): string | undefined {
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType)
  return match?.[1] ?? match?.[2]
}

function headOf(text: string): Part {
  const line = text.split('\r\n').find(l => /^content-disposition:/i.test(l)) ?? ''
  const value = (key: string): string | null => {
    const match = new RegExp(`;\\s*${key}="((?:[^"\\\\]|\\\\.)*)"`, 'i').exec(line)
    return match ? match[1]!.replace(/\\(.)/g, '$1').replaceAll('%22', '"') : null
  }
  const name = value('name')
  if (!name) throw broken('a part has no name')
  return { name, filename: value('filename') }
}

/** Hands the parts of a multipart body on as they come, holding no more of it than a piece. `sinkOf` says who takes a part. */
export async function readMultipart(body: AsyncIterable<Uint8Array>, boundary: string, sinkOf: (part: Part) => Sink): Promise<void> {
  const mark = Buffer.from(`\r\n--${boundary}`)
  let held = Buffer.from('\r\n'), sink: Sink | null = null, parts = 0, ended = false
  let state: 'data' | 'mark' | 'head' = 'data'
  /** One step; false when more bytes are needed. */
  const step = async (): Promise<boolean> => {
    if (state === 'data') {
      const at = held.indexOf(mark)
      if (at < 0) {
        const sure = held.length - mark.length + 1
        if (sure > 0) { await sink?.(held.subarray(0, sure)); held = held.subarray(sure) }
        return false
      }
      if (at > 0) await sink?.(held.subarray(0, at))
      held = held.subarray(at + mark.length)
      sink = null
      state = 'mark'
      return true
    }
    if (state === 'mark') {
      if (held.length < 2) return false
      if (held[0] === 45 && held[1] === 45) { ended = true; return false }
      if (held[0] !== 13 || held[1] !== 10) throw broken('a boundary is not followed by a new line')
      held = held.subarray(2)
      state = 'head'
      return true
    }
    const at = held.indexOf('\r\n\r\n')
    if (at < 0 ? held.length > mostHead : at > mostHead) throw broken('the head of a part is too long')
    if (at < 0) return false
    if (++parts > mostParts) throw broken(`it has more than ${mostParts} parts`)
    sink = sinkOf(headOf(held.subarray(0, at).toString('utf8')))
    held = held.subarray(at + 4)
    state = 'data'
    return true
  }
  for await (const chunk of body) {
    if (ended) continue
    held = Buffer.concat([held, chunk])
    while (await step());
  }
  if (!ended) throw broken('it breaks off')
}
