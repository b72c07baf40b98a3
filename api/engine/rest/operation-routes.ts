import { Hono, type Context } from 'hono'
import { Readable } from 'node:stream'
import type { Kysely } from 'kysely'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'
import { readJson } from '../http/body.ts'
import type { Env } from '../http/env.ts'
import { writing } from '../http/idempotency.ts'
import { approve, reject } from '../operations/approve.ts'
import type { Operation } from '../operations/operation.ts'
import { outcome, results, resultsCsv } from '../operations/results.ts'
import { cancel, retry } from '../operations/stop.ts'
import { undo } from '../operations/take-back.ts'
import { plainObject } from './body.ts'

/** 200 finished, 202 not yet. */
export const statusOf = (operation: Operation): 200 | 202 => operation.state === 'waiting' || operation.state === 'running' ? 202 : 200

/** What can be asked of an operation beyond the generated list and page. */
export function operationRoutes(): Hono<Env> {
  const app = new Hono<Env>()
  const params = (c: Context<Env>) => new URL(c.req.url).searchParams
  const write = async (c: Context<Env>, run: (ctx: Ctx, trx: Kysely<any>, id: string, body: Record<string, unknown>) => Promise<Operation>, known: readonly string[] = []) => {
    const ctx = c.get('ctx')
    const body = plainObject(await readJson(c))
    const unknown = Object.keys(body).filter(k => !known.includes(k))
    if (unknown.length) throw new Problem('unwritable_field', `"${unknown[0]!.slice(0, 60)}" is not part of this call.`)
    const answer = await writing(ctx, { key: c.req.header('idempotency-key'), route: `${c.req.method} ${c.req.path}`, body }, async trx => {
      const operation = await run(ctx, trx, c.req.param('id')!, body)
      return { status: statusOf(operation), body: operation }
    })
    return c.json(answer.body, answer.status as 200)
  }
  const noParams = (c: Context<Env>) => { for (const key of params(c).keys()) throw new Problem('unknown_parameter', `The parameter "${key.slice(0, 80)}" is not known.`) }

  app.get('/operations/:id/results', async c => {
    const answer = await results(c.get('ctx'), c.req.param('id'), params(c))
    c.header('x-total-count', String(answer.total))
    if (answer.next) c.header('x-next-cursor', answer.next)
    return c.json(answer.rows)
  })
  app.get('/operations/:id/results.csv', async c => {
    const { name, lines } = await resultsCsv(c.get('ctx'), c.req.param('id'), params(c))
    return c.body(Readable.toWeb(Readable.from(lines)) as ReadableStream, 200, { 'content-type': 'text/csv; charset=utf-8', 'content-disposition': `attachment; filename="${name}"` })
  })
  app.get('/operations/:id/outcome', async c => c.json(await outcome(c.get('ctx'), c.req.param('id'), params(c))))
  app.post('/operations/:id/cancel', c => { noParams(c); return write(c, cancel) })
  app.post('/operations/:id/retry', c => { noParams(c); return write(c, retry) })
  app.post('/operations/:id/approve', c => { noParams(c); return write(c, approve) })
  app.post('/operations/:id/reject', c => { noParams(c); return write(c, reject, ['reason']) })
  app.delete('/operations/:id', c => {
    const given = params(c)
    for (const key of given.keys()) if (key !== 'changed') throw new Problem('unknown_parameter', `The parameter "${key.slice(0, 80)}" is not known.`)
    const changed = given.get('changed')
    if (changed !== null && changed !== 'leave') throw new Problem('malformed', 'changed is "leave": rows that were changed since stay as they are.')
    return write(c, (ctx, trx, id) => undo(ctx, trx, id, changed === 'leave'))
  })
  return app
}
