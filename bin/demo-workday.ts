import { sql } from 'kysely'
import type { Ctx, Services } from '../api/engine/context.ts'
import { accessOf } from '../api/engine/http/session.ts'
import { newId } from '../api/engine/ids.ts'
import { create } from '../api/engine/rest/create.ts'
import { startOperation } from '../api/engine/operations/start-operation.ts'
import { update } from '../api/engine/rest/update.ts'
import { workday } from '../demo/workday/workday.ts'
import { DEMO_SEED } from '../demo/staff.ts'

const statuses = { open: 'open', pending: 'waiting', solved: 'solved', closed: 'solved' } as const

/** What the staff have done by the first day, entered once in each one's name by the verbs that serve the panel; told times replace the present. */
export async function fillWorkday(services: Services, firstDay: string): Promise<void> {
  const { rows: [done] } = await sql<{ n: number }>`select count(*) as n from notes`.execute(services.db)
  if (done!.n) return
  const { tickets, notes, tags, owners } = workday(DEMO_SEED, firstDay)
  const ids = async (table: 'customers' | 'users') => new Map((await sql<{ id: string; external_id: string }>`select id, external_id from ${sql.table(table)} where external_id is not null`.execute(services.db)).rows.map(r => [r.external_id, r.id]))
  const [customers, users] = [await ids('customers'), await ids('users')]
  const staff = new Map((await sql<{ id: string; email: string; name: string; role: string }>`select id, email, name, role from staff`.execute(services.db)).rows.map(r => [r.email, r]))
  const as = (email: string): Ctx => {
    const person = staff.get(email)!
    return { ...services, actor: { kind: 'person', id: person.id, name: person.name }, access: accessOf(services, { id: person.id, role: person.role, rowScope: null }), now: new Date(), requestId: newId(), ip: null }
  }
  const resource = (name: string) => services.registry.named(name)!

  for (const { customerExternalId, owner } of owners) {
    const id = customers.get(customerExternalId), person = staff.get(owner)
    if (id && person) await services.db.transaction().execute(async trx => { await update(as('admin@demo.test'), trx, resource('customers'), id, { ownerId: person.id }, '*') })
  }
  for (const [label, group] of Map.groupBy(tags, t => t.tags.join('\0'))) {
    const group_ids = group.map(t => customers.get(t.customerExternalId)).filter(id => id !== undefined)
    for (let i = 0; i < group_ids.length; i += 200)
      await services.db.transaction().execute(trx => startOperation(as('success@demo.test'), trx, resource('customers'), 'tagging', { mode: 'bulk' }, { ids: group_ids.slice(i, i + 200), input: { tags: label.split('\0') } }, undefined))
  }
  for (const t of tickets) {
    const customerId = customers.get(t.customerExternalId)
    if (!customerId) continue
    await services.db.transaction().execute(async trx => {
      const row = await create(as('support@demo.test'), trx, resource('tickets'), {
        subject: t.subject, body: t.body, status: statuses[t.status], priority: t.priority, customerId, requesterId: users.get(t.requester.userId) ?? null,
        assigneeId: t.assignee ? staff.get(t.assignee)?.id ?? null : null, dueAt: t.dueAt,
      })
      await sql`update tickets set created_at = ${t.createdAt}, updated_at = ${t.createdAt}, solved_at = case when status = 'solved' then least(now(), ${t.createdAt}::timestamptz + interval '20 hours') end where id = ${row.id}`.execute(trx)
    })
  }
  for (const n of notes) {
    const customerId = customers.get(n.customerExternalId)
    if (!customerId || !staff.has(n.author)) continue
    await services.db.transaction().execute(async trx => {
      const row = await create(as(n.author), trx, resource('notes'), { body: n.body, customerId })
      await sql`update notes set created_at = ${n.createdAt}, updated_at = ${n.createdAt} where id = ${row.id}`.execute(trx)
    })
  }
  for (const table of ['customers', 'tickets', 'notes']) services.totals.changed(table)
}
