import { createHmac } from 'node:crypto'
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'

/** The header a receiver checks: `t` in Unix seconds and v1, the HMAC of `t.body` under the endpoint's secret. */
export function signatureHeader(body: string, secret: string, t: number): string {
  return `t=${t},v1=${createHmac('sha256', secret).update(`${t}.${body}`).digest('hex')}`
}

export interface Answer {
  /** HTTP status, 0 when nobody answered. */
  status: number
  /** Seconds the receiver asked us to wait. */
  retryAfter: number | null
}

/** Posts signed bodies to one address over a few connections that stay open. */
export class Sender {
  readonly #url: URL
  readonly #agent: HttpAgent | HttpsAgent
  readonly #request: typeof httpRequest

  constructor(url: string, connections: number) {
    this.#url = new URL(url)
    const secure = this.#url.protocol === 'https:'
    this.#agent = secure ? new HttpsAgent({ keepAlive: true, maxSockets: connections }) : new HttpAgent({ keepAlive: true, maxSockets: connections })
    this.#request = secure ? httpsRequest : httpRequest
  }

  post(body: string, headers: Record<string, string>): Promise<Answer> {
    return new Promise((resolve) => {
      const request = this.#request(
        this.#url,
        { method: 'POST', agent: this.#agent, timeout: 30_000, headers: { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body), 'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)', ...headers } },
        (response) => {
          response.resume()
          const after = Number(response.headers['retry-after'])
          response.on('end', () => resolve({ status: response.statusCode ?? 0, retryAfter: Number.isFinite(after) && after > 0 ? after : null }))
          response.on('error', () => resolve({ status: 0, retryAfter: null }))
        },
      )
      request.on('timeout', () => request.destroy())
      request.on('error', () => resolve({ status: 0, retryAfter: null }))
      request.end(body)
    })
  }

  close(): void {
    this.#agent.destroy()
  }
}
