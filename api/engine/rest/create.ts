import { sql, type Kysely } from 'kysely'
import { tableOf, verbsOf, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import { toSql } from '../access.ts'
import { audit, differences } from '../audit.ts'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'
import { requireStepUp } from '../http/step-up.ts'
import { newId } from '../ids.ts'
import { checkRelations, constraintProblem, readBody, toColumns } from './body.ts'
import { show } from './show.ts'

/** POST /r: one row with its audit row, in the caller's transaction. Answers the row as `show` would; under `once` what is told this one time only. */
export async function create(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, body: unknown): Promise<Record<string, any>> {
  if (!verbsOf(resource).includes('create') || !ctx.access.may(resource, 'create')) throw new Problem('forbidden', `Your role, ${ctx.access.role.label.toLowerCase()}, cannot make ${resource.label[1].toLowerCase()}.`)
  if (resource.stepUp?.includes('create')) requireStepUp(ctx)
  const values = readBody(ctx, resource, body, 'create')
  if (Object.entries(values).some(([name, value]) => resource.fields[name]!.stepUp && value !== null && value !== resource.fields[name]!.default)) requireStepUp(ctx)
  await checkRelations(ctx, trx, resource, values)
  const id = newId()
  const extra = ctx.registry.server(resource.name).columns?.({ values, now: ctx.now, actorId: ctx.actor.id }) ?? {}
  const columns = { ...toColumns(resource, values), ...extra, id }
  try {
    await sql`insert into ${sql.table(tableOf(resource))} (${sql.join(Object.keys(columns).map(c => sql.ref(c)))}) values (${sql.join(Object.values(columns))})`.execute(trx)
  } catch (error) { throw constraintProblem(error, resource) ?? error }
  await mayStand(ctx, trx, resource, id, 'create')
  const once = await ctx.registry.server(resource.name).afterWrite?.(ctx, trx, { id, verb: 'create', values })
  const row = await show(ctx, resource, id, trx)
  await audit(trx, ctx, [{ act: 'create', resource: resource.name, subjectId: id, changes: differences(resource, {}, values) }])
  return once ? { ...row, once } : row
}

/** A row must still lie within the person's rights after the write: nobody moves a record out of, or makes one beyond, their scope. */
export async function mayStand(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, id: string, verb: 'create' | 'update'): Promise<void> {
  const allowed = ctx.access.rows(resource, verb)
  if (allowed === true) return
  const { rows } = await sql`select 1 from ${sql.table(tableOf(resource))} as t where t.id = ${id} and ${toSql(allowed, 't')}`.execute(trx)
  if (!rows.length) throw new Problem('forbidden', `This would put the ${resource.label[0].toLowerCase()} beyond what you may change.`)
}
