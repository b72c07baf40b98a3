import { sql } from 'kysely'
import { Problem } from '../engine/errors.ts'
import type { ActionVerb } from '../engine/registry.ts'

/** Gives a set of tickets to a colleague, or to nobody. The inverse names whose each was. */
export const assignTickets: ActionVerb = async (_ctx, trx, { ids, input }) => {
  const to = input.assigneeId as string | null
  if (to !== null) {
    const { rows } = await sql`select 1 from staff where id = ${to} and active and deleted_at is null`.execute(trx)
    if (!rows.length) throw new Problem('unprocessable', 'Assignee: there is no such person.', { errors: { assigneeId: ['There is no such person.'] } })
  }
  const { rows } = await sql<{ id: string; before: string | null }>`
    with present as (select id, assignee_id as before from tickets where id = any(${ids}::uuid[])),
      written as (update tickets t set assignee_id = ${to}, version = version + 1, updated_at = now() from present p where p.id = t.id and p.before is distinct from ${to}::uuid)
    select id, before from present`.execute(trx)
  return rows.map(r => r.before === to ? { id: r.id, outcome: 'skipped', reason: to ? 'Theirs already' : 'Nobody’s already' }
    : { id: r.id, outcome: 'done', inverse: { assigneeId: r.before }, changes: { assigneeId: { before: r.before, after: to } } })
}

const setStatus = (status: 'open' | 'solved'): ActionVerb => async (ctx, trx, { ids }) => {
  const { rows } = await sql<{ id: string; before: string }>`
    with present as (select id, status as before from tickets where id = any(${ids}::uuid[])),
      written as (update tickets t set status = ${status}, solved_at = ${status === 'solved' ? ctx.now : null}, version = version + 1, updated_at = now() from present p where p.id = t.id)
    select id, before from present`.execute(trx)
  return rows.map(r => ({ id: r.id, outcome: 'done', inverse: { status: r.before }, changes: { status: { before: r.before, after: status } } }))
}

export const solveTickets = setStatus('solved')
export const reopenTickets = setStatus('open')
