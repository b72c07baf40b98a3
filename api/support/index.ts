import type { Domain } from '../engine/registry.ts'
import { answerTicket } from './answer-ticket.ts'
import { assignTickets, reopenTickets, solveTickets } from './move-tickets.ts'
import { replyDue } from './reply-time.ts'

export const support: Domain = {
  resources: {
    tickets: {
      columns: ({ before, values, now, actorId }) => ({
        ...(before ? {} : { created_by: actorId }),
        ...(!before && !values.dueAt && (values.status ?? 'open') === 'open' ? { due_at: replyDue(values.priority, now) } : {}),
        ...('status' in values && values.status !== before?.status ? { solved_at: values.status === 'solved' ? now : null } : {}),
      }),
      actions: { assignment: assignTickets, solution: solveTickets, reopening: reopenTickets },
    },
    replies: { columns: ({ actorId }) => ({ author_id: actorId }), afterWrite: answerTicket },
  },
}
