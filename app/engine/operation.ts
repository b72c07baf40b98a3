/** What an action answers, also at /operations/:id. */
export interface Operation {
  id: string
  resource: string
  action: string
  state: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'undone'
  total: number
  done: number
  skipped: number
  failed: number
  results?: { id: string; outcome: 'done' | 'skipped' | 'failed'; reason?: string | null }[]
  error?: string | null
  undoable: boolean
  undoUntil: string | null
  approval?: { needed: number; approvedBy: unknown[] }
}

/** The reasons of rows that were left out, most frequent first, each with its number. */
export const leftOut = (operation: Operation): { reason: string; n: number }[] => {
  const reasons = new Map<string, number>()
  for (const result of operation.results ?? []) if (result.outcome !== 'done') reasons.set(result.reason ?? 'No reason was given', (reasons.get(result.reason ?? 'No reason was given') ?? 0) + 1)
  return [...reasons].map(([reason, n]) => ({ reason, n })).toSorted((a, b) => b.n - a.n)
}
