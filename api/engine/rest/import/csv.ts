import { Problem } from '../../errors.ts'

/** What a file may hold at most. Lengths in characters. */
export const csvLimits = { record: 1_048_576, columns: 200, lines: 300_000 } as const

/** A row of a file: the line it begins on (the head is line 1) and its cells. */
export interface CsvRecord { line: number; cells: string[] }

export const fileProblem = (sentence: string, code: 'unprocessable' | 'too_large' | 'not_csv' = 'unprocessable'): Problem => new Problem(code, sentence, { errors: { file: [sentence] } })

const quote = 34, cr = 13, lf = 10

/**
 * Reads CSV (RFC 4180, with any single-character delimiter and CR LF, LF or CR) piece by piece. Empty lines are left out. Refuses what cannot be read in one way only: a quote
 * that is never closed, text after a closing quote, rows and lines beyond the limits.
 */
export class CsvReader {
  readonly #delimiter: number
  #cells: string[] = []
  #cell = ''
  #line = 1
  #begins = 1
  #size = 0
  /** Where in a cell the last character left us. */
  #state: 'start' | 'plain' | 'quoted' | 'closed' = 'start'
  #afterCr = false

  constructor(delimiter: string) { this.#delimiter = delimiter.charCodeAt(0) }

  push(text: string): CsvRecord[] {
    const records: CsvRecord[] = []
    let i = 0
    while (i < text.length) {
      if (this.#state === 'quoted') { i = this.#quoted(text, i); continue }
      const code = text.charCodeAt(i)
      if (this.#afterCr) { this.#afterCr = false; if (code === lf) { i++; continue } }
      if (code === this.#delimiter) { this.#endCell(); i++ }
      else if (code === lf || code === cr) { this.#endRecord(records); this.#line++; this.#begins = this.#line; this.#afterCr = code === cr; i++ }
      else if (code === quote && this.#state === 'start') { this.#state = 'quoted'; i++ }
      else if (code === quote && this.#state === 'closed') { this.#add('"'); this.#state = 'quoted'; i++ }
      else if (this.#state === 'closed') throw fileProblem(`Line ${this.#line}: there is text behind a closing quote.`)
      else i = this.#plain(text, i)
    }
    return records
  }

  /** What stands behind the last line end. */
  end(): CsvRecord[] {
    if (this.#state === 'quoted') throw fileProblem(`Line ${this.#begins}: a quote is opened and never closed.`)
    const records: CsvRecord[] = []
    this.#endRecord(records)
    return records
  }

  #plain(text: string, from: number): number {
    let to = from
    for (; to < text.length; to++) {
      const code = text.charCodeAt(to)
      if (code === this.#delimiter || code === lf || code === cr) break
    }
    this.#add(text.slice(from, to))
    this.#state = 'plain'
    return to
  }

  #quoted(text: string, from: number): number {
    const at = text.indexOf('"', from), to = at < 0 ? text.length : at
    const part = text.slice(from, to)
    for (let n = 0; n < part.length; n++) {
      const code = part.charCodeAt(n)
      if (code === cr || (code === lf && !(n > 0 ? part.charCodeAt(n - 1) === cr : this.#cell.endsWith('\r')))) this.#line++
    }
    this.#add(part)
    if (at >= 0) this.#state = 'closed'
    return at < 0 ? to : to + 1
  }

  #add(part: string): void {
    this.#size += part.length
    if (this.#size > csvLimits.record) throw fileProblem(`Line ${this.#begins} is longer than a million characters. Nothing was read.`, 'too_large')
    this.#cell += part
  }

  #endCell(): void {
    if (this.#cells.length >= csvLimits.columns) throw fileProblem(`Line ${this.#begins} has more than ${csvLimits.columns} columns. Nothing was read.`)
    this.#cells.push(this.#cell)
    this.#cell = ''
    this.#state = 'start'
  }

  #endRecord(records: CsvRecord[]): void {
    const empty = this.#cells.length === 0 && this.#cell === '' && this.#state === 'start'
    if (!empty) {
      this.#endCell()
      records.push({ line: this.#begins, cells: this.#cells })
    }
    this.#cells = []
    this.#cell = ''
    this.#size = 0
    this.#state = 'start'
  }
}

const candidates = [',', ';', '\t', '|'] as const

/** The delimiter under which the first lines have the same number of columns, and the most of them; a comma where nothing tells. */
export function detectDelimiter(sample: string): string {
  let best: { delimiter: string; even: number; columns: number } = { delimiter: ',', even: 0, columns: 1 }
  for (const delimiter of candidates) {
    let records: CsvRecord[]
    try { records = new CsvReader(delimiter).push(sample).slice(0, 50) } catch { continue }
    if (!records.length) try { const reader = new CsvReader(delimiter); records = [...reader.push(sample), ...reader.end()] } catch { continue }
    const columns = records[0]?.cells.length ?? 0
    if (columns < 2) continue
    const even = records.filter(r => r.cells.length === columns).length / records.length
    if (even > best.even || (even === best.even && columns > best.columns)) best = { delimiter, even, columns }
  }
  return best.delimiter
}

/** A file of text, opened: its delimiter, its head, and its rows as they are read. */
export interface CsvFile { delimiter: string; head: string[]; rows: AsyncGenerator<CsvRecord[]> }

const sampleSize = 65_536

/** Opens text as CSV: the delimiter is the one it begins with (`sep=;`), or is detected. */
export async function openCsv(text: AsyncIterable<string>): Promise<CsvFile> {
  const pieces = text[Symbol.asyncIterator]()
  let sample = '', ended = false
  while (sample.length < sampleSize && !ended) {
    const { value, done } = await pieces.next()
    if (done) ended = true
    else sample += value
  }
  if (sample.charCodeAt(0) === 0xfeff) sample = sample.slice(1)
  if (/^\s*<(!doctype|html|head|body|table|\?xml|svg|script)\b/i.test(sample.slice(0, 1_000))) throw fileProblem('This is a page of the web (HTML or XML), no CSV. Export the table as CSV and choose that file.', 'not_csv')
  const told = /^sep=(.)(\r\n|\n|\r)/i.exec(sample)
  const delimiter = told?.[1] ?? detectDelimiter(sample.slice(0, sampleSize))
  const reader = new CsvReader(delimiter)
  let waiting = reader.push(sample)
  if (ended) waiting.push(...reader.end())
  while (!ended && waiting.length < (told ? 2 : 1)) {
    const { value, done } = await pieces.next()
    waiting.push(...done ? reader.end() : reader.push(value))
    if (done) ended = true
  }
  if (told) waiting = waiting.slice(1)
  const head = waiting.shift()
  if (!head) throw fileProblem('The file is empty.')
  async function* rows(): AsyncGenerator<CsvRecord[]> {
    let n = 0
    const bounded = (records: CsvRecord[]): CsvRecord[] => {
      n += records.length
      if (n > csvLimits.lines) throw fileProblem(`The file has more than ${csvLimits.lines.toLocaleString('en')} rows. Nothing was read; import it in parts.`, 'too_large')
      return records
    }
    if (waiting.length) yield bounded(waiting)
    waiting = []
    while (!ended) {
      const { value, done } = await pieces.next()
      const records = done ? reader.end() : reader.push(value)
      if (done) ended = true
      if (records.length) yield bounded(records)
    }
  }
  return { delimiter, head: head.cells.map(h => h.trim()), rows: rows() }
}
