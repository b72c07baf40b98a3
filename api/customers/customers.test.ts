import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWorld, type World } from '../../tests/support/world.ts'

let world: World
const made: string[] = []
beforeAll(async () => {
  world = await createWorld()
  for (const name of ['Acme', 'Brightwater', 'Cobalt & Sons', '100% Wool_Co', '=SUM(A1)']) {
    const { body, status } = await world.as('admin').post('/v1/admin/customers', { name, email: `mail@${name.toLowerCase().replace(/[^a-z]/g, '')}.example`, tags: ['vip'] })
    expect(status).toBe(201)
    made.push(body.id)
  }
})
afterAll(() => world.close())

describe('customers', () => {
  it('are listed with a total', async () => {
    const { status, body, headers } = await world.as('finance').get('/v1/admin/customers?_sort=name&_order=asc')
    expect(status).toBe(200)
    expect(headers.get('x-total-count')).toBe('5')
    expect(body.map((r: any) => r.name)).toEqual(['=SUM(A1)', '100% Wool_Co', 'Acme', 'Brightwater', 'Cobalt & Sons'])
  })

  it('change under the version that was seen, leave an operation and a history', async () => {
    const id = made[0]
    const admin = world.as('admin')
    expect((await admin.patch(`/v1/admin/customers/${id}`, { name: 'Acme Inc' })).status).toBe(428)
    const first = await admin.patch(`/v1/admin/customers/${id}`, { name: 'Acme Inc' }, { 'if-match': '"v1"' })
    expect(first.status).toBe(200)
    expect(first.headers.get('etag')).toBe('"v2"')
    expect(first.headers.get('x-operation-id')).toBeTruthy()
    const stale = await admin.patch(`/v1/admin/customers/${id}`, { name: 'Other' }, { 'if-match': '"v1"' })
    expect(stale.status).toBe(412)
    expect(stale.body.current.name).toBe('Acme Inc')
    const { body } = await admin.get(`/v1/admin/customers/${id}/history`)
    expect(body.map((e: any) => e.act)).toEqual(['update', 'create'])
    expect(body[0].changes).toEqual({ name: { before: 'Acme', after: 'Acme Inc' } })
  })

  it('are exported as CSV with harmless cells', async () => {
    const { status, text, headers } = await world.as('success').get('/v1/admin/customers/export.csv?_sort=name&_order=asc')
    expect(status).toBe(200)
    expect(headers.get('content-type')).toContain('text/csv')
    const lines = text.trim().split('\r\n')
    expect(lines).toHaveLength(6)
    expect(lines[1]).toContain("'=SUM(A1)")
    expect(lines[0]).not.toContain('mrrStripe')
  })

  it('are tagged as a set of one or many', async () => {
    const { status, body } = await world.as('success').post('/v1/admin/customers/bulk/tagging', { ids: made, input: { tags: ['vip', 'q4'] } })
    expect(status).toBe(200)
    expect(body).toMatchObject({ state: 'done', total: 5, done: 5, undoable: true })
    const again = await world.as('success').post(`/v1/admin/customers/${made[0]}/actions/tagging`, { input: { tags: ['q4'] } })
    expect(again.body).toMatchObject({ total: 1, done: 0, skipped: 1 })
  })
})
