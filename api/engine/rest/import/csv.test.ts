import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CsvReader, detectDelimiter, openCsv } from './csv.ts'
import { decode, EncodingWatch } from './decode.ts'
import { boundaryOf, readMultipart } from './multipart.ts'

const pieces = async function* (text: string, size = 7): AsyncGenerator<string> { for (let i = 0; i < text.length; i += size) yield text.slice(i, i + size) }
const open = async (text: string, size?: number): Promise<{ head: string[]; delimiter: string; rows: [number, string[]][] }> => {
  const file = await openCsv(pieces(text, size))
  const rows: [number, string[]][] = []
  for await (const records of file.rows) for (const r of records) rows.push([r.line, r.cells])
  return { head: file.head, delimiter: file.delimiter, rows }
}
/** A line of the ledger: what the file holds, and what is read from it. */
const ledger: [string, string, [number, string[]][]][] = [
  ['lines ended by LF', 'a,b\n1,2\n3,4\n', [[2, ['1', '2']], [3, ['3', '4']]]],
  ['lines ended by CR LF', 'a,b\r\n1,2\r\n3,4\r\n', [[2, ['1', '2']], [3, ['3', '4']]]],
  ['lines ended by CR', 'a,b\r1,2\r3,4', [[2, ['1', '2']], [3, ['3', '4']]]],
  ['no line end behind the last line', 'a,b\n1,2', [[2, ['1', '2']]]],
  ['empty lines between and at the end', 'a,b\n\n1,2\n\n\n3,4\n\n', [[3, ['1', '2']], [6, ['3', '4']]]],
  ['quotes around delimiters, line ends and quotes', 'a,b\n"1,1","x\r\ny ""z"""\n3,4', [[2, ['1,1', 'x\r\ny "z"']], [4, ['3', '4']]]],
  ['a quoted cell over three lines', 'a,b\n"1\n2\n3",x\ny,z', [[2, ['1\n2\n3', 'x']], [5, ['y', 'z']]]],
  ['empty cells, quoted and not', 'a,b\n,""\n"",', [[2, ['', '']], [3, ['', '']]]],
  ['a quote inside of a cell that is not quoted', 'a,b\n5" disk,6\'', [[2, ['5" disk', "6'"]]]],
  ['a byte order mark', '\ufeffa,b\n1,2', [[2, ['1', '2']]]],
  ['semicolons with decimal commas', 'a;b\n1,5;2,5\n3,5;4', [[2, ['1,5', '2,5']], [3, ['3,5', '4']]]],
  ['tabs', 'a\tb\n1\t2, 3', [[2, ['1', '2, 3']]]],
  ['bars', 'a|b\n1|2', [[2, ['1', '2']]]],
  ['a first line that tells the delimiter', 'sep=|\na|b\n1|2', [[3, ['1', '2']]]],
  ['spaces, which belong to the cell', 'a,b\n 1 , 2', [[2, [' 1 ', ' 2']]]],
  ['rows of another length', 'a,b\n1\n1,2,3', [[2, ['1']], [3, ['1', '2', '3']]]],
]

describe('a file', () => {
  it.each(ledger)('with %s is read as it is meant, however it is cut', async (_name, text, rows) => {
    for (const size of [1, 2, 3, 100_000]) expect((await open(text, size)).rows).toEqual(rows)
    expect((await open(text)).head).toEqual(['a', 'b'])
  })

  it('of one column has a comma that is never met', async () => {
    expect(await open('name\nAda\nBo; and others')).toMatchObject({ delimiter: ',', head: ['name'], rows: [[2, ['Ada']], [3, ['Bo; and others']]] })
  })

  it('gives back any table that was written by the rules', async () => {
    const cell = fc.string({ unit: 'grapheme', maxLength: 12 }).map(s => s.replaceAll('\u0000', ''))
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 8 }), fc.constantFrom(',', ';', '\t', '|'), fc.constantFrom('\n', '\r\n', '\r'), fc.integer({ min: 1, max: 40 }), async (rows, delimiter, end, size) => {
      const quoted = (c: string) => `"${c.replaceAll('"', '""')}"`
      const text = [['first', 'second'], ...rows].map(r => r.map(quoted).join(delimiter)).join(end)
      expect((await open(text, size)).rows.map(([, cells]) => cells)).toEqual(rows)
    }), { numRuns: 200 })
  })

  it('is refused where it can be read in several ways', async () => {
    await expect(open('a,b\n"1,2\n3,4')).rejects.toMatchObject({ status: 422, message: expect.stringContaining('Line 2') })
    await expect(open('a,b\n1,2\n"x"y,2')).rejects.toMatchObject({ status: 422, message: 'Line 3: there is text behind a closing quote.' })
    await expect(open('')).rejects.toMatchObject({ status: 422 })
    await expect(open('<!DOCTYPE html><html><body><table><tr><td>a,b</td></tr></table>')).rejects.toMatchObject({ status: 415 })
  })

  it('is refused at the first line that is too long or too wide, without being held', () => {
    const reader = new CsvReader(','), part = 'x'.repeat(100_000)
    reader.push('a,b\n')
    let pushed = 0
    expect(() => { for (; pushed < 100; pushed++) reader.push(part) }).toThrow(/Line 2 is longer/)
    expect(pushed).toBeLessThan(12)
    expect(() => new CsvReader(',').push(`${'a,'.repeat(100_000)}\n`)).toThrow(/more than 200 columns/)
  })

  it('tells its delimiter by columns that are even, not by frequent commas', () => {
    expect(detectDelimiter('name;address\nAda;Main Street 1, Boston, MA\nBo;Side Road, 2')).toBe(';')
    expect(detectDelimiter('id,note\n1,"a;b;c"\n2,"d;e;f"')).toBe(',')
  })
})

const seen = async (bytes: Buffer, size = 5): Promise<string> => {
  const watch = new EncodingWatch(), chunks: Buffer[] = []
  for (let i = 0; i < bytes.length; i += size) chunks.push(bytes.subarray(i, i + size))
  for (const chunk of chunks) watch.push(chunk)
  const encoding = watch.verdict()
  let text = ''
  for await (const part of decode((async function* () { yield* chunks })(), encoding)) text += part
  return `${encoding} ${text}`
}
const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()
const said = 'name\nZoë Müller, 10 €\n'

describe('the letters of a file', () => {
  it.each([
    ['UTF-8', Buffer.from(said), `utf-8 ${said}`],
    ['UTF-8 with a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(said)]), `utf-8 ${said}`],
    ['UTF-16 with a byte order mark', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(said, 'utf16le')]), `utf-16le ${said}`],
    ['UTF-16 the other way round', Buffer.concat([Buffer.from([0xfe, 0xff]), swapped(said)]), `utf-16be ${said}`],
    ['UTF-16 without a mark', Buffer.from(said, 'utf16le'), `utf-16le ${said}`],
    ['UTF-16 the other way round without a mark', swapped(said), `utf-16be ${said}`],
    ['Windows-1252, which Latin-1 is a part of', Buffer.from([...Buffer.from('name\nZo'), 0xeb, ...Buffer.from(' M'), 0xfc, ...Buffer.from('ller, 10 '), 0x80, 0x0a]), `windows-1252 ${said}`],
  ] as const)('are those of %s', async (_name, bytes, expected) => { expect(await seen(bytes)).toBe(expected) })

  it.each([
    ['a zip file or workbook', [0x50, 0x4b, 3, 4, 20, 0], 415], ['an old workbook', [0xd0, 0xcf, 0x11, 0xe0, 0xa1], 415], ['a gzip file', [0x1f, 0x8b, 8, 0], 415], ['a PDF', [...Buffer.from('%PDF-1.7')], 415],
    ['a picture', [0x89, 0x50, 0x4e, 0x47], 415], ['UTF-32', [0xff, 0xfe, 0, 0, 0x61, 0, 0, 0], 415], ['text with NUL', [...Buffer.from('name\nA'), 0, ...Buffer.from('da and others\n')], 422], ['bytes of no encoding', [...Buffer.from('name\n'), 0x81, 0x01, 0xff], 422],
  ] as const)('of %s are refused', async (_name, bytes, status) => { await expect(seen(Buffer.from(bytes))).rejects.toMatchObject({ status }) })
})

describe('a form', () => {
  const parts = async (body: Buffer, type: string, size: number): Promise<[string, string | null, string][]> => {
    const found: { name: string; filename: string | null; pieces: Buffer[] }[] = []
    await readMultipart((async function* () { for (let i = 0; i < body.length; i += size) yield body.subarray(i, i + size) })(), boundaryOf(type)!, part => {
      const one = { name: part.name, filename: part.filename, pieces: [] as Buffer[] }
      found.push(one)
      return chunk => { one.pieces.push(Buffer.from(chunk)) }
    })
    return found.map(f => [f.name, f.filename, Buffer.concat(f.pieces).toString('utf8')])
  }
  it('comes apart into what was put in, however it is cut', async () => {
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.string({ maxLength: 40 }), fc.integer({ min: 1, max: 400 }), async (content, value, size) => {
      const form = new FormData()
      form.set('mapping', value)
      form.set('file', new File([content], 'people "x".csv'))
      form.set('dryRun', '')
      const answer = new Response(form), type = answer.headers.get('content-type')!
      const lines = (text: string) => text.replace(/\r\n|\r|\n/g, '\r\n')
      expect(await parts(Buffer.from(await answer.arrayBuffer()), type, size)).toEqual([['mapping', null, lines(value)], ['file', 'people "x".csv', Buffer.from(content).toString('utf8')], ['dryRun', null, '']])
    }), { numRuns: 100 })
  })
  it('that breaks off, or whose parts have no name or no end, is refused', async () => {
    const body = (text: string) => parts(Buffer.from(text), 'multipart/form-data; boundary=x', 9)
    await expect(body('--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc')).rejects.toMatchObject({ status: 400 })
    await expect(body('--x\r\nContent-Type: text/csv\r\n\r\nabc\r\n--x--')).rejects.toMatchObject({ status: 400 })
    await expect(body(`--x\r\n${'a'.repeat(20_000)}`)).rejects.toMatchObject({ status: 400 })
    await expect(body(`${'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'.repeat(20)}--x--`)).rejects.toMatchObject({ status: 400 })
  })
})

