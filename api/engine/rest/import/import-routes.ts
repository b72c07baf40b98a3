import { Hono, type Context } from 'hono'
import { sql } from 'kysely'
import { tableOf } from '../../../../resources/engine/define-resource.ts'
import type { Ctx } from '../../context.ts'
import { Problem } from '../../errors.ts'
import type { Env } from '../../http/env.ts'
import { writing } from '../../http/idempotency.ts'
import { statusOf } from '../operation-routes.ts'
import { show } from '../show.ts'
import { dryRun, mostErrors, startImport, type ImportAnswer } from './import-file.ts'
import { requireImport } from './plan.ts'
import { receive } from './upload.ts'

let running = 0

/** POST /r/import, and what became of the lines of an import. */
export function importRoutes(): Hono<Env> {
  const app = new Hono<Env>()
  const noParams = (c: Context<Env>) => { for (const key of new URL(c.req.url).searchParams.keys()) throw new Problem('unknown_parameter', `The parameter "${key.slice(0, 80)}" is not known.`) }

  app.post('/:resource/import', async c => {
    const ctx = c.get('ctx')
    const resource = ctx.registry.named(c.req.param('resource'))
    if (!resource) throw new Problem('not_found', 'There is no such page.')
    noParams(c)
    requireImport(ctx, resource)
    if (running >= 4) throw new Problem('rate_limited', 'Four files are being read. Try again when one of them is done.', { retryAfter: 10 })
    running++
    try {
      const upload = await receive(c, ctx.config.dataDir)
      try {
        if (upload.dryRun) return c.json(await dryRun(ctx, resource, upload))
        const asked = { digest: upload.digest, mapping: upload.mapping ?? null }
        const answer = await writing(ctx, { key: c.req.header('idempotency-key'), route: `POST ${c.req.path}`, body: asked }, async trx => {
          const operation = await startImport(ctx, trx, resource, upload)
          return { status: statusOf(operation), body: operation }
        })
        ctx.totals.changed(tableOf(resource))
        ctx.totals.changed('operations')
        return c.json(answer.body, answer.status as 200)
      } finally { await upload.dispose() }
    } finally { running-- }
  })

  app.get('/operations/:id/import', async c => {
    noParams(c)
    const ctx = c.get('ctx'), id = c.req.param('id')
    await show(ctx, ctx.registry.named('operations')!, id)
    return c.json(await importOutcome(ctx, id))
  })
  return app
}

/** What became of the lines of an import so far. 404 for operations that are none. */
async function importOutcome(ctx: Ctx, id: string): Promise<Pick<ImportAnswer, 'new' | 'changed' | 'same' | 'errors' | 'errorCount'> & { file: string | null }> {
  const { rows: [op] } = await sql<{ file: string | null; new: number; changed: number; same: number; wrong: number }>`select o.input->>'file' as file,
      (select count(*) from operation_results r where r.operation_id = o.id and r.outcome = 'done' and r.inverse ? 'made') as new, (select count(*) from operation_results r where r.operation_id = o.id and r.outcome = 'done' and not r.inverse ? 'made') as changed,
      o.skipped as same, (select count(*) from import_lines l where l.operation_id = o.id and l.message is not null) as wrong
    from operations o where o.id = ${id} and o.action = 'import'`.execute(ctx.db)
  if (!op) throw new Problem('not_found', 'This was no import.')
  const { rows } = await sql<{ row: number; field: string | null; message: string }>`select line as row, field, message from import_lines where operation_id = ${id} and message is not null order by line limit ${mostErrors}`.execute(ctx.db)
  return { file: op.file, new: op.new, changed: op.changed, same: op.same, errors: rows, errorCount: op.wrong }
}
