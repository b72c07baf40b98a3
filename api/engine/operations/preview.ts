import { sql } from 'kysely'
import { tableOf, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import { toSql } from '../access.ts'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'
import { reference } from '../where.ts'
import { actionOf, meets, reach, unmet } from './apply-rows.ts'
import { sizes } from './operation.ts'
import { readInput } from './read-input.ts'
import { readSelection, requireExpected } from './select-rows.ts'
import { approvalsFor } from './start-operation.ts'

/** What an act on many rows would do: how many rows it would change, which it would leave out and why, what they sum up to. */
export interface Preview { total: number; ready: number; skipped: { reason: string; n: number }[]; sums: Record<string, number>; later: boolean; approval?: { needed: number }; delaySeconds?: number }

/** POST /r/bulk/:action/preview: the same body as the act, but nothing is written. Counted in one statement. */
export async function preview(ctx: Ctx, resource: ResourceDefinition, name: string, body: Record<string, unknown>): Promise<Preview> {
  const action = actionOf(ctx, resource, name)
  if (!action.on.includes('bulk')) throw new Problem('not_found', `"${action.label}" is not done this way.`)
  const input = body.input === undefined ? {} : readInput(action, body)
  const selection = readSelection(ctx, resource, body, true)
  const rows = 'ids' in selection ? sql<boolean>`t.id = any(${selection.ids}::uuid[])` : selection.where
  const may = sql<boolean>`coalesce(${toSql(reach(ctx, resource, name), 't')}, false)`, ready = sql<boolean>`(${may} and ${meets(ctx, resource, name, action)})`
  const sums = (resource.list.sums ?? []).filter(field => ctx.access.field(resource, 'read', field) === true)
  const exact = (field: string) => { const f = resource.fields[field]!; return f.type === 'money' && f.exact ? sql.ref(`t.${f.exact}`) : reference(resource, field, 't', ctx) }
  const { rows: [n] } = await sql<Record<string, number>>`select count(*) as total, count(*) filter (where ${ready}) as ready, count(*) filter (where ${may}) as reached
    ${sums.length ? sql`, ${sql.join(sums.map(field => sql`coalesce(round(sum(${exact(field)}) filter (where ${ready})), 0)::int8 as ${sql.ref(`sum_${field}`)}`))}` : sql``}
    from ${sql.table(tableOf(resource))} as t where ${rows}`.execute(ctx.db)
  const total = 'ids' in selection ? selection.ids.length : n!.total!
  if ('expected' in selection) requireExpected(selection.expected, total)
  const needed = approvalsFor(action, input, total)
  const beyond = total - n!.reached!, unfit = n!.reached! - n!.ready!
  return {
    total, ready: n!.ready!, skipped: [...(unfit > 0 ? [{ reason: unmet(action), n: unfit }] : []), ...(beyond > 0 ? [{ reason: 'not_found', n: beyond }] : [])],
    sums: Object.fromEntries(sums.map(field => [field, n![`sum_${field}`] ?? 0])), later: total > sizes.atOnce || action.job === true || action.delaySeconds !== undefined || needed > 0,
    ...(needed ? { approval: { needed } } : {}), ...(action.delaySeconds === undefined ? {} : { delaySeconds: action.delaySeconds }),
  }
}
