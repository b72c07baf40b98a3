import { Hono, type Context } from 'hono'
import { Problem } from '../engine/errors.ts'
import { readJson } from '../engine/http/body.ts'
import type { Env } from '../engine/http/env.ts'
import { plainObject } from '../engine/rest/body.ts'
import { activeUsers } from './active-users.ts'
import { customerGrowth } from './customer-growth.ts'
import { keepPreference, preference, preferences } from './preferences.ts'

/** What a person keeps for themselves (own only: there is no way to name somebody else), and the figures of homes that no list answers. */
export function homeRoutes(): Hono<Env> {
  const app = new Hono<Env>()
  app.get('/preferences', async c => c.json(await preferences(c.get('ctx'))))
  app.get('/preferences/:key', async c => c.json({ key: c.req.param('key'), value: await preference(c.get('ctx'), c.req.param('key')) }))
  app.put('/preferences/:key', async c => {
    const body = plainObject(await readJson(c, 65_536))
    const unknown = Object.keys(body).find(k => k !== 'value')
    if (unknown !== undefined) throw new Problem('unwritable_field', `"${unknown.slice(0, 60)}" is not part of this call.`)
    await keepPreference(c.get('ctx'), c.req.param('key'), body.value)
    return c.json({ key: c.req.param('key'), value: body.value })
  })
  const plain = (c: Context<Env>) => { for (const key of new URL(c.req.url).searchParams.keys()) throw new Problem('unknown_parameter', `The parameter "${key.slice(0, 80)}" is not known.`) }
  app.get('/home/customer-growth', async c => { plain(c); return c.json(await customerGrowth(c.get('ctx'))) })
  app.get('/home/active-users', async c => { plain(c); return c.json(await activeUsers(c.get('ctx'))) })
  return app
}
