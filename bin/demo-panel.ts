/** Signs in as a person would and calls the panel's API with that session. */
export async function panel(local: string, publicUrl: string, email: string, password: string) {
  const headers = { 'content-type': 'application/json', origin: new URL(publicUrl).origin }
  const signIn = await fetch(`${local}/api/auth/sign-in/email`, { method: 'POST', headers, body: JSON.stringify({ email, password }) })
  if (!signIn.ok) throw new Error(`${email} could not sign in: ${signIn.status} ${await signIn.text()}`)
  const cookie = signIn.headers.getSetCookie().map(c => c.split(';')[0]).join('; ')
  const call = async (method: string, path: string, body?: unknown, extra: Record<string, string> = {}): Promise<any> => {
    const answer = await fetch(`${local}${path}`, { method, headers: { ...headers, cookie, ...extra }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`)
    return text ? JSON.parse(text) : undefined
  }
  return {
    get: (path: string) => call('GET', path),
    post: (path: string, body: unknown) => call('POST', path, body),
    patch: (path: string, body: unknown, version: number) => call('PATCH', path, body, { 'if-match': `"v${version}"` }),
    signOut: () => call('POST', '/api/auth/sign-out', {}),
  }
}

export type Panel = Awaited<ReturnType<typeof panel>>
