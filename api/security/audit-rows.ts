import { sql, type Kysely } from 'kysely'
import type { ChainRow } from './chain.ts'

/** Columns of a chain row; bytes as they are, the time as the hash covers it. */
const columns = sql`a.id, a.seq, to_char(a.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as at, a.at = date_trunc('milliseconds', a.at) as "atWhole",
  a.actor_kind as "actorKind", a.actor_id as "actorId", a.actor_name as actor, a.on_behalf_of as "onBehalfOf", a.act, a.resource, a.subject_id as "subjectId",
  a.request_id as "requestId", a.ip, a.digest, a.prev, a.hash, v.salt, v.reason, v.changes, v.erased_at`

/** The log in order, in pages: memory does not grow with it. */
export async function* auditRows(db: Kysely<any>, page = 10_000): AsyncGenerator<ChainRow> {
  let last = -1
  for (;;) {
    const { rows } = await sql<any>`select ${columns} from audit_log a left join audit_values v on v.audit_id = a.id where a.seq > ${last} order by a.seq limit ${page}`.execute(db)
    for (const { salt, reason, changes, erased_at, ...row } of rows) yield { ...row, values: salt ? { salt, reason, changes, erased: erased_at !== null } : null }
    if (rows.length < page) return
    last = rows.at(-1).seq
  }
}

export async function auditHead(db: Kysely<any>): Promise<{ seq: number; hash: Buffer }> {
  const { rows: [head] } = await sql<{ seq: number; hash: Buffer }>`select seq, hash from audit_head`.execute(db)
  return head!
}
