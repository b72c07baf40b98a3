import { Hono, type Context } from 'hono'
import type { Services } from '../engine/context.ts'
import { Problem } from '../engine/errors.ts'
import { readJson } from '../engine/http/body.ts'
import type { Env } from '../engine/http/env.ts'
import { plainObject } from '../engine/rest/body.ts'
import { findWriteKey, keyOfHeader, type WriteKey } from '../usage/write-key.ts'
import { handOverKeys } from './impersonation-token.ts'
import { overview } from './overview.ts'
import { timeline } from './timeline.ts'
import { leave, redeem, visit, visitorActs, type Sender } from './visits.ts'

/** What the page of a customer shows beyond its row: head figures and the one timeline. Mounted before the generated routes. */
export function customerRoutes(): Hono<Env> {
  const app = new Hono<Env>()
  app.get('/customers/:id/overview', async c => {
    const params = new URL(c.req.url).searchParams
    for (const key of params.keys()) throw new Problem('unknown_parameter', `The parameter "${key.slice(0, 80)}" is not known.`)
    return c.json(await overview(c.get('ctx'), c.req.param('id')))
  })
  app.get('/customers/:id/timeline', async c => {
    const { entries, next } = await timeline(c.get('ctx'), c.req.param('id'), new URL(c.req.url).searchParams)
    if (next) c.header('x-next-cursor', next)
    return c.json(entries)
  })
  return app
}

/** A body of texts, each at most 4,000 characters; others are not part of the call. */
async function textsOf<K extends string>(c: Context<Env>, ...names: readonly K[]): Promise<Record<K, string>> {
  const body = plainObject(await readJson(c, 65_536))
  const unknown = Object.keys(body).find(k => !(names as readonly string[]).includes(k))
  if (unknown !== undefined) throw new Problem('unwritable_field', `"${unknown.slice(0, 60)}" is not part of this call.`)
  for (const name of names) {
    const value = body[name] ?? ''
    if (typeof value !== 'string' || value.length > 4_000 || value.includes('\u0000') || !value.isWellFormed()) throw new Problem('malformed', `"${name}" must be text of at most 4,000 characters.`)
  }
  return Object.fromEntries(names.map(name => [name, body[name] ?? ''])) as Record<K, string>
}

/** /v1/impersonations/*: the door of the company's product, by write key. docs/impersonation.md tells how it is used. */
export function visitRoutes(services: Services): Hono<Env> {
  const app = new Hono<Env>()
  const product = async (c: Context<Env>): Promise<WriteKey> => {
    const key = await findWriteKey(services.db, keyOfHeader(c.req.header('authorization')))
    if (!key) throw new Problem('unauthenticated', 'The write key is missing or not valid.')
    return key
  }
  const senderOf = (c: Context<Env>): Sender => ({ requestId: c.get('requestId'), ip: c.get('ip') })
  app.get('/keys', c => c.json(handOverKeys(services.config.masterKeys)))
  app.get('/:id', async c => { await product(c); return c.json(await visit(services.db, c.req.param('id'))) })
  app.post('/:id/redeem', async c => { const key = await product(c); return c.json(await redeem(services, senderOf(c), key, c.req.param('id'), (await textsOf(c, 'token')).token)) })
  app.post('/:id/acts', async c => { await product(c); return c.json(await visitorActs(services, senderOf(c), c.req.param('id'), await textsOf(c, 'kind', 'what'))) })
  app.post('/:id/end', async c => { await product(c); await textsOf(c); return c.json(await leave(services, senderOf(c), c.req.param('id'))) })
  return app
}
