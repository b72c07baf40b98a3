import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { Hono } from 'hono'
import type { Services } from '../context.ts'
import { Problem } from '../errors.ts'
import type { Env } from './env.ts'
import { findSession, type SessionCookie } from './session.ts'

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.woff2': 'font/woff2', '.woff': 'font/woff', '.svg': 'image/svg+xml', '.png': 'image/png', '.ico': 'image/x-icon', '.json': 'application/json', '.txt': 'text/plain; charset=utf-8',
}

/** The policy of every page: scripts and styles of our own, nothing from elsewhere; styles that antd writes carry the nonce. */
export const pagePolicy = (nonce: string): string => [
  "default-src 'none'", "script-src 'self'", `style-src-elem 'self' 'nonce-${nonce}'`, "style-src-attr 'unsafe-inline'", "img-src 'self' data: blob:", "font-src 'self'",
  "connect-src 'self'", "worker-src 'self' blob:", "frame-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'", "manifest-src 'self'",
].join('; ')

const pack = promisify(gzip)

/** Serves the built browser app: hashed assets for ever, the two html entries with a fresh nonce and the theme of the cookie. */
export function pageRoutes(services: Services, cookie: SessionCookie, dist: string): Hono<Env> {
  const app = new Hono<Env>()
  const root = path.resolve(dist)
  const own = new URL(services.config.publicUrl)
  /** Assets are few and never change, so each is packed once. */
  const packed = new Map<string, Promise<Buffer>>()

  app.get('/assets/*', async c => {
    const file = path.join(root, decodeURIComponent(c.req.path))
    if (!file.startsWith(`${root}${path.sep}`)) throw new Problem('not_found', 'There is no such file.')
    const body = await readFile(file).catch(() => { throw new Problem('not_found', 'There is no such file.') })
    const headers: Record<string, string> = { 'content-type': types[path.extname(file)] ?? 'application/octet-stream', 'cache-control': 'public, max-age=31536000, immutable', vary: 'accept-encoding' }
    if (!/\.(js|css|svg|json)$/.test(file) || !/\bgzip\b/.test(c.req.header('accept-encoding') ?? '')) return c.body(body as unknown as ArrayBuffer, 200, headers)
    let small = packed.get(file)
    if (!small) packed.set(file, small = pack(body))
    return c.body(await small as unknown as ArrayBuffer, 200, { ...headers, 'content-encoding': 'gzip' })
  })
  app.get('/favicon.ico', c => c.body(null, 204))
  app.get('*', async c => {
    const url = new URL(c.req.url)
    const host = c.req.header('host')
    // sign-in compares Origin with the public address, so people are led there
    if (host && host !== own.host) return c.redirect(`${services.config.publicUrl}${url.pathname}${url.search}`, 302)
    if (/^\/(v1|api|webhooks)(\/|$)/.test(url.pathname)) throw new Problem('not_found', 'There is no such address.')
    const light = url.pathname === '/sign-in' || url.pathname.startsWith('/invite/') || url.pathname.startsWith('/reset/')
    if (!light && !await findSession(services, c.req.header('cookie'), cookie))
      return c.redirect(`/sign-in${url.pathname === '/' ? '' : `?to=${encodeURIComponent(url.pathname + url.search)}`}`, 302)
    const html = await readFile(path.join(root, light ? 'sign-in.html' : 'index.html'), 'utf8').catch(() => { throw new Problem('unavailable', 'The panel is being built. Try again in a moment.', { retryAfter: 5 }) })
    const nonce = c.get('nonce')
    const theme = /(?:^|;\s*)theme=(light|dark|system)/.exec(c.req.header('cookie') ?? '')?.[1] ?? 'system'
    c.header('content-security-policy', pagePolicy(nonce))
    return c.html(html.replaceAll('__NONCE__', nonce).replace(/data-theme="[a-z]*"/, `data-theme="${theme}"`))
  })
  return app
}
