import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { serve, type ServerType } from '@hono/node-server'
import { Hono, type Context } from 'hono'
import { html } from 'hono/html'
import { verifyHandOver } from './hand-over.ts'

/** What Quarterdeck tells of a visit. */
interface Visit { id: string; state: string; mode: 'read-only' | 'full'; staff: { name: string }; customer: { name: string } | null; user: { name: string } | null; until: string }

export interface ProductOptions {
  /** Quarterdeck as this product reaches it, known once it listens. */
  api: () => string
  /** Its public address: the issuer of hand-overs. */
  issuer: string
  writeKey: () => string
  /** Default: a free one. */
  port?: number
}

const title = 'Northwind'
const style = 'body{font:14px/20px system-ui;margin:0;color:#17202a;background:#f5f5f2}main{max-width:640px;margin:32px auto;padding:0 16px}.banner{display:flex;gap:12px;align-items:center;flex-wrap:wrap;padding:10px 16px;background:#fbf0da;color:#764800;border-bottom:2px solid #bf8410}form{display:inline}button{font:inherit;padding:4px 12px}.said{padding:8px 12px;background:#fff;border:1px solid #d0d0c9}'

/** A page of the demo company's own product, with the banner while somebody visits. */
const page = (nonce: string, visit: Visit | undefined, said: string) => html`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title><meta name="referrer" content="no-referrer"><style nonce="${nonce}">${style}</style></head><body>
${visit ? html`<div class="banner" role="status" data-testid="banner"><span><b>${visit.staff.name}</b> is looking as <b>${visit.user?.name ?? visit.customer?.name ?? ''}</b>${visit.user && visit.customer ? html` of ${visit.customer.name}` : ''}, ${visit.mode === 'read-only' ? 'read-only' : 'with changes'}, until ${visit.until.slice(11, 16)} UTC.</span><form method="post" action="/leave"><button>Leave</button></form></div>` : ''}
<main><h1>${title}</h1>${said ? html`<p class="said" role="status">${said}</p>` : ''}
${visit ? html`<p>This is what they see.</p>${['view', 'change', 'money', 'export'].map(kind => html`<form method="post" action="/act"><input type="hidden" name="kind" value="${kind}"><button>${{ view: 'Open the invoices', change: 'Rename the workspace', money: 'Cancel the plan', export: 'Export everything' }[kind]}</button></form> `)}` : html`<p>Nobody is signed in here.</p>`}
</main></body></html>`

/** The demo company's own product, as small as may be: it takes a hand-over, shows who looks, asks before each act, and forgets the visitor when the visit ends. */
export async function startDemoProduct(options: ProductOptions): Promise<{ url: string; stop(): Promise<void> }> {
  const visitors = new Map<string, string>()
  let url = ''
  const ask = async (path: string, body?: unknown): Promise<{ status: number; body: any }> => {
    const answer = await fetch(`${options.api()}/v1/impersonations/${path}`, { headers: { authorization: `Bearer ${options.writeKey()}`, 'content-type': 'application/json' }, ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }) })
    return { status: answer.status, body: await answer.json() }
  }
  const cookieOf = (c: Context): string => /(?:^|;\s*)visitor=([\w-]+)/.exec(c.req.header('cookie') ?? '')?.[1] ?? ''
  /** The visit of this browser, if Quarterdeck says that it still is one. */
  const visitOf = async (c: Context): Promise<Visit | undefined> => {
    const id = visitors.get(cookieOf(c))
    const visit = id ? (await ask(id)).body as Visit : undefined
    return visit?.state === 'active' ? visit : undefined
  }
  const show = (c: Context, visit: Visit | undefined, said = '') => {
    const nonce = randomBytes(12).toString('base64')
    c.header('content-security-policy', `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`)
    c.header('cache-control', 'no-store')
    return c.html(page(nonce, visit, said))
  }

  const app = new Hono()
  app.get('/', async c => show(c, await visitOf(c)))
  app.get('/impersonate', async c => {
    const token = c.req.query('token') ?? ''
    try {
      const { keys } = await (await fetch(`${options.api()}/v1/impersonations/keys`)).json() as { keys: [] }
      const claims = verifyHandOver(token, keys, { issuer: options.issuer, audience: url, now: new Date() })
      const { status, body } = await ask(`${claims.jti}/redeem`, { token })
      if (status !== 200) throw new Error(body.message)
      const visitor = randomBytes(18).toString('base64url')
      visitors.set(visitor, claims.jti)
      c.header('set-cookie', `visitor=${visitor}; Path=/; HttpOnly; SameSite=Lax; Max-Age=1800`)
      // the token leaves the address before anything else is loaded
      return c.redirect('/', 303)
    } catch (error) {
      c.status(403)
      return show(c, undefined, (error as Error).message)
    }
  })
  app.post('/act', async c => {
    const id = visitors.get(cookieOf(c)), { kind } = await c.req.parseBody()
    if (!id) return c.redirect('/', 303)
    const { status, body } = await ask(`${id}/acts`, { kind: String(kind), what: 'On the first page of the product' })
    return show(c, await visitOf(c), status === 200 ? 'Done.' : body.message)
  })
  app.post('/leave', async c => {
    const id = visitors.get(cookieOf(c))
    if (id) await ask(`${id}/end`, {})
    visitors.delete(cookieOf(c))
    return c.redirect('/', 303)
  })

  const server = await new Promise<ServerType>((resolve, reject) => {
    const made: ServerType = serve({ fetch: app.fetch, port: options.port ?? 0, hostname: '127.0.0.1' }, () => { resolve(made) })
    made.once('error', reject)
  })
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return { url, stop: () => new Promise(resolve => { server.close(() => { resolve() }); if ('closeAllConnections' in server) server.closeAllConnections() }) }
}
