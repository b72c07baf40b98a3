import { createPublicKey, verify, type JsonWebKey } from 'node:crypto'

export interface HandOver { iss: string; aud: string; sub: string; jti: string; iat: number; exp: number; mode: 'read-only' | 'full'; org?: string; act: { sub: string } }

/**
 * Verifies a hand-over token as any product may: signature by one of the published keys, then issuer, audience and time. Throws a sentence when something
 * is wrong. Whether it was used before only Quarterdeck knows: redeem it after this.
 */
export function verifyHandOver(token: string, keys: readonly (JsonWebKey & { kid?: string })[], expected: { issuer: string; audience: string; now: Date }): HandOver {
  const [head = '', body = '', signature = ''] = token.split('.')
  const read = <T>(text: string): T => JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as T
  const { alg, kid } = read<{ alg: string; kid: string }>(head)
  const key = keys.find(k => k.kid === kid)
  if (alg !== 'EdDSA' || !key) throw new Error('The token is signed by nobody we know.')
  if (!verify(null, Buffer.from(`${head}.${body}`), createPublicKey({ key, format: 'jwk' }), Buffer.from(signature, 'base64url'))) throw new Error('The signature of the token is wrong.')
  const claims = read<HandOver>(body)
  const now = expected.now.getTime() / 1000
  if (claims.iss !== expected.issuer || claims.aud !== expected.audience) throw new Error('The token is for somebody else.')
  if (now > claims.exp || now < claims.iat - 60) throw new Error('The token is too old.')
  return claims
}
