import { fileProblem } from './csv.ts'

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

const startsWith = (bytes: Uint8Array, ...these: number[]): boolean => these.every((b, i) => bytes[i] === b)
const sheet = 'Save the sheet as CSV and choose that file.'

/** Refuses what is no text at all, by its first bytes, whatever its name says. */
export function refuseOtherKinds(head: Uint8Array): void {
  if (startsWith(head, 0x50, 0x4b, 0x03, 0x04) || startsWith(head, 0x50, 0x4b, 0x05, 0x06)) throw fileProblem(`This is an Excel workbook or a zip file, no CSV. ${sheet}`, 'not_csv')
  if (startsWith(head, 0xd0, 0xcf, 0x11, 0xe0)) throw fileProblem(`This is an old Excel workbook, no CSV. ${sheet}`, 'not_csv')
  if (startsWith(head, 0x1f, 0x8b) || startsWith(head, 0x42, 0x5a, 0x68) || startsWith(head, 0x28, 0xb5, 0x2f, 0xfd) || startsWith(head, 0xfd, 0x37, 0x7a)) throw fileProblem('This file is compressed. Unpack it and choose the CSV inside.', 'not_csv')
  if (startsWith(head, 0x25, 0x50, 0x44, 0x46)) throw fileProblem('This is a PDF, no CSV.', 'not_csv')
  if (startsWith(head, 0x89, 0x50, 0x4e, 0x47) || startsWith(head, 0xff, 0xd8, 0xff) || startsWith(head, 0x47, 0x49, 0x46, 0x38)) throw fileProblem('This is a picture, no CSV.', 'not_csv')
  if (startsWith(head, 0xff, 0xfe, 0, 0) || startsWith(head, 0, 0, 0xfe, 0xff)) throw fileProblem('This file is UTF-32. Save it as UTF-8.', 'not_csv')
}

/** Notices, while a file passes by, what it can be read as. */
export class EncodingWatch {
  #head = Buffer.alloc(0)
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true })
  #isUtf8 = true
  #controls = false
  #nul = false

  push(chunk: Uint8Array): void {
    if (this.#head.length < 4_096) {
      this.#head = Buffer.concat([this.#head, chunk.subarray(0, 4_096 - this.#head.length)])
      refuseOtherKinds(this.#head)
    }
    if (this.#isUtf8) try { this.#utf8.decode(chunk, { stream: true }) } catch { this.#isUtf8 = false }
    // bytes that no text in Windows-1252 holds
    for (let i = 0; i < chunk.length; i++) {
      const b = chunk[i]!
      if (b === 0) this.#nul = true
      else if ((b < 32 && b !== 9 && b !== 10 && b !== 13) || b === 0x81 || b === 0x8d || b === 0x8f || b === 0x90 || b === 0x9d) this.#controls = true
    }
  }

  /** The encoding of what has passed by; refused where that cannot be told, so that nothing is stored garbled. */
  verdict(): Encoding {
    const head = this.#head
    if (startsWith(head, 0xff, 0xfe)) return 'utf-16le'
    if (startsWith(head, 0xfe, 0xff)) return 'utf-16be'
    if (this.#isUtf8) try { this.#utf8.decode() } catch { this.#isUtf8 = false }
    if (this.#nul) {
      let even = 0, odd = 0
      for (let i = 0; i < head.length; i++) if (head[i] === 0) { if (i % 2) odd++; else even++ }
      const half = head.length / 2
      if (odd > half * 0.6 && even < half * 0.05) return 'utf-16le'
      if (even > half * 0.6 && odd < half * 0.05) return 'utf-16be'
      throw fileProblem('The file holds NUL characters: it is no text, or it is damaged.')
    }
    if (this.#isUtf8) return 'utf-8'
    if (this.#controls) throw fileProblem('The letters of this file cannot be told: it is neither UTF-8 nor UTF-16 nor Windows-1252. Save it as UTF-8.')
    return 'windows-1252'
  }
}

/** Bytes as text, refusing what is not of the encoding. A byte order mark is taken off. */
export async function* decode(bytes: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  const step = (chunk?: Uint8Array): string => { try { return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode() } catch { throw fileProblem(`The file is no sound ${encoding.toUpperCase()}.`) } }
  for await (const chunk of bytes) yield step(chunk)
  yield step()
}
