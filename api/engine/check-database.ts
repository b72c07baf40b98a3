import { sql } from 'kysely'
import { columnOf, tableOf, verbsOf, versioned, type ResourceDefinition } from '../../resources/engine/define-resource.ts'
import type { Fault } from '../../resources/engine/check.ts'
import type { FieldType } from '../../resources/engine/fields.ts'
import type { Database } from './database.ts'
import type { Registry } from './registry.ts'

const types: Record<FieldType, readonly string[]> = {
  text: ['text', 'varchar', 'bpchar'], email: ['text', 'varchar'], int: ['int4', 'int8', 'int2'], decimal: ['numeric'], money: ['int8', 'int4'], enum: ['text', 'varchar'], boolean: ['bool'],
  date: ['date'], instant: ['timestamptz'], tags: ['_text'], relation: ['uuid'], json: ['jsonb', 'json'], score: ['int2', 'int4', 'int8'],
}

/** Checks definitions against the database: tables, columns, types, nullability; warns where a declared sort has no index. */
export async function checkDatabase(db: Database, resources: readonly ResourceDefinition[], registry: Registry): Promise<Fault[]> {
  const faults: Fault[] = []
  const { rows } = await sql<{ table_name: string; column_name: string; udt_name: string; is_nullable: string; column_default: string | null }>`
    select table_name, column_name, udt_name, is_nullable, column_default from information_schema.columns where table_schema = 'public'`.execute(db)
  const { rows: indexes } = await sql<{ table: string; lead: string }>`select c.relname as table, a.attname as lead from pg_index i join pg_class c on c.oid = i.indrelid
    join unnest(i.indkey::int2[]) with ordinality k(att, n) on true join pg_attribute a on a.attrelid = c.oid and a.attnum = k.att where c.relnamespace = 'public'::regnamespace`.execute(db)
  const views = new Set((await sql<{ name: string }>`select viewname as name from pg_views where schemaname = 'public'`.execute(db)).rows.map(v => v.name))
  const tables = new Map<string, Map<string, (typeof rows)[number]>>()
  for (const row of rows) tables.set(row.table_name, (tables.get(row.table_name) ?? new Map()).set(row.column_name, row))
  for (const r of resources) {
    const table = tables.get(tableOf(r))
    const add = (level: Fault['level'], n: number, text: string) => faults.push({ level, sentence: `${level === 'error' ? 'E' : 'W'}${n} ${r.name}: ${text}` })
    if (!table) { add('error', 30, `the table ${tableOf(r)} does not exist. Write a migration.`); continue }
    const computed = registry.server(r.name).computed ?? {}
    for (const [name, field] of Object.entries(r.fields)) {
      if (computed[name]) continue
      const column = table.get(columnOf(name, field))
      if (!column) { add('error', 31, `the column ${columnOf(name, field)} of "${name}" does not exist in ${tableOf(r)}.`); continue }
      if (!types[field.type].includes(column.udt_name)) add('error', 32, `"${name}" is declared ${field.type}, but its column is ${column.udt_name}.`)
      // a view says of no column that it is never null, and has no index of its own
      if (views.has(tableOf(r))) continue
      const nullable = column.is_nullable === 'YES'
      if (nullable && !field.nullable && !field.readonly && field.type !== 'tags') add('error', 33, `"${name}" may be null in the database; declare it nullable.`)
      if (!nullable && field.nullable && !column.column_default) add('error', 34, `"${name}" is declared nullable, but its column is not.`)
      if (field.sort && !indexes.some(i => i.table === tableOf(r) && i.lead === columnOf(name, field))) add('warning', 40, `"${name}" can be sorted by, but no index has it.`)
    }
    if (versioned(r) && !table.has('version')) add('error', 35, 'can be written but has no column version.')
    if (r.softDelete && !table.has('deleted_at')) add('error', 36, 'is soft-deleted but has no column deleted_at.')
    if (verbsOf(r).includes('update') && !table.has('updated_at')) add('error', 37, 'can be changed but has no column updated_at.')
  }
  return faults
}
