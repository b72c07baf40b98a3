import { sql, type Kysely } from 'kysely'
import { tableOf, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import { toSql } from '../access.ts'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'
import { isId } from '../ids.ts'
import { visibleRows } from '../where.ts'
import { present, selection } from './select.ts'

const alias = 't'
export const missing = (resource: ResourceDefinition): Problem => new Problem('not_found', `There is no such ${resource.label[0].toLowerCase()}.`)

/** A row as this person may see it, or 404: not there and not theirs look the same. */
export async function show(ctx: Ctx, resource: ResourceDefinition, id: string, db: Kysely<any> = ctx.db): Promise<Record<string, any>> {
  const visible = visibleRows(resource, ctx.access)
  if (visible === false) throw new Problem('forbidden', `Your role, ${ctx.access.role.label.toLowerCase()}, has no access to ${resource.label[1].toLowerCase()}.`)
  if (!isId(id)) throw missing(resource)
  const { columns, conditional } = selection(resource, ctx.access, ctx.registry, alias)
  const { rows: [row] } = await sql<Record<string, any>>`select ${columns} from ${sql.table(tableOf(resource))} as ${sql.ref(alias)}
    where ${sql.ref(`${alias}.id`)} = ${id} and ${toSql(visible, alias)}`.execute(db)
  if (!row) throw missing(resource)
  return present(row, conditional)
}
