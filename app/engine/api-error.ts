import type { HttpError } from '@refinedev/core'

/** What every failed call rejects with: the API's own body `{ message, code, errors, requestId }`, kept whole. Status 0 = no answer. */
export class ApiError extends Error implements HttpError {
  [key: string]: unknown
  statusCode: number
  code: string
  /** Sentences per field, as the form shows them. */
  errors: Record<string, string[]>
  requestId: string | null
  /** Everything else the body carried: `current` of a 412, `expected` and `found` of a moved selection. */
  body: Record<string, unknown>
  /** Seconds to wait, from Retry-After. */
  retryAfter: number | null

  constructor(answer: { status: number; body?: unknown; headers?: Record<string, unknown>; message?: string; code?: string }) {
    const body = isRecord(answer.body) ? answer.body : {}
    super(answer.message ?? (typeof body.message === 'string' && body.message ? body.message : fallback(answer.status)))
    this.name = 'ApiError'
    this.statusCode = answer.status
    this.code = answer.code ?? (typeof body.code === 'string' ? body.code : '')
    this.errors = isRecord(body.errors) ? Object.fromEntries(Object.entries(body.errors).map(([k, v]) => [k, (Array.isArray(v) ? v : [v]).map(String)])) : {}
    const fromHeader = answer.headers?.['x-request-id']
    this.requestId = typeof body.requestId === 'string' ? body.requestId : typeof fromHeader === 'string' ? fromHeader : null
    const wait = answer.headers?.['retry-after']
    this.retryAfter = typeof wait === 'string' && /^\d+$/.test(wait) ? Number(wait) : null
    this.body = body
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

const fallback = (status: number): string =>
  status === 0 ? 'The server cannot be reached.'
  : status === 429 ? 'Too many requests. Wait a moment.'
  : status >= 500 ? 'The server could not answer.'
  : 'The request was refused.'

export const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError ? error : new ApiError({ status: 0, message: error instanceof Error ? error.message : undefined })
