import { sql, type Kysely, type RawBuilder } from 'kysely'
import { actionsOf, ownActions, rightOf, tableOf, type Action, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import { and, toSql, type Predicate } from '../access.ts'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'
import type { ActionResult, ActionVerb } from '../registry.ts'
import { constraintProblem } from '../rest/body.ts'
import { reference, visibleRows } from '../where.ts'
import { bringBack, remove } from './remove-rows.ts'

/** The action, if it exists and this person may do it on at least some row. */
export function actionOf(ctx: Ctx, resource: ResourceDefinition, name: string): Action {
  const all = actionsOf(resource)
  const action = Object.hasOwn(all, name) ? all[name]! : undefined
  const role = ctx.access.role.label.toLowerCase()
  if (!ctx.access.may(resource, 'read') && !ctx.access.may(resource, rightOf(name))) throw new Problem('forbidden', `Your role, ${role}, has no access to ${resource.label[1].toLowerCase()}.`)
  if (!action) throw new Problem('not_found', `There is no action "${name.slice(0, 60)}" on ${resource.label[1].toLowerCase()}.`)
  if (!ctx.access.may(resource, rightOf(name))) throw new Problem('forbidden', `Your role, ${role}, cannot do this: ${action.label.toLowerCase()}.`)
  return action
}

export function verbOf(ctx: Pick<Ctx, 'registry'>, resource: ResourceDefinition, name: string): ActionVerb {
  if (ownActions.includes(name)) return name === 'delete' ? remove(resource) : bringBack(resource)
  const verb = ctx.registry.server(resource.name).actions?.[name]
  if (!verb) throw new Error(`The action ${name} of ${resource.name} has no verb.`)
  return verb
}

/** Rows on which this person may do it at all. */
export const reach = (ctx: Ctx, resource: ResourceDefinition, name: string): Predicate =>
  and(visibleRows(resource, ctx.access, 'read', name === 'restore'), ctx.access.rows(resource, rightOf(name)))

/** The action's precondition over the rows of `t`. */
export function meets(ctx: Pick<Ctx, 'registry'>, resource: ResourceDefinition, name: string, action: Action): RawBuilder<boolean> {
  if (name === 'restore') return sql<boolean>`t.deleted_at is not null`
  const parts = Object.entries(action.when ?? {}).map(([field, v]) => {
    const ref = reference(resource, field, 't', ctx)
    return Array.isArray(v) ? sql`${ref} = any(${v as string[]})` : v === null ? sql`${ref} is null` : sql`${ref} = ${v}`
  })
  return parts.length ? sql<boolean>`(${sql.join(parts, sql` and `)})` : sql<boolean>`true`
}

export const unmet = (action: Action): string => action.unless ?? 'Not possible in its present state'

/**
 * Runs an action on rows in the caller's transaction: locks those the person may act on, leaves out those that do not meet `when`, calls the verb once
 * for the rest. One result for each id, in the order given. `each` is what undo stored for each row.
 */
export async function applyRows(ctx: Ctx, trx: Kysely<any>, resource: ResourceDefinition, name: string, ids: readonly string[], input: Record<string, unknown>, each?: ReadonlyMap<string, any>): Promise<ActionResult[]> {
  const action = actionOf(ctx, resource, name), verb = verbOf(ctx, resource, name)
  const { rows } = await sql<{ id: string; meets: boolean }>`select t.id, ${meets(ctx, resource, name, action)} as meets from ${sql.table(tableOf(resource))} as t
    where t.id = any(${ids}::uuid[]) and ${toSql(reach(ctx, resource, name), 't')} order by t.id for update of t`.execute(trx)
  const found = new Map(rows.map(r => [r.id, r.meets]))
  const ready = ids.filter(id => found.get(id))
  const outcomes = new Map<string, ActionResult>((ready.length ? await verb(ctx, trx, { ids: ready, input, each }).catch(error => { throw constraintProblem(error, resource) ?? error }) : []).map(r => [r.id, r]))
  return ids.map(id => !found.has(id) ? { id, outcome: 'failed', reason: 'not_found' }
    : !found.get(id) ? { id, outcome: 'skipped', reason: unmet(action) } : outcomes.get(id) ?? { id, outcome: 'failed', reason: 'Nothing was answered about this row' })
}
