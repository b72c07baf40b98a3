import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { listen, type Listening } from '../../api/engine/serve.ts'
import { createWorld, publicUrl, type World } from '../support/world.ts'

let world: World, web: Listening
beforeAll(async () => {
  world = await createWorld({ env: { STRIPE_WEBHOOK_SECRET: 'whsec_large' } })
  web = await listen(world.app, { host: '127.0.0.1', port: 0, requestTimeout: 16_000 })
})
afterAll(async () => { await web.close(); await world.close() })

/** What a socket of one's own may send: `head` first, then pieces for as long as the server listens. Answers its status, how many bytes it took and whether it hung up. */
function send(head: string, piece: string | null, { every = 0, pieces = Infinity } = {}): Promise<{ status: number; sent: number }> {
  return new Promise(resolve => {
    let text = '', sent = 0, ended = false
    const socket = connect(web.port, '127.0.0.1', () => {
      socket.write(head)
      const next = () => {
        if (ended || piece === null || sent >= pieces * piece.length) return
        sent += piece.length
        const roomy = socket.write(piece)
        if (every) setTimeout(next, every)
        else if (roomy) setImmediate(next)
        else socket.once('drain', next)
      }
      next()
    })
    const end = () => { if (ended) return; ended = true; socket.destroy(); resolve({ status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? 0), sent }) }
    socket.on('data', d => { text += d; if (/\r\n\r\n[\s\S]*\}/.test(text) || /^HTTP\/1\.1 4\d\d [^\r]*\r\nConnection: close\r\n\r\n/.test(text)) end() })
    socket.on('error', end)
    socket.on('close', end)
  })
}
const head = (line: string, more: Record<string, string> = {}) => `${line} HTTP/1.1\r\n${Object.entries({ Host: '127.0.0.1:3000', Cookie: world.as('admin').cookie, Origin: publicUrl, ...more }).map(([k, v]) => `${k}: ${v}\r\n`).join('')}\r\n`
const json = { 'Content-Type': 'application/json' }
const hundred = 100 * 1024 * 1024
const doors = ['/v1/admin/customers', '/v1/admin/customers/import', '/v1/admin/customers/bulk/tagging', '/v1/admin/step-up', '/api/auth/sign-in/email', '/webhooks/stripe', '/v1/batch']
const megabyte = 'x'.repeat(1 << 20)
const chunk = `${megabyte.length.toString(16)}\r\n${megabyte}\r\n`

/** Somebody else is served while `attack` goes on: the answer comes before the attack has ended or, where it ended at once, after it. */
async function servedMeanwhile<T>(attack: Promise<T>): Promise<T> {
  const other = await fetch(`http://127.0.0.1:${web.port}/livez`)
  expect(other.status).toBe(200)
  return attack
}

describe('a request', () => {
  it('of 100 MB is refused by what it announces, long before it has been taken in', async () => {
    for (const door of doors) {
      const { status, sent } = await servedMeanwhile(send(head(`POST ${door}`, { ...json, 'Content-Length': String(hundred) }), megabyte, { pieces: 100 }))
      expect([door, status, sent < hundred / 2]).toEqual([door, 413, true])
    }
  })

  it('whose chunks have no end is refused when it is too large', async () => {
    for (const door of doors) {
      const { status, sent } = await servedMeanwhile(send(head(`POST ${door}`, { ...json, 'Transfer-Encoding': 'chunked' }), chunk, { pieces: 200 }))
      expect([door, status, sent < 100 * chunk.length]).toEqual([door, 413, true])
    }
  })

  it('that comes byte by byte is ended, and holds up nobody meanwhile', async () => {
    const slow = send(head('POST /v1/admin/customers', { ...json, 'Content-Length': '1000' }), ' ', { every: 200 })
    for (let i = 0; i < 5; i++) expect((await world.as('admin').get('/v1/admin/customers?_end=1')).status).toBe(200)
    const { status, sent } = await servedMeanwhile(slow)
    expect([0, 408]).toContain(status)
    expect(sent).toBeLessThan(1000)
  })

  it('with ten thousand headers or a hundred thousand parameters is refused, with some thousands it is answered in a sentence', async () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`x-${i}`, '1']))
    expect((await servedMeanwhile(send(head('GET /v1/admin/customers', many), null))).status).toBe(431)
    const parameters = (n: number) => Array.from({ length: n }, (_, i) => `a${i}=1`).join('&')
    expect((await servedMeanwhile(send(head(`GET /v1/admin/customers?${parameters(100_000)}`), null))).status).toBe(431)
    expect((await servedMeanwhile(send(head(`GET /v1/admin/customers?${parameters(3_000)}`), null))).status).toBe(400)
    // where no server of ours stands in front, the app itself has to bear it
    for (const query of [parameters(100_000), Array.from({ length: 100_000 }, () => 'id=1').join('&'), Array.from({ length: 100_000 }, () => 'status=active').join('&'), `_where=${'['.repeat(50_000)}`, `q=${'%41'.repeat(50_000)}`])
      expect([query.slice(0, 20), (await world.as('admin').get(`/v1/admin/customers?${query}`)).status]).toEqual([query.slice(0, 20), 400])
  })
})
