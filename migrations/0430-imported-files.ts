import { type Kysely, sql } from 'kysely'

/**
 * The lines of a file that is being imported, until each has its outcome: whoever goes on with the operation takes the first that still have cells. Afterwards only
 * what was wrong with a line is kept. `row_id` is the id that its row gets if it is new; `twin` is an earlier line of the same row.
 */
export async function up(db: Kysely<any>): Promise<void> {
  for (const statement of [
    sql`create table import_lines (
      operation_id uuid not null references operations on delete cascade,
      line int not null,
      row_id uuid not null,
      twin int,
      cells text[],
      field text,
      message text,
      primary key (operation_id, line)
    )`,
    sql`create index import_lines_waiting on import_lines (operation_id, line) where cells is not null`,
    sql`create index import_lines_wrong on import_lines (operation_id, line) where message is not null`,
  ]) await statement.execute(db)
}
