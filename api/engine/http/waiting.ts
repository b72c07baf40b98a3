import { Hono } from 'hono'
import type { Config } from '../config.ts'
import { Problem } from '../errors.ts'
import type { Log } from '../log.ts'
import { edge, errorAnswer } from './edge.ts'
import type { Env } from './env.ts'

/** What a process answers until it can serve: it lives, it is not ready and says why, everything else is 503. */
export function waiting(config: Config, log: Log, reason: () => string): Hono<Env> {
  const app = new Hono<Env>()
  app.onError((error, c) => errorAnswer(error, c, log))
  app.use(edge(config, log))
  app.get('/livez', c => c.text('ok'))
  app.get('/readyz', c => c.json({ ready: false, reason: reason() }, 503))
  app.all('*', () => { throw new Problem('unavailable', 'Quarterdeck is starting. Nothing was changed; try again in a moment.', { retryAfter: 5 }) })
  return app
}
