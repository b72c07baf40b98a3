import { Hono } from 'hono'
import { z } from 'zod'
import { mrrMovements } from '../../resources/revenue/mrr-movements.ts'
import type { Ctx } from '../engine/context.ts'
import { Problem } from '../engine/errors.ts'
import { readJson } from '../engine/http/body.ts'
import type { Env } from '../engine/http/env.ts'
import { dayOf } from './book-time.ts'
import { exportRevenue, type ExportInput } from './export-revenue.ts'
import { revenueByPlan } from './queries/by-plan.ts'
import { explainMovement } from './queries/explain-movement.ts'
import { revenueMetrics } from './queries/metrics.ts'
import { paymentHealth } from './queries/payment-health.ts'
import { revenueTrends } from './queries/trends.ts'

const day = z.string().regex(/^\d{4}-\d\d-\d\d$/, 'must be a date such as 2026-11-25').refine(v => !Number.isNaN(Date.parse(`${v}T00:00:00Z`)) && new Date(`${v}T00:00:00Z`).toISOString().startsWith(v), 'is no day of the calendar').refine(v => v >= '1990-01-01' && v <= '2100-12-31', 'must lie between 1990 and 2100')
const currency = z.string().regex(/^[a-zA-Z]{3}$/, 'must be an ISO code of three letters').transform(v => v.toLowerCase())
const ordered = { message: 'must not lie before "from"', path: ['to'] }

const metricsInput = z.strictObject({ at: day.optional(), currency: currency.optional() })
const trendsFields = { from: day, to: day, by: z.enum(['month', 'day']).default('month'), groupBy: z.enum(['plan', 'currency']).optional(), currency: currency.optional(), view: z.enum(['event', 'net']).default('event'), basis: z.enum(['restated', 'reported']).default('restated') }
const trendsInput = z.strictObject(trendsFields).refine(v => v.from <= v.to, ordered)
const byPlanInput = z.strictObject({ at: day.optional() })
const healthInput = z.strictObject({ from: day, to: day }).refine(v => v.from <= v.to, ordered)
const format = z.enum(['csv', 'xlsx', 'pdf'])
const exportInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('metrics'), format, at: day.optional(), currency: currency.optional() }),
  z.strictObject({ kind: z.literal('trends'), format, ...trendsFields }),
  z.strictObject({ kind: z.literal('by-plan'), format, at: day.optional() }),
  z.strictObject({ kind: z.literal('payment-health'), format, from: day, to: day }),
  z.strictObject({ kind: z.literal('movements'), format, from: day.optional(), to: day.optional() }),
])

function parse<T>(schema: z.ZodType<T>, given: unknown): T {
  const result = schema.safeParse(given)
  if (result.success) return result.data
  const issue = result.error.issues[0]!
  if (issue.code === 'unrecognized_keys') throw new Problem('unknown_parameter', `There is no parameter "${issue.keys[0]!.slice(0, 80)}" here.`)
  const name = issue.path.join('.') || 'The body'
  const said = issue.code === 'invalid_type' && issue.input === undefined ? 'is required' : issue.message.startsWith('must') || issue.message.startsWith('is ') ? issue.message : `is not valid: ${issue.message}`
  throw new Problem('malformed', `${name} ${said}.`, { errors: { [name]: [`${said[0]!.toUpperCase()}${said.slice(1)}.`] } })
}

/** Query parameters, each at most once. */
function query(params: Record<string, string[]>): Record<string, string> {
  for (const [name, values] of Object.entries(params)) if (values.length > 1) throw new Problem('malformed', `"${name.slice(0, 80)}" is given more than once.`)
  return Object.fromEntries(Object.entries(params).map(([k, v]) => [k, v[0]!]))
}

/** Figures are sums over the whole book: they need the right to read every movement and its amount. */
function mayRead(ctx: Ctx): void {
  if (!ctx.access.page('revenue') || ctx.access.rows(mrrMovements, 'read') !== true || ctx.access.field(mrrMovements, 'read', 'amount') !== true) throw new Problem('forbidden', 'You may not see the revenue of the whole company.')
}

function notAhead(ctx: Ctx, at: string | undefined): void {
  if (at && at > dayOf(ctx.now.getTime(), ctx.config.book.timeZone)) throw new Problem('malformed', 'at lies in the future.', { errors: { at: ['Lies in the future.'] } })
}

/** The doors under /v1/admin/revenue. */
export function revenueRoutes(): Hono<Env> {
  const app = new Hono<Env>()
  app.use(async (c, next) => { mayRead(c.get('ctx')); await next() })
  app.get('/metrics', async c => {
    const input = parse(metricsInput, query(c.req.queries()))
    notAhead(c.get('ctx'), input.at)
    return c.json(await revenueMetrics(c.get('ctx'), input))
  })
  app.get('/trends', async c => c.json(await revenueTrends(c.get('ctx'), parse(trendsInput, query(c.req.queries())))))
  app.get('/by-plan', async c => {
    const input = parse(byPlanInput, query(c.req.queries()))
    notAhead(c.get('ctx'), input.at)
    return c.json(await revenueByPlan(c.get('ctx'), input))
  })
  app.get('/payment-health', async c => c.json(await paymentHealth(c.get('ctx'), parse(healthInput, query(c.req.queries())))))
  app.get('/movements/:id/explain', async c => { query(c.req.queries()); return c.json(await explainMovement(c.get('ctx'), c.req.param('id'))) })
  app.post('/export', async c => {
    const ctx = c.get('ctx')
    const { format: wanted, ...input } = parse(exportInput, await readJson(c))
    if (wanted !== 'csv') throw new Problem('unprocessable', `Revenue cannot be exported as ${wanted} yet. Take csv.`, { errors: { format: ['Only csv can be made yet.'] } })
    if ('at' in input) notAhead(ctx, input.at)
    if ('from' in input && 'to' in input && input.from && input.to && input.from > input.to) throw new Problem('malformed', 'to must not lie before "from".')
    const stream = await exportRevenue(ctx, input as ExportInput)
    return c.body(stream, 200, { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="${input.kind}.csv"` })
  })
  return app
}
