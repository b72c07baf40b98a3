import { Hono, type Context } from 'hono'
import { Readable } from 'node:stream'
import { tableOf, versioned, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'
import { readJson } from '../http/body.ts'
import type { Env } from '../http/env.ts'
import { writing, type Answer } from '../http/idempotency.ts'
import { preview } from '../operations/preview.ts'
import { startOperation, type Asked } from '../operations/start-operation.ts'
import { plainObject } from './body.ts'
import { create } from './create.ts'
import { exportCsv } from './export.ts'
import { history } from './history.ts'
import { importRoutes } from './import/import-routes.ts'
import { list, summary } from './list.ts'
import { operationRoutes, statusOf } from './operation-routes.ts'
import { show } from './show.ts'
import { softDelete, update } from './update.ts'

const etag = (resource: ResourceDefinition, row: Record<string, any>): Record<string, string> => versioned(resource) && row.version ? { etag: `"v${row.version}"` } : {}

/** The generated REST of every resource. One table of routes; what may be asked of which resource, the definition and roles.ts say. */
export function restRoutes(): Hono<Env> {
  const app = new Hono<Env>()
  const target = (c: Context<Env>): [Ctx, ResourceDefinition] => {
    const ctx = c.get('ctx')
    const resource = ctx.registry.named(c.req.param('resource')!)
    if (!resource) throw new Problem('not_found', 'There is no such page.')
    return [ctx, resource]
  }
  const params = (c: Context<Env>) => new URL(c.req.url).searchParams
  const noParams = (c: Context<Env>) => { for (const key of params(c).keys()) throw new Problem('unknown_parameter', `The parameter "${key.slice(0, 80)}" is not known.`) }
  const write = async (c: Context<Env>, run: (ctx: Ctx, resource: ResourceDefinition, body: any, trx: any) => Promise<Answer>) => {
    const [ctx, resource] = target(c)
    noParams(c)
    const body = await readJson(c)
    const answer = await writing(ctx, { key: c.req.header('idempotency-key'), route: `${c.req.method} ${c.req.path}`, body }, trx => run(ctx, resource, body, trx))
    ctx.totals.changed(tableOf(resource))
    for (const [k, v] of Object.entries(answer.headers ?? {})) c.header(k, v)
    return c.json(answer.body, answer.status as 200)
  }
  const start = async (c: Context<Env>, ctx: Ctx, trx: any, resource: ResourceDefinition, asked: Asked, body: Record<string, unknown>): Promise<Answer> => {
    const operation = await startOperation(ctx, trx, resource, c.req.param('action')!, asked, body, c.req.header('idempotency-key'))
    return { status: statusOf(operation), body: operation }
  }

  app.route('/', operationRoutes())
  app.route('/', importRoutes())
  app.get('/:resource', async c => {
    const [ctx, resource] = target(c)
    const answer = await list(ctx, resource, params(c))
    c.header('x-total-count', String(answer.total))
    if (!answer.exact) c.header('x-total-exact', 'false')
    if (answer.next) c.header('x-next-cursor', answer.next)
    return c.json(answer.rows)
  })
  app.get('/:resource/summary', async c => c.json(await summary(...target(c), params(c))))
  app.get('/:resource/export.csv', async c => {
    const [ctx, resource] = target(c)
    const stream = await exportCsv(ctx, resource, params(c))
    return c.body(Readable.toWeb(stream) as ReadableStream, 200, {
      'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="${resource.name}-${ctx.now.toISOString().slice(0, 10)}.csv"`,
    })
  })
  app.post('/:resource', c => write(c, async (ctx, resource, body, trx) => {
    const row = await create(ctx, trx, resource, body)
    return { status: 201, body: row, headers: { ...etag(resource, row), location: `/v1/admin/${resource.name}/${row.id}` } }
  }))
  app.post('/:resource/bulk/:action', c => write(c, async (ctx, resource, body, trx) => {
    const given = plainObject(body)
    only(given, ['ids', 'filter', 'exclude', 'expected', 'input'])
    return start(c, ctx, trx, resource, { mode: 'bulk' }, given)
  }))
  app.post('/:resource/bulk/:action/preview', async c => {
    const [ctx, resource] = target(c)
    noParams(c)
    const given = plainObject(await readJson(c))
    only(given, ['ids', 'filter', 'exclude', 'expected', 'input'])
    return c.json(await preview(ctx, resource, c.req.param('action'), given))
  })
  app.post('/:resource/actions/:action', c => write(c, async (ctx, resource, body, trx) => {
    const given = plainObject(body)
    only(given, ['input'])
    return start(c, ctx, trx, resource, { mode: 'collection' }, given)
  }))
  app.get('/:resource/:id', async c => {
    const [ctx, resource] = target(c)
    noParams(c)
    const row = await show(ctx, resource, c.req.param('id'))
    for (const [k, v] of Object.entries(etag(resource, row))) c.header(k, v)
    return c.json(row)
  })
  app.get('/:resource/:id/history', async c => {
    noParams(c)
    return c.json(await history(...target(c), c.req.param('id')))
  })
  app.patch('/:resource/:id', c => write(c, async (ctx, resource, body, trx) => {
    const { row, operationId } = await update(ctx, trx, resource, c.req.param('id')!, body, c.req.header('if-match'))
    return { status: 200, body: row, headers: { ...etag(resource, row), ...(operationId ? { 'x-operation-id': operationId } : {}) } }
  }))
  app.delete('/:resource/:id', c => write(c, async (ctx, resource, _body, trx) => {
    const { row, operationId } = await softDelete(ctx, trx, resource, c.req.param('id')!, c.req.header('if-match'), false)
    return { status: 200, body: row, headers: operationId ? { 'x-operation-id': operationId } : undefined }
  }))
  app.post('/:resource/:id/restore', c => write(c, async (ctx, resource, _body, trx) => {
    const { row, operationId } = await softDelete(ctx, trx, resource, c.req.param('id')!, c.req.header('if-match'), true)
    return { status: 200, body: row, headers: { ...etag(resource, row), ...(operationId ? { 'x-operation-id': operationId } : {}) } }
  }))
  app.post('/:resource/:id/actions/:action', c => write(c, async (ctx, resource, body, trx) => {
    const given = plainObject(body)
    only(given, ['input'])
    return start(c, ctx, trx, resource, { mode: 'row', id: c.req.param('id')! }, given)
  }))
  return app
}

function only(body: Record<string, unknown>, keys: readonly string[]): void {
  const unknown = Object.keys(body).filter(k => !keys.includes(k))
  if (unknown.length) throw new Problem('unwritable_field', `${unknown.map(k => `"${k.slice(0, 60)}"`).join(', ')} is not part of this call.`)
}
