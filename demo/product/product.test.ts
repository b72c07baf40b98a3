import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY, secondsOf } from '../company/calendar.ts'
import { company } from '../company/company.ts'
import { productFacts, type ProductFact } from './product-facts.ts'
import { productUsers } from './product-users.ts'
import { sendProductFacts } from './send-product-facts.ts'

const FIRST_DAY = '2026-03-17'
const today = secondsOf(FIRST_DAY)

describe('the users of the company', () => {
  const users = productUsers(1, FIRST_DAY)
  const present = users.filter(({ createdAt }) => createdAt < today)

  it('are about 4,000 on the first day, 3 to 60 in each organisation, the same for the same seed', () => {
    expect(present.length).toBeGreaterThan(3300)
    expect(present.length).toBeLessThan(4700)
    const sizes = new Map<string, number>()
    for (const { organizationId } of users) sizes.set(organizationId, (sizes.get(organizationId) ?? 0) + 1)
    expect(Math.min(...sizes.values())).toBeGreaterThanOrEqual(3)
    expect(Math.max(...sizes.values())).toBeLessThanOrEqual(60)
    expect(productUsers(1, FIRST_DAY)).toEqual(users)
  })

  it('have ids and mail addresses of their own', () => {
    expect(new Set(users.map(({ userId }) => userId)).size).toBe(users.length)
    expect(new Set(users.map(({ email }) => email)).size).toBe(users.length)
    expect(users.every(({ email }) => /^[a-z0-9.-]+@[a-z0-9-]+\.example$/.test(email))).toBe(true)
  })

  it('belong to organisations that Stripe customers name in their metadata', () => {
    const named = new Set([...company(1, FIRST_DAY).stateAt(Infinity).values()].flatMap((object) => (object.object === 'customer' ? [object.metadata.organization_id] : [])))
    expect(users.every(({ organizationId }) => named.has(organizationId))).toBe(true)
  })
})

describe('what the product tells', () => {
  it('is the same in one stretch as in two, each message once, in order', () => {
    const whole = productFacts(1, FIRST_DAY, today - 3 * DAY, today + 2 * DAY)
    const parts = [...productFacts(1, FIRST_DAY, today - 3 * DAY, today - 40_000), ...productFacts(1, FIRST_DAY, today - 40_000, today + 2 * DAY)]
    expect(parts).toEqual(whole)
    expect(new Set(whole.map(({ messageId }) => messageId)).size).toBe(whole.length)
    expect(whole.every(({ timestamp }, place) => place === 0 || timestamp >= whole[place - 1].timestamp)).toBe(true)
    expect(new Set(whole.map(({ type }) => type))).toEqual(new Set(['identify', 'group', 'track']))
  })
})

describe('sending', () => {
  const got: ProductFact[] = []
  const batches: number[] = []
  let refusals = 0
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const right = request.url === '/v1/batch' && request.headers.authorization === `Basic ${Buffer.from('wk_demo:').toString('base64')}`
      if (!right) return response.writeHead(401).end()
      if (refusals > 0) {
        refusals--
        return response.writeHead(503).end()
      }
      const { batch } = JSON.parse(gunzipSync(Buffer.concat(parts)).toString()) as { batch: ProductFact[] }
      got.push(...batch)
      batches.push(batch.length)
      return response.writeHead(200).end()
    })
  })
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())))
  const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  it('brings everything in batches of at most 500 and tries again what was refused for now', async () => {
    refusals = 2
    const { sent } = await sendProductFacts({ seed: 1, firstDay: FIRST_DAY, url: url(), writeKey: 'wk_demo', since: new Date(0), now: new Date(today * 1000) })
    expect(got).toEqual(productFacts(1, FIRST_DAY, 0, today))
    expect(sent).toBe(got.length)
    expect(sent).toBeGreaterThan(8000)
    expect(sent).toBeLessThan(16_000)
    expect(Math.max(...batches)).toBeLessThanOrEqual(500)
  })

  it('gives up at once on a key that is not known', async () => {
    await expect(sendProductFacts({ seed: 1, firstDay: FIRST_DAY, url: url(), writeKey: 'wk_other', since: new Date(0), now: new Date(today * 1000) })).rejects.toThrow('401')
  })
})
