import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWorld, publicUrl, type World } from '../tests/support/world.ts'

let world: World
beforeAll(async () => { world = await createWorld() })
afterAll(() => world.close())

const run = (...args: string[]) => promisify(execFile)(process.execPath, ['--import', 'tsx', path.join(import.meta.dirname, 'create-write-key.ts'), ...args], {
  env: { PATH: process.env.PATH, DATABASE_URL: world.urls.app, PUBLIC_URL: publicUrl, MASTER_KEYS: `k1:${Buffer.alloc(32).toString('base64')}`, DEMO: '0' },
})

describe('create-write-key', () => {
  it('prints a key that opens the door, and leaves its row in the audit log', async () => {
    const { stdout } = await run('--name', 'Production API')
    expect(stdout.trim()).toMatch(/^qdw_\S+$/)
    const answer = await world.app.request('/v1/identify', { method: 'POST', headers: { authorization: `Bearer ${stdout.trim()}` }, body: JSON.stringify({ userId: 'u1' }) })
    expect(await answer.json()).toEqual({ success: true, accepted: 1, rejected: 0 })
    const { body } = await world.as('admin').get('/v1/admin/audit-log?resource=write-keys')
    expect(body).toMatchObject([{ act: 'create', actor: 'Command line' }])
  })
  it('says what is missing', async () => {
    await expect(run()).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('--name is required') })
  })
})
