import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { deriveKey, type MasterKey } from '../engine/secrets.ts'

/** What a hand-over link carries: ids only, since addresses end up in logs. Times in seconds. */
export interface HandOver {
  /** Quarterdeck's public address. */
  iss: string
  /** The origin of the company's product. */
  aud: string
  /** Whom: the external id of the user, or of the organisation when none was chosen. */
  sub: string
  /** The impersonation, redeemed once. */
  jti: string
  iat: number
  exp: number
  mode: 'read-only' | 'full'
  /** External id of the organisation. */
  org?: string
  /** Who acts (RFC 8693): our id of the colleague. */
  act: { sub: string }
}

/** PKCS 8 wrapping of a raw Ed25519 seed. */
const wrapping = Buffer.from('302e020100300506032b657004220420', 'hex')
const privateKey = (master: MasterKey): KeyObject => createPrivateKey({ key: Buffer.concat([wrapping, deriveKey(master.key, 'impersonation')]), format: 'der', type: 'pkcs8' })
const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A JWT signed by EdDSA (Ed25519) under the newest master key. */
export function signHandOver(keys: readonly MasterKey[], claims: HandOver): string {
  const text = `${part({ alg: 'EdDSA', typ: 'JWT', kid: keys[0]!.id })}.${part(claims)}`
  return `${text}.${sign(null, Buffer.from(text), privateKey(keys[0]!)).toString('base64url')}`
}

/** The claims of a token that is ours, whatever its times say; undefined for anything else. */
export function readHandOver(keys: readonly MasterKey[], token: string): HandOver | undefined {
  const [head, body, signature, more] = token.split('.')
  if (!head || !body || !signature || more !== undefined) return undefined
  const read = (text: string): Record<string, unknown> | undefined => { try { return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Record<string, unknown> } catch { return undefined } }
  const header = read(head)
  const master = keys.find(k => k.id === header?.kid)
  // the algorithm is ours to say, never the token's
  if (header?.alg !== 'EdDSA' || !master || !verify(null, Buffer.from(`${head}.${body}`), createPublicKey(privateKey(master)), Buffer.from(signature, 'base64url'))) return undefined
  return read(body) as HandOver | undefined
}

/** The public keys as a JWK set, for the company's product. */
export const handOverKeys = (keys: readonly MasterKey[]): { keys: Record<string, unknown>[] } =>
  ({ keys: keys.map(k => ({ ...createPublicKey(privateKey(k)).export({ format: 'jwk' }), kid: k.id, alg: 'EdDSA', use: 'sig' })) })
