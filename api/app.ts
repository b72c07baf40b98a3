import { Hono } from 'hono'
import path from 'node:path'
import { stripeWebhook } from './billing/stripe-webhook.ts'
import { drainWaker } from './billing/wake-drain.ts'
import { customerRoutes, visitRoutes } from './customers/routes.ts'
import { doors } from './doors.ts'
import { displayOf } from './home/preferences.ts'
import { homeRoutes } from './home/routes.ts'
import type { Services } from './engine/context.ts'
import { Problem } from './engine/errors.ts'
import { edge, errorAnswer, knownHost, sameOrigin } from './engine/http/edge.ts'
import type { Env } from './engine/http/env.ts'
import { liveRoutes } from './engine/http/live.ts'
import { pageRoutes } from './engine/http/pages.ts'
import { signedIn } from './engine/http/session.ts'
import { stepUpUntil } from './engine/http/step-up.ts'
import { manifest } from './engine/rest/meta.ts'
import { openApi } from './engine/rest/openapi.ts'
import { restRoutes } from './engine/rest/routes.ts'
import { search } from './engine/rest/search.ts'
import { revenueRoutes } from './revenue/routes.ts'
import { createAuth, sessionCookie } from './staff/auth.ts'
import { authRoutes, inviteRoutes, ownSignInRoutes } from './staff/routes.ts'
import { mustEnrol } from './staff/second-factor.ts'
import { healthRoutes, requests, webhooks, type Readiness } from './system/health.ts'
import { usageRoutes } from './usage/routes.ts'

export interface AppOptions {
  readiness?: Readiness
  dist?: string
  /** Who can sign in to the demo, shown on its sign-in page. */
  demo?: { password: string; people: { email: string; name: string; role: string }[] }
}

/** All doors on one page: the order of the edge, the generated routes, the few made by hand. */
export function createApp(services: Services, options: AppOptions = {}): Hono<Env> {
  const { config, log } = services
  const auth = createAuth(services)
  const cookie = sessionCookie(services)
  const readiness = options.readiness ?? { migrated: true, filled: true, stopping: false, reason: '' }

  const app = new Hono<Env>()
  app.onError((error, c) => errorAnswer(error, c, log))
  app.notFound(c => errorAnswer(new Problem('not_found', 'There is no such address.'), c, log))
  app.use(edge(config, log))
  app.use(async (c, next) => { await next(); requests.inc({ status: `${Math.floor(c.res.status / 100)}xx` }) })
  app.route('/', healthRoutes(services, readiness))
  app.use(knownHost(config))

  app.route('/webhooks/stripe', stripeWebhook(services, { wake: drainWaker(services), count: outcome => webhooks.inc({ outcome }) }))

  app.use('/api/auth/*', sameOrigin(config))
  app.route('/api/auth', authRoutes(services, auth, cookie))
  app.use('/v1/invite/*', sameOrigin(config))
  app.route('/v1/invite', inviteRoutes(services))

  app.route('/v1', usageRoutes(services))
  app.route('/v1/impersonations', visitRoutes(services))

  app.get('/v1/demo', c => c.json({ company: config.company, ...(config.demo ? options.demo : {}) }))

  const admin = new Hono<Env>()
  admin.use(sameOrigin(config))
  admin.use(signedIn(services, cookie, row => mustEnrol(config, row)))
  admin.get('/meta', async c => {
    const ctx = c.get('ctx')
    const [person, display] = await Promise.all([
      services.db.selectFrom('staff').select(['id', 'name', 'email', 'role', 'two_factor_enabled']).where('id', '=', ctx.actor.id).executeTakeFirstOrThrow(), displayOf(services.db, ctx.actor.id!),
    ])
    const { two_factor_enabled: _, ...me } = person
    return c.json(manifest(ctx, { ...me, roleLabel: ctx.access.role.label, stepUpUntil: stepUpUntil(ctx)?.toISOString() ?? null, mustEnrol: mustEnrol(config, person), display }))
  })
  admin.get('/search', async c => c.json(await search(c.get('ctx'), new URL(c.req.url).searchParams)))
  admin.get('/openapi.json', c => c.json(openApi(c.get('ctx'), doors, cookie.name)))
  admin.route('/', ownSignInRoutes(services, auth, cookie))
  admin.route('/', homeRoutes())
  admin.route('/', liveRoutes(services, readiness))
  admin.route('/revenue', revenueRoutes())
  admin.route('/', customerRoutes())
  admin.route('/', restRoutes())
  app.route('/v1/admin', admin)

  app.route('/', pageRoutes(services, cookie, options.dist ?? path.resolve(import.meta.dirname, '../dist/app')))
  return app
}
