import { sql } from 'kysely'
import { tableOf, type ResourceDefinition } from '../../resources/engine/define-resource.ts'
import type { Database } from './database.ts'

/** The channel on which a committed transaction tells the tables that it wrote to. */
export const changesChannel = 'quarterdeck_changes'

/** Tables whose rows going away is told, although no page shows them: a session that ends closes what it holds open. */
const sessions = 'staff_sessions'

/** Table -> the resources whose rows lie in it; a resource over a view has the tables that the view reads. */
export async function tablesOf(db: Database, resources: readonly ResourceDefinition[]): Promise<Map<string, string[]>> {
  const { rows } = await sql<{ view: string; table: string }>`select distinct v.relname as view, t.relname as table from pg_rewrite r join pg_class v on v.oid = r.ev_class join pg_depend d on d.objid = r.oid and d.classid = 'pg_rewrite'::regclass
    join pg_class t on t.oid = d.refobjid and d.refclassid = 'pg_class'::regclass where v.relkind = 'v' and t.relkind in ('r', 'p') and v.relnamespace = 'public'::regnamespace`.execute(db)
  const found = new Map<string, string[]>()
  for (const r of resources) {
    const beneath = rows.filter(row => row.view === tableOf(r)).map(row => row.table)
    for (const table of beneath.length ? beneath : [tableOf(r)]) found.set(table, [...(found.get(table) ?? []), r.name])
  }
  return found
}

/** Puts the trigger that tells changes on the table of each resource that has none yet, so that a new resource needs no line for it. */
export async function tellChanges(owner: Database, resources: readonly ResourceDefinition[]): Promise<void> {
  const wanted = [...(await tablesOf(owner, resources)).keys(), sessions]
  const { rows } = await sql<{ name: string }>`select c.relname as name from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname = any(${wanted})
    and to_regproc('tell_change') is not null and not exists (select 1 from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'tells_change') order by 1`.execute(owner)
  for (const { name } of rows)
    await sql`create trigger tells_change after ${sql.raw(name === sessions ? 'delete' : 'insert or update or delete')} on ${sql.table(name)} for each statement execute function tell_change()`.execute(owner)
}
