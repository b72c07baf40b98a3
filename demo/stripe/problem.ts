/** An answer in Stripe's error shape. */
export class StripeProblem extends Error {
  readonly status: 400 | 401 | 402 | 404 | 429 | 500
  readonly type: string
  readonly code: string | undefined
  readonly param: string | undefined

  constructor(status: StripeProblem['status'], message: string, details: { type?: string; code?: string; param?: string } = {}) {
    super(message)
    this.status = status
    this.type = details.type ?? (status === 500 ? 'api_error' : 'invalid_request_error')
    this.code = details.code
    this.param = details.param
  }

  toJSON(): object {
    return { error: { type: this.type, message: this.message, ...(this.code && { code: this.code }), ...(this.param && { param: this.param }) } }
  }
}

export function missing(word: string, id: string, param = 'id'): StripeProblem {
  return new StripeProblem(param === 'id' ? 404 : 400, `No such ${word.replaceAll('_', ' ')}: '${id}'`, { code: 'resource_missing', param })
}

export function wrong(param: string, message: string): StripeProblem {
  return new StripeProblem(400, message, { code: 'parameter_invalid', param })
}
