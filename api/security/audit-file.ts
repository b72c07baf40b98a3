import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { Readable } from 'node:stream'
import { contentFault, type ChainRow } from './chain.ts'

/** A row as a line of JSON: bytes in hex, everything else as it is. */
const line = ({ digest, prev, hash, values, ...row }: ChainRow): string => `${JSON.stringify({
  ...row, digest: digest.toString('hex'), prev: prev.toString('hex'), hash: hash.toString('hex'),
  values: values && { ...values, salt: values.salt.toString('hex') },
})}\n`

/** Writes the log as JSON lines, row by row; answers how many. */
export async function exportChain(rows: AsyncIterable<ChainRow>, file: string): Promise<number> {
  let n = 0
  async function* lines() { for await (const row of rows) { n++; yield line(row) } }
  await pipeline(Readable.from(lines()), createWriteStream(file, { mode: 0o600 }))
  return n
}

/** Reads an export of the log, CSV of the panel or JSON lines, row by row. Throws a sentence when the file is neither. */
export async function* readChainFile(file: string): AsyncGenerator<ChainRow> {
  yield* await startsWithBrace(file) ? readJsonLines(file) : readCsv(file)
}

async function startsWithBrace(file: string): Promise<boolean> {
  for await (const chunk of createReadStream(file, { end: 15 })) return String(chunk).trimStart().startsWith('{')
  return true
}

/** Lines of a file, ended by LF alone: a text may hold every other kind of line end. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of createReadStream(file, { encoding: 'utf8', highWaterMark: 1 << 18 })) {
    const lines = (rest + String(chunk)).split('\n')
    rest = lines.pop()!
    yield* lines
  }
  if (rest) yield rest
}

async function* readJsonLines(file: string): AsyncGenerator<ChainRow> {
  let n = 0
  for await (const text of linesOf(file)) {
    n++
    if (!text) continue
    let row: any
    try { row = JSON.parse(text) } catch { throw new Error(`Line ${n} of ${file} is no JSON.`) }
    yield { ...row, digest: hex(row.digest), prev: hex(row.prev), hash: hex(row.hash), values: row.values && { ...row.values, salt: hex(row.values.salt) } }
  }
}

const hex = (text: string | null): Buffer => Buffer.from(text ?? '', 'hex')
const needed = ['id', 'seq', 'at', 'actor', 'actorKind', 'actorId', 'onBehalfOf', 'act', 'resource', 'subjectId', 'reason', 'changes', 'requestId', 'ip', 'erasedAt', 'digest', 'salt', 'prev', 'hash']
/** Texts that an export protects from spreadsheets by a leading apostrophe. */
const guarded = ['actor', 'actorId', 'onBehalfOf', 'act', 'resource', 'subjectId', 'reason', 'requestId', 'ip'] as const

/** Records of RFC 4180: lines, joined while a quote is open. */
async function* recordsOf(file: string): AsyncGenerator<string> {
  let open = ''
  for await (const line of linesOf(file)) {
    const record = open ? `${open}\n${line}` : line
    let quotes = 0
    for (let at = record.indexOf('"'); at >= 0; at = record.indexOf('"', at + 1)) quotes++
    if (quotes % 2) { open = record; continue }
    open = ''
    yield record.endsWith('\r') ? record.slice(0, -1) : record
  }
  if (open) throw new Error(`${file} ends in the middle of a row.`)
}

/** The cells of a record. An empty cell without quotes is null, with quotes an empty text. */
function cellsOf(record: string): (string | null)[] {
  if (!record.includes('"')) return record.split(',').map(cell => cell === '' ? null : cell)
  const cells: (string | null)[] = []
  for (let at = 0; ; at++) {
    let end: number
    if (record[at] === '"') {
      for (end = record.indexOf('"', at + 1); record[end + 1] === '"'; end = record.indexOf('"', end + 2));
      cells.push(record.slice(at + 1, end).replaceAll('""', '"'))
      end++
    } else {
      end = record.indexOf(',', at)
      if (end < 0) end = record.length
      cells.push(end === at ? null : record.slice(at, end))
    }
    if (end >= record.length) return cells
    at = end
  }
}

async function* readCsv(file: string): AsyncGenerator<ChainRow> {
  let columns: string[] | undefined
  for await (const record of recordsOf(file)) {
    const cells = cellsOf(record)
    if (columns) { yield unguarded(Object.fromEntries(columns.map((name, i) => [name, cells[i] ?? null]))); continue }
    columns = cells.map(String)
    const missing = needed.find(name => !columns!.includes(name))
    if (missing) throw new Error(`${file} is no export of the audit log: the column ${missing} is missing.`)
  }
}

/**
 * Takes the apostrophes off. A text may have begun with one and such a sign by itself, so where the row does not fit, the other
 * readings are tried; a changed row fits none.
 */
function unguarded(cells: Record<string, string | null>): ChainRow {
  const doubtful = guarded.filter(name => cells[name]?.startsWith("'") && /^'[=+@\t\r-]/.test(cells[name]))
  let row = fromCells(cells)
  if (!doubtful.length) return row
  for (let kept = 0; kept < 2 ** doubtful.length; kept++) {
    const reading = { ...cells }
    doubtful.forEach((name, i) => { if (!(kept & (1 << i))) reading[name] = cells[name]!.slice(1) })
    row = fromCells(reading)
    if (!contentFault(row)) break
  }
  return row
}

function fromCells(c: Record<string, string | null>): ChainRow {
  let changes: unknown = null
  try { changes = c.changes ? JSON.parse(c.changes) : null } catch { changes = c.changes }
  return {
    id: c.id!, seq: Number(c.seq), at: c.at!, actorKind: c.actorKind!, actorId: c.actorId!, actor: c.actor ?? '', onBehalfOf: c.onBehalfOf!, act: c.act ?? '', resource: c.resource ?? '',
    subjectId: c.subjectId!, requestId: c.requestId!, ip: c.ip!, digest: hex(c.digest!), prev: hex(c.prev!), hash: hex(c.hash!),
    values: c.salt === null && !c.erasedAt ? null : { salt: hex(c.salt!), reason: c.reason!, changes, erased: Boolean(c.erasedAt) },
  }
}
