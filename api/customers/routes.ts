import { Hono } from 'hono'
import { Problem } from '../engine/errors.ts'
import type { Env } from '../engine/http/env.ts'
import { overview } from './overview.ts'
import { timeline } from './timeline.ts'

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
