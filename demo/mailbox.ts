import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'

/** A mail as it came in. */
export interface Mail {
  from: string
  to: string[]
  subject: string
  /** The first plain text part, decoded. */
  text: string
  /** The first HTML part, decoded; empty where there is none. */
  html: string
  receivedAt: Date
  /** Everything as it came over the wire. */
  raw: string
}

export interface Mailbox {
  /** What SMTP_URL is set to. */
  url: string
  port: number
  /** Newest first, those to one address if one is given. */
  read(to?: string): Mail[]
  /** The next mail to an address, or the newest that is there already. */
  waitFor(to: string, milliseconds?: number): Promise<Mail>
  clear(): void
  stop(): Promise<void>
}

const KEPT = 200
const LARGEST = 5_000_000

/** Starts a mail server on a free port of 127.0.0.1 that takes everything, delivers nothing and keeps the last 200. */
export async function startMailbox({ port = 0 }: { port?: number } = {}): Promise<Mailbox> {
  const mails: Mail[] = []
  const waiting = new Set<() => void>()
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, done) => done(null, { user: auth.username }),
    size: LARGEST,
    onData(stream, session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('error', done)
      stream.on('end', () => {
        if (stream.sizeExceeded) return done(new Error('The message is too large.'))
        const to = session.envelope.rcptTo.map(({ address }) => address)
        mails.unshift(mailOf(Buffer.concat(parts).toString('latin1'), session.envelope.mailFrom ? session.envelope.mailFrom.address : '', to))
        mails.length = Math.min(mails.length, KEPT)
        for (const look of waiting) look()
        return done()
      })
    },
  })
  server.on('error', () => undefined)
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const address = server.server.address() as AddressInfo
  const read = (to?: string) => mails.filter((mail) => to === undefined || mail.to.some((one) => one.toLowerCase() === to.toLowerCase()))
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    port: address.port,
    read,
    waitFor(to, milliseconds = 5000) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(look)
          reject(new Error(`No mail to ${to} came within ${milliseconds} ms.`))
        }, milliseconds)
        const look = () => {
          const [mail] = read(to)
          if (!mail) return
          clearTimeout(timer)
          waiting.delete(look)
          resolve(mail)
        }
        waiting.add(look)
        look()
      })
    },
    clear: () => void mails.splice(0),
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

interface Part {
  headers: Map<string, string>
  body: string
}

function mailOf(raw: string, from: string, to: string[]): Mail {
  const top = partOf(raw)
  const leaves = leavesOf(top)
  const textOf = (type: string) => {
    const part = leaves.find(({ headers }) => (headers.get('content-type') ?? 'text/plain').toLowerCase().startsWith(type))
    return part ? decoded(part) : ''
  }
  return { from, to, subject: wordsOf(top.headers.get('subject') ?? ''), text: textOf('text/plain'), html: textOf('text/html'), receivedAt: new Date(), raw: Buffer.from(raw, 'latin1').toString('utf8') }
}

function partOf(raw: string): Part {
  const end = raw.search(/\r?\n\r?\n/)
  const head = end < 0 ? raw : raw.slice(0, end)
  const headers = new Map<string, string>()
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  return { headers, body: end < 0 ? '' : raw.slice(end).replace(/^\r?\n\r?\n/, '') }
}

function leavesOf(part: Part): Part[] {
  const boundary = /multipart\/[^;]+;.*boundary="?([^";]+)"?/i.exec(part.headers.get('content-type') ?? '')?.[1]
  if (!boundary) return [part]
  const inside = `\r\n${part.body}`.split(`\r\n--${boundary}`).slice(1, -1)
  return inside.flatMap((text) => leavesOf(partOf(text.replace(/^\r?\n/, ''))))
}

function decoded(part: Part): string {
  return bytesOf(part).replace(/\r\n/g, '\n').trimEnd()
}

function bytesOf({ headers, body }: Part): string {
  const encoding = (headers.get('content-transfer-encoding') ?? '').toLowerCase()
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8')
  if (encoding !== 'quoted-printable') return Buffer.from(body, 'latin1').toString('utf8')
  return unquoted(body.replace(/=\r?\n/g, ''))
}

function unquoted(text: string): string {
  return Buffer.from(text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString('utf8')
}

/** A header with encoded words in it (RFC 2047), as people read it. */
function wordsOf(header: string): string {
  return header
    .replace(/(\?=)\s+(=\?)/g, '$1$2')
    .replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, kind: string, text: string) => (kind.toLowerCase() === 'b' ? Buffer.from(text, 'base64').toString('utf8') : unquoted(text.replace(/_/g, ' '))))
}
