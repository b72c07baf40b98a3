import { randomBytes } from 'node:crypto'
import type { Context, MiddlewareHandler } from 'hono'
import ipaddr from 'ipaddr.js'
import type { Config } from '../config.ts'
import { Problem, databaseProblem } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Log } from '../log.ts'
import type { Env } from './env.ts'

/** The sender's address: the socket's, or behind declared proxies the first hop from the right that is none of them. */
export function realIp(socket: string | undefined, forwarded: string | undefined, trusted: readonly string[]): string | null {
  const normal = (text: string) => ipaddr.process(text.trim().replace(/^\[|\](:\d+)?$/g, '').replace(/%.*/s, '').replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1'))
  if (!socket) return null
  let address: ReturnType<typeof normal>
  try { address = normal(socket) } catch { return null }
  const isTrusted = (a: typeof address) => trusted.some(range => {
    try { return range.includes('/') ? a.match(ipaddr.parseCIDR(range) as any) : a.toString() === ipaddr.process(range).toString() } catch { return false }
  })
  if (!forwarded || !isTrusted(address)) return address.toString()
  for (const hop of forwarded.split(',').reverse()) {
    try { address = normal(hop) } catch { throw new Problem('malformed', 'X-Forwarded-For holds something that is no address.') }
    if (!isTrusted(address)) break
  }
  return address.toString()
}

/** The path as it may stand in a log: links that work once carry their token in the path. */
export const loggable = (path: string): string => path.replace(/^((?:\/v1)?\/(?:invite|reset)\/)[^/]+/, '$1[redacted]')

/** Request id, address, headers of every answer, one log line, and the last-resort error handler. */
export function edge(config: Config, log: Log): MiddlewareHandler<Env> {
  const secure = config.publicUrl.startsWith('https:')
  return async (c, next) => {
    const given = c.req.header('x-request-id')
    const requestId = given && /^[\w-]{8,64}$/.test(given) ? given : newId()
    c.set('requestId', requestId)
    c.set('nonce', randomBytes(16).toString('base64'))
    const started = performance.now()
    c.set('ip', realIp(c.env?.incoming?.socket?.remoteAddress, c.req.header('x-forwarded-for'), config.trustedProxies))
    await next()
    const h = c.res.headers
    h.set('x-request-id', requestId)
    h.set('x-content-type-options', 'nosniff')
    h.set('referrer-policy', 'strict-origin-when-cross-origin')
    h.set('cross-origin-opener-policy', 'same-origin')
    h.set('cross-origin-resource-policy', 'same-origin')
    h.set('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=()')
    h.set('x-frame-options', 'DENY')
    if (!h.has('content-security-policy')) h.set('content-security-policy', "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
    if (secure) h.set('strict-transport-security', 'max-age=31536000; includeSubDomains')
    if (!h.has('cache-control')) h.set('cache-control', 'no-store')
    log.debug({ requestId, method: c.req.method, path: loggable(c.req.path), status: c.res.status, ms: Math.round(performance.now() - started) }, 'request')
  }
}

/** Turns whatever was thrown into the one shape of an error. */
export function errorAnswer(error: unknown, c: Context<Env>, log: Log): Response {
  const problem = error instanceof Problem ? error : databaseProblem(error)
  const requestId = c.get('requestId')
  if (!problem) {
    log.error({ err: error, requestId, method: c.req.method, path: loggable(c.req.path) }, 'unexpected error')
    return c.json({ message: 'Something went wrong on our side. Nothing was changed. The request id helps an administrator to find it.', code: 'internal', requestId }, 500)
  }
  if (problem.status >= 500) log.warn({ err: problem.cause ?? problem, requestId }, problem.message)
  if (problem.retryAfter) c.header('retry-after', String(problem.retryAfter))
  return c.json({ message: problem.message, code: problem.code, ...(problem.errors ? { errors: problem.errors } : {}), ...problem.extra, requestId }, problem.status as 400)
}

const unsafe = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** An unsafe request must come from our own pages: Origin equal to the public address or, without Origin, a same-origin Sec-Fetch-Site. */
export function sameOrigin(config: Config): MiddlewareHandler<Env> {
  const own = new URL(config.publicUrl).origin
  return async (c, next) => {
    if (unsafe.has(c.req.method)) {
      const origin = c.req.header('origin')
      const allowed = origin !== undefined ? origin === own : c.req.header('sec-fetch-site') === 'same-origin'
      if (!allowed) throw new Problem('forbidden', 'The request did not come from this panel. Nothing was changed.')
    }
    await next()
  }
}

/** Only known methods, only known hosts: a foreign Host header could put its name into links, or reach us by a rebound DNS name. */
export function knownHost(config: Config): MiddlewareHandler<Env> {
  const own = new URL(config.publicUrl).host.toLowerCase()
  return async (c, next) => {
    if (!['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(c.req.method)) throw new Problem('method_not_allowed', 'This method is not used here.')
    // an address in the request line counts like the header: who sends both differently is up to something
    const hosts = [c.req.header('host'), new URL(c.req.url).host].filter(h => h !== undefined).map(h => h.toLowerCase())
    if (hosts.some(host => host !== own && !['localhost', '127.0.0.1', '[::1]'].includes(host.replace(/:\d+$/, '')))) throw new Problem('bad_request', 'This panel does not answer under that host name.')
    await next()
  }
}
