/** Statuses of the contract, one word each. */
export type ErrorCode =
  | 'bad_request' | 'unknown_parameter' | 'field_not_filterable' | 'unwritable_field' | 'malformed'
  | 'unauthenticated' | 'forbidden' | 'step_up_required' | 'second_factor_required' | 'not_found'
  | 'selection_moved' | 'undo_expired' | 'undo_conflict' | 'already_undone' | 'idempotency_mismatch' | 'fx_rate_missing' | 'conflict'
  | 'stale' | 'precondition_required' | 'too_large' | 'not_json' | 'not_csv' | 'unprocessable' | 'rate_limited' | 'unavailable' | 'internal' | 'method_not_allowed'

const statusOf: Record<ErrorCode, number> = {
  bad_request: 400, unknown_parameter: 400, field_not_filterable: 400, unwritable_field: 400, malformed: 400,
  unauthenticated: 401, forbidden: 403, step_up_required: 403, second_factor_required: 403, not_found: 404, method_not_allowed: 405,
  selection_moved: 409, undo_expired: 409, undo_conflict: 409, already_undone: 409, idempotency_mismatch: 409, fx_rate_missing: 409, conflict: 409,
  stale: 412, too_large: 413, not_json: 415, not_csv: 415, unprocessable: 422, precondition_required: 428, rate_limited: 429, internal: 500, unavailable: 503,
}

/**
 * The one error of the product: a sentence for the person, a code for the program. Whatever else is thrown becomes a 500 with a request id
 * and no detail.
 *
 * @example throw new Problem('unprocessable', 'The code is already taken.', { errors: { code: ['Another code is already called SPRING27.'] } })
 */
export class Problem extends Error {
  readonly code: ErrorCode
  readonly status: number
  readonly errors?: Record<string, string[]>
  /** More keys of the answer: `current`, `expected`, `found`. */
  readonly extra: Record<string, unknown>
  readonly retryAfter?: number

  constructor(code: ErrorCode, message: string, more: { errors?: Record<string, string[]>; extra?: Record<string, unknown>; retryAfter?: number; cause?: unknown } = {}) {
    super(message, { cause: more.cause })
    this.code = code
    this.status = statusOf[code]
    this.errors = more.errors
    this.extra = more.extra ?? {}
    this.retryAfter = more.retryAfter
  }
}

const away = new Set(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'EPIPE', '57P01', '57P02', '57P03', '53300', '08006', '08003', '08001', '08000'])

/** Translates what PostgreSQL or its driver threw into a Problem, or nothing when it is a fault of ours. */
export function databaseProblem(error: unknown): Problem | undefined {
  const { code, message } = error as { code?: string; message?: string }
  if (code && away.has(code)) return new Problem('unavailable', 'The database is away at the moment. Nothing was changed.', { retryAfter: 2, cause: error })
  if (message && /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/.test(message))
    return new Problem('unavailable', 'The database is away at the moment. Nothing was changed.', { retryAfter: 2, cause: error })
  if (code === '53100') return new Problem('unavailable', 'The disk of the database is full. Nothing was changed. An administrator has to make room.', { retryAfter: 30, cause: error })
  if (code === '57014') return new Problem('unavailable', 'The question took longer than the database may think. Nothing was changed. A narrower filter helps.', { retryAfter: 5, cause: error })
  if (code === '40001' || code === '40P01' || code === '55P03') return new Problem('unavailable', 'Somebody else is changing the same rows. Nothing was changed; try again.', { retryAfter: 1, cause: error })
  if (code === '22021' || code === '22P05') return new Problem('malformed', 'The text holds a character that cannot be stored.', { cause: error })
  if (code === '22003') return new Problem('malformed', 'A number is too large.', { cause: error })
  return undefined
}
