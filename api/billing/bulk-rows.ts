import { sql } from 'kysely'
import type { Database } from '../engine/database.ts'

/** A row by its column names. Big integers may be text. */
export type Row = Record<string, unknown>

const json = (rows: readonly Row[]) => JSON.stringify(rows, (_, v) => typeof v === 'bigint' ? v.toString() : v)
const columns = (names: readonly string[]) => sql.join(names.map(n => sql.ref(n)))

/** Adds many rows in one statement. All rows have the keys of the first. With `ignore`, rows that exist already are left alone. */
export async function insertRows(db: Database, table: string, rows: readonly Row[], ignore = false): Promise<void> {
  if (!rows.length) return
  const names = Object.keys(rows[0]!)
  await sql`insert into ${sql.table(table)} (${columns(names)}) select ${columns(names)} from jsonb_populate_recordset(null::${sql.table(table)}, ${json(rows)}::jsonb) ${ignore ? sql`on conflict do nothing` : sql``}`.execute(db)
}

export interface UpsertOptions {
  /** Columns that keep their value where the new one is null. */
  keep?: readonly string[]
  /** Columns that are set on insert only. */
  once?: readonly string[]
  /** Write although the row shows a later version. */
  force?: boolean
}

/**
 * Brings mirrors up to date in one statement: an older version never overwrites a later one (by version_at, then version_rank). Rows are
 * unique by (stripe_account_id, stripe_id); of several in one call the latest is taken.
 */
export async function upsertMirror(db: Database, table: string, rows: readonly Row[], options: UpsertOptions = {}): Promise<void> {
  if (!rows.length) return
  const latest = new Map<string, Row>()
  for (const row of rows) {
    const key = `${row.stripe_account_id as string} ${row.stripe_id as string}`, known = latest.get(key)
    if (!known || compareVersions(known, row) <= 0) latest.set(key, known ? { ...row, ...Object.fromEntries((options.keep ?? []).filter(k => row[k] === null).map(k => [k, known[k]])) } : row)
  }
  const names = Object.keys(rows[0]!)
  const set = names.filter(n => !['id', 'stripe_account_id', 'stripe_id', 'updated_at', ...options.once ?? []].includes(n))
    .map(n => options.keep?.includes(n) ? sql`${sql.ref(n)} = coalesce(excluded.${sql.ref(n)}, m.${sql.ref(n)})` : sql`${sql.ref(n)} = excluded.${sql.ref(n)}`)
  await sql`
    insert into ${sql.table(table)} as m (${columns(names)})
    select ${columns(names)} from jsonb_populate_recordset(null::${sql.table(table)}, ${json([...latest.values()])}::jsonb)
    on conflict (stripe_account_id, stripe_id) do update set ${sql.join(set)}, updated_at = now()
    ${options.force ? sql`` : sql`where (m.version_at, m.version_rank) <= (excluded.version_at, excluded.version_rank)`}`.execute(db)
}

const compareVersions = (a: Row, b: Row): number => {
  const x = Date.parse(String(a.version_at)), y = Date.parse(String(b.version_at))
  return x - y || Number(a.version_rank) - Number(b.version_rank)
}
