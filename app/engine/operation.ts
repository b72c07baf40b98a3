import { apiRoot, http } from './http.ts'

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
  results?: { id: string; outcome: 'waiting' | 'done' | 'skipped' | 'failed'; reason?: string | null }[]
  error?: string | null
  undoable: boolean
  undoUntil: string | null
  createdBy?: string | null
  approval?: { needed: number; approvedBy: string[] } | null
  /** When an act that waits for its time leaves. */
  runsAt?: string | null
  /** At /operations/:id only: its rows are being taken back; how many were. */
  takingBack?: boolean
  takenBack?: number
  asks?: string | null
}

export const isOpen = (operation: Pick<Operation, 'state'>): boolean => operation.state === 'waiting' || operation.state === 'running'

/** `not_found` and other words of the API as people say them. */
export const reasonWords = (reason: string | null | undefined): string => reason === 'not_found' ? 'Not there any more, or not yours' : reason ?? 'No reason was given'

/** The reasons of rows that were left out, most frequent first, each with its number. */
export const leftOut = (operation: Operation): { reason: string; n: number }[] => {
  const reasons = new Map<string, number>()
  for (const result of operation.results ?? []) if (result.outcome !== 'done') reasons.set(reasonWords(result.reason), (reasons.get(reasonWords(result.reason)) ?? 0) + 1)
  return [...reasons].map(([reason, n]) => ({ reason, n })).toSorted((a, b) => b.n - a.n)
}

/** How far it is, from 0 to 1: rows looked at, or rows taken back. */
export const progressOf = (operation: Operation): number => operation.takingBack ? (operation.takenBack ?? 0) / Math.max(1, operation.done) : (operation.done + operation.skipped + operation.failed) / Math.max(1, operation.total)

export const fetchOperation = async (id: string, signal?: AbortSignal): Promise<Operation> => (await http.get<Operation>(`${apiRoot}/operations/${id}`, { signal })).data
export const cancelOperation = async (id: string): Promise<Operation> => (await http.post<Operation>(`${apiRoot}/operations/${id}/cancel`, {})).data
export const retryOperation = async (id: string): Promise<Operation> => (await http.post<Operation>(`${apiRoot}/operations/${id}/retry`, {})).data
export const approveOperation = async (id: string): Promise<Operation> => (await http.post<Operation>(`${apiRoot}/operations/${id}/approve`, {})).data
export const rejectOperation = async (id: string, reason: string): Promise<Operation> => (await http.post<Operation>(`${apiRoot}/operations/${id}/reject`, { reason })).data
/** Takes back. `leave`: rows that were changed since stay as they are, instead of being a conflict. */
export const undoOperation = async (id: string, leave = false): Promise<Operation> => (await http.delete<Operation>(`${apiRoot}/operations/${id}${leave ? '?changed=leave' : ''}`)).data
