import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

export interface MasterKey { id: string; key: Buffer }

/** A key for one purpose, derived from a master key: what one purpose leaks tells nothing about another. */
export const deriveKey = (master: Buffer, purpose: string, length = 32): Buffer => Buffer.from(hkdfSync('sha256', master, '', `quarterdeck ${purpose}`, length))

const version = 'v1'

/**
 * Encrypts a value by AES-256-GCM under the newest master key: `v1.<key id>.<nonce, cipher text and tag in base64url>`. `place` is
 * `table|column|id`: a value copied to another place does not open.
 */
export function seal(keys: readonly MasterKey[], plain: string, place: string): string {
  const { id, key } = keys[0]!
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', deriveKey(key, 'sealed values'), nonce).setAAD(Buffer.from(place))
  return [version, id, Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url')].join('.')
}

/** Opens what `seal` closed, with whichever master key it names. Throws when the key is gone, the value was changed or lies in another place. */
export function unseal(keys: readonly MasterKey[], sealed: string, place: string): string {
  const [form, id, body] = sealed.split('.')
  const master = keys.find(k => k.id === id)
  if (form !== version || !body || !master) throw new Error(`A sealed value needs the master key ${id ?? '?'}, which is not in MASTER_KEYS.`)
  const bytes = Buffer.from(body, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', deriveKey(master.key, 'sealed values'), bytes.subarray(0, 12)).setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(-16))
  return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString('utf8')
}
