import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const period = 30

/** A base32 text (RFC 4648, no padding) as bytes; throws on other characters. */
export function fromBase32(text: string): Buffer {
  let bits = 0, value = 0
  const out: number[] = []
  for (const c of text.toUpperCase().replace(/=+$/, '')) {
    const n = alphabet.indexOf(c)
    if (n < 0) throw new Error('A TOTP secret has the letters A to Z and the digits 2 to 7.')
    value = ((value << 5) | n) & 0xfff
    bits += 5
    if (bits >= 8) { bits -= 8; out.push((value >> bits) & 0xff) }
  }
  return Buffer.from(out)
}

/** A new secret of 160 bits, in base32. */
export const newSecret = (): string => Array.from(randomBytes(32), byte => alphabet[byte & 31]).join('')

/** Number of the 30-second step that holds this moment. */
export const stepOf = (at: Date): number => Math.floor(at.getTime() / 1000 / period)

/** The six digits of a step: RFC 6238 with SHA-1. */
export function codeOf(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac('sha1', secret).update(counter).digest()
  const offset = mac[19]! & 15
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

/** The newest step whose code this is, among the present one and its two neighbours (clocks differ). */
export function stepOfCode(secret: Buffer, code: string, at: Date): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined
  const now = stepOf(at)
  return [now + 1, now, now - 1].find(step => timingSafeEqual(Buffer.from(codeOf(secret, step)), Buffer.from(code)))
}

/** What an authenticator app reads from the QR code. */
export const otpauthUri = (secret: string, email: string): string =>
  `otpauth://totp/${encodeURIComponent(`Quarterdeck:${email}`)}?secret=${secret}&issuer=Quarterdeck&algorithm=SHA1&digits=6&period=${period}`
