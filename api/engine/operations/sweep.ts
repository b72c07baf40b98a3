import { sql } from 'kysely'
import { auditRows } from '../audit.ts'
import type { Services } from '../context.ts'
import { newId } from '../ids.ts'

/** What nobody approved in time will not happen. */
export async function expireApprovals({ db }: Pick<Services, 'db'>): Promise<void> {
  await db.transaction().execute(async trx => {
    const { rows } = await sql<{ id: string }>`update operations set state = 'cancelled', asks = null, finished_at = now(), error = 'Nobody approved it in time.'
      where asks is not null and approve_until < now() returning id`.execute(trx)
    if (!rows.length) return
    const actor = { actor: { kind: 'schedule' as const, id: null, name: 'Sweep' }, requestId: newId(), ip: null }
    await sql`select audit_append(${auditRows(actor, rows.map(r => ({ act: 'expire', resource: 'operations', subjectId: r.id, changes: { state: { before: 'waiting', after: 'cancelled' } } })))}::jsonb)`.execute(trx)
  })
}

/** Outcomes by row of large operations are kept for 90 days; the numbers, and the audit rows of each change, stay. */
export async function forgetOutcomes({ db }: Pick<Services, 'db'>): Promise<void> {
  await sql`delete from operation_results where operation_id in (select o.id from operations o where o.finished_at < now() - interval '90 days' and o.total > 200 and coalesce(o.undo_until < now(), true)
    and exists (select 1 from operation_results r where r.operation_id = o.id) order by o.finished_at limit 5)`.execute(db)
}
