import { TOTP } from 'otpauth'
import { sql } from 'kysely'
import { seedStaff } from '../../api/staff/seed-staff.ts'
import { publicUrl, type Answer, type World } from './world.ts'

export const demoSecret = 'QUARTERDECKDEMO2QUARTERDECKDEMO2'
export const password = 'a long enough pass phrase'

/** What an authenticator app shows now, or `steps` half minutes away. */
export const codeNow = (secret = demoSecret, steps = 0): string => new TOTP({ secret, algorithm: 'SHA1', digits: 6, period: 30 }).generate({ timestamp: Date.now() + steps * 30_000 })

/** Six digits that are none of the codes accepted now. */
export const wrongCode = (secret = demoSecret): string => {
  const right = new Set([-2, -1, 0, 1, 2].map(n => codeNow(secret, n)))
  return ['000000', '111111', '222222', '333333', '444444', '555555'].find(c => !right.has(c))!
}

/** Forgets which code was used last, so that a test need not wait half a minute. */
export const forgetStep = async (world: World): Promise<void> => { await sql`update staff_two_factors set last_step = 0`.execute(world.db) }

export interface Browser {
  cookies: Map<string, string>
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
}

/** A browser with a cookie jar, talking to the app through its front door. `ip` is the socket's address. */
export function browser(world: Pick<World, 'app'>, ip = '127.0.0.1'): Browser {
  const cookies = new Map<string, string>()
  return {
    cookies,
    async send(method, path, body, headers = {}) {
      const response = await world.app.request(path, {
        method, body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
        headers: { cookie: [...cookies].map(([k, v]) => `${k}=${v}`).join('; '), ...(method === 'GET' ? {} : { origin: publicUrl }), ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      }, { incoming: { socket: { remoteAddress: ip } } })
      for (const line of response.headers.getSetCookie()) {
        const [pair, ...attributes] = line.split(';')
        const at = pair!.indexOf('=')
        if (attributes.some(a => /^\s*max-age=0$/i.test(a))) cookies.delete(pair!.slice(0, at))
        else cookies.set(pair!.slice(0, at), pair!.slice(at + 1))
      }
      const text = await response.text()
      let parsed: unknown = text
      try { parsed = JSON.parse(text) } catch { /* no JSON */ }
      return { status: response.status, headers: response.headers, body: parsed, text }
    },
  }
}

/** A person with a password and an authenticator for step-up that sign-in does not ask for, as in the demo. */
export const person = async (world: World, name: string, role = 'support'): Promise<{ id: string; email: string }> => {
  const email = `${name}@people.test`
  return { email, id: await seedStaff(world.services, { email, name: `${name} Person`, role, password, totpSecret: demoSecret }) }
}

/** Signs in with email and password and answers the browser that holds the session. */
export const signedInAs = async (world: World, email: string, ip?: string): Promise<Browser> => {
  const b = browser(world, ip)
  const answer = await b.send('POST', '/api/auth/sign-in/email', { email, password })
  if (answer.status !== 200) throw new Error(`sign-in answered ${answer.status}: ${answer.text}`)
  return b
}

/** Acts of the audit log about a person, oldest first. */
export const actsOn = async (world: World, subjectId: string | null): Promise<string[]> =>
  (await sql<{ act: string }>`select act from audit_log where resource = 'staff' and subject_id is not distinct from ${subjectId} order by seq`.execute(world.db)).rows.map(r => r.act)
