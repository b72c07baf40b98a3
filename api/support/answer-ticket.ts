import { sql } from 'kysely'
import { audit } from '../engine/audit.ts'
import type { ResourceServer } from '../engine/registry.ts'

/**
 * What a reply does to its ticket: a public one stops the clock, hands an open ticket to the customer, and makes it the writer's if it was nobody's.
 * An internal one only moves the ticket up in the list of changes.
 */
export const answerTicket: NonNullable<ResourceServer['afterWrite']> = async (ctx, trx, { values }) => {
  const answers = values.kind !== 'internal'
  const { rows: [ticket] } = await sql<{ id: string; before: string; after: string; owner: string | null; taken: string | null }>`
    with present as (select id, status, assignee_id from tickets where id = ${values.ticketId} for update)
    update tickets t set updated_at = ${ctx.now}, version = t.version + 1,
      first_replied_at = case when ${answers} then coalesce(t.first_replied_at, ${ctx.now}) else t.first_replied_at end,
      last_replied_at = case when ${answers} then ${ctx.now} else t.last_replied_at end,
      due_at = case when ${answers} then null else t.due_at end,
      status = case when ${answers} and t.status = 'open' then 'waiting' else t.status end,
      assignee_id = case when ${answers} then coalesce(t.assignee_id, ${ctx.actor.kind === 'person' ? ctx.actor.id : null}::uuid) else t.assignee_id end
    from present p where p.id = t.id returning t.id, p.status as before, t.status as after, p.assignee_id as owner, t.assignee_id as taken`.execute(trx)
  if (!ticket) return
  const changes = {
    ...(ticket.before !== ticket.after ? { status: { before: ticket.before, after: ticket.after } } : {}),
    ...(ticket.owner !== ticket.taken ? { assigneeId: { before: ticket.owner, after: ticket.taken } } : {}),
  }
  await audit(trx, ctx, [{ act: answers ? 'reply' : 'internal-reply', resource: 'tickets', subjectId: ticket.id, changes }])
}
