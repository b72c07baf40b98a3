import { sql, type RawBuilder } from 'kysely'
import { versioned, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import { toSql, type Access } from '../access.ts'
import { ready } from '../database.ts'
import { reference } from '../where.ts'
import type { Registry } from '../registry.ts'

export interface Selection { columns: RawBuilder<unknown>; conditional: string[] }
const selections = new WeakMap<Access, Map<string, Selection>>()

/** The same for every request of a person, so it is made once per compiled rights. `light` leaves out the fields declared heavy. */
export function selection(resource: ResourceDefinition, access: Access, registry: Registry, alias: string, light = false): Selection {
  let kept = selections.get(access)
  if (!kept) selections.set(access, kept = new Map())
  const key = `${resource.name} ${alias} ${light}`
  let found = kept.get(key)
  if (!found) kept.set(key, found = select(resource, access, registry, alias, light))
  return found
}

/**
 * The columns of an answer under their field names, cut to what may be read. A field readable on some rows only comes with a marker
 * that says whether it may be shown on this one.
 */
function select(resource: ResourceDefinition, access: Access, registry: Registry, alias: string, light: boolean): Selection {
  const conditional: string[] = []
  const parts: RawBuilder<unknown>[] = [sql`${sql.ref(`${alias}.id`)}`]
  if (versioned(resource)) parts.push(sql`${sql.ref(`${alias}.version`)}`)
  for (const name of access.fields(resource, 'read')) {
    if (light && resource.fields[name]!.heavy) continue
    const readable = access.field(resource, 'read', name)
    if (readable === false) continue
    const ref = reference(resource, name, alias, { registry })
    if (readable === true) parts.push(sql`${ref} as ${sql.ref(name)}`)
    else {
      conditional.push(name)
      parts.push(sql`case when ${toSql(readable, alias)} then ${ref} end as ${sql.ref(name)}`, sql`coalesce(${toSql(readable, alias)}, false) as ${sql.ref(`_may_${name}`)}`)
    }
  }
  return { columns: ready(sql.join(parts)), conditional }
}

/** Takes away what helped the query only, and the fields that may not be shown on this row. */
export function present(row: Record<string, any>, conditional: readonly string[], keys = 0): Record<string, any> {
  // set, not deleted: a row without holes is written as JSON in half the time
  for (let i = 0; i < keys; i++) if (row[`_k${i}`] !== undefined) row[`_k${i}`] = undefined
  for (const name of conditional) {
    if (!row[`_may_${name}`]) delete row[name]
    delete row[`_may_${name}`]
  }
  return row
}
