export interface Answer { status: number; body: Record<string, unknown>; retryAfter: number | null }

/** Posts JSON to our own server. Never throws: a network failure is status 0. `retryAfter` is in seconds. */
export const post = async (url: string, body: unknown): Promise<Answer> => {
  try {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
    const wait = response.headers.get('retry-after') ?? response.headers.get('x-retry-after')
    const parsed: unknown = await response.json().catch(() => null)
    return {
      status: response.status,
      body: typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {},
      retryAfter: wait && /^\d+$/.test(wait) ? Number(wait) : null,
    }
  } catch {
    return { status: 0, body: {}, retryAfter: null }
  }
}

/** The sentence for an answer that is not a success; `wrong` is what a refusal means on this page. */
export const sentence = (answer: Answer, wrong: string): string => {
  if (answer.status === 0) return 'The server cannot be reached. Check the connection and try again.'
  if (answer.status === 429) {
    const minutes = answer.retryAfter ? Math.ceil(answer.retryAfter / 60) : null
    return minutes === null ? 'Too many tries. Wait a few minutes.' : `Too many tries. Wait ${minutes === 1 ? 'a minute' : `${minutes} minutes`}.`
  }
  if (answer.status >= 500) return 'The server could not answer. Nothing was changed. Try again in a moment.'
  return wrong
}
