import { timingSafeEqual } from 'node:crypto'
import { Hono } from 'hono'
import { sql } from 'kysely'
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client'
import type { Services } from '../engine/context.ts'
import { Problem } from '../engine/errors.ts'
import type { Env } from '../engine/http/env.ts'
import { schemaState } from '../engine/migrate.ts'

/** What the process knows of its own start: bin/ moves these on. */
export interface Readiness { migrated: boolean; filled: boolean; stopping: boolean; reason: string }

export const metrics = new Registry()
collectDefaultMetrics({ register: metrics })
export const requests = new Counter({ name: 'quarterdeck_requests_total', help: 'Answers by status class.', labelNames: ['status'], registers: [metrics] })
export const webhooks = new Counter({ name: 'quarterdeck_webhooks_total', help: 'Webhook deliveries by outcome.', labelNames: ['outcome'], registers: [metrics] })
const queued = new Gauge({ name: 'quarterdeck_jobs_queued', help: 'Jobs waiting, by queue.', labelNames: ['queue'], registers: [metrics] })
const inbox = new Gauge({ name: 'quarterdeck_inbox_pending', help: 'Stripe events not yet applied.', registers: [metrics] })

/** /livez: the process answers. /readyz: it can serve. /metrics: Prometheus text, from loopback or with METRICS_TOKEN. */
export function healthRoutes(services: Services, readiness: Readiness): Hono<Env> {
  const app = new Hono<Env>()
  app.get('/livez', c => c.text('ok'))
  app.get('/readyz', async c => {
    const not = (reason: string) => c.json({ ready: false, reason }, 503)
    if (readiness.stopping) return not('stopping')
    try {
      const state = await schemaState(services.db)
      if (state.newer.length) return not('The database was migrated by a newer version of this program.')
      if (!state.ready) return not('waiting for migrations')
      if (!readiness.filled) return not(readiness.reason || 'the demo company is being filled')
      return c.json({ ready: true })
    } catch { return not('The database is away.') }
  })
  app.get('/metrics', async c => {
    const token = services.config.metricsToken
    const given = c.req.header('authorization')?.replace(/^Bearer /, '')
    const byToken = token && given && given.length === token.length && timingSafeEqual(Buffer.from(given), Buffer.from(token))
    const ip = c.get('ip')
    if (!byToken && (token || (ip !== null && ip !== '127.0.0.1' && ip !== '::1'))) throw new Problem('unauthenticated', 'Metrics need the token.')
    for (const q of await services.queue?.stats().catch(() => []) ?? []) queued.set({ queue: q.name }, q.queued)
    const { rows: [row] } = await sql<{ n: number | null }>`select case when to_regclass('stripe_inbox') is null then null else (select reltuples::bigint from pg_class where relname = 'stripe_inbox') end as n`.execute(services.db).catch(() => ({ rows: [] as { n: number | null }[] }))
    if (row?.n != null) inbox.set(Math.max(0, row.n))
    return c.text(await metrics.metrics(), 200, { 'content-type': metrics.contentType })
  })
  return app
}
