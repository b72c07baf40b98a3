import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createWorld, type World } from '../../../tests/support/world.ts'

let world: World
beforeAll(async () => { world = await createWorld() })
afterAll(() => world.close())

const make = async (name: string, tags: string[] = []) => (await world.as('admin').post('/v1/admin/customers', { name, tags })).body as { id: string }
const read = async (id: string) => (await world.as('admin').get(`/v1/admin/customers/${id}`)).body

describe('taking back', () => {
  it('removes exactly the labels that a bulk act added, once, and is told in the history', async () => {
    const [a, b] = [await make('A', ['vip']), await make('B')]
    const success = world.as('success')
    const { body: done } = await success.post('/v1/admin/customers/bulk/tagging', { ids: [a.id, b.id], input: { tags: ['vip', 'q4'] } })
    const undone = await success.delete(`/v1/admin/operations/${done.id}`)
    expect(undone.status).toBe(200)
    expect(undone.body).toMatchObject({ id: done.id, state: 'undone', undoable: false })
    expect([(await read(a.id)).tags, (await read(b.id)).tags]).toEqual([['vip'], []])
    expect((await success.delete(`/v1/admin/operations/${done.id}`)).body.code).toBe('already_undone')
    expect((await success.get(`/v1/admin/customers/${a.id}/history`)).body.map((e: any) => e.act)).toEqual(['untagging', 'tagging', 'create'])
  })

  it('gives a changed row its values back, unless somebody changed it since', async () => {
    const { id } = await make('Before')
    const admin = world.as('admin')
    const first = await admin.patch(`/v1/admin/customers/${id}`, { name: 'After' }, { 'if-match': '"v1"' })
    expect((await admin.delete(`/v1/admin/operations/${first.headers.get('x-operation-id')}`)).status).toBe(200)
    expect((await read(id)).name).toBe('Before')
    const second = await admin.patch(`/v1/admin/customers/${id}`, { name: 'Again' }, { 'if-match': '*' })
    await world.as('admin2').patch(`/v1/admin/customers/${id}`, { name: 'Theirs' }, { 'if-match': '*' })
    const late = await admin.delete(`/v1/admin/operations/${second.headers.get('x-operation-id')}`)
    expect([late.status, late.body.code, late.body.conflicts]).toEqual([409, 'undo_conflict', [id]])
    expect((await read(id)).name).toBe('Theirs')
  })

  it('brings a deleted row back and suspends again what was reactivated', async () => {
    const { id } = await make('Gone')
    const admin = world.as('admin')
    const gone = await admin.delete(`/v1/admin/customers/${id}`)
    expect((await admin.get(`/v1/admin/customers/${id}`)).status).toBe(404)
    expect((await admin.delete(`/v1/admin/operations/${gone.headers.get('x-operation-id')}`)).status).toBe(200)
    expect((await read(id)).name).toBe('Gone')
    const off = await admin.post(`/v1/admin/customers/${id}/actions/suspension`, { input: { reason: 'unpaid' } })
    await admin.delete(`/v1/admin/operations/${off.body.id}`)
    expect((await read(id)).access).toBe('open')
  })

  it('is over after the declared hours, needs the right to the inverse, and is nobody else\'s', async () => {
    const { id } = await make('Late')
    const { body: op } = await world.as('success').post(`/v1/admin/customers/${id}/actions/tagging`, { input: { tags: ['x'] } })
    expect((await world.as('support').delete(`/v1/admin/operations/${op.id}`)).status).toBe(404)
    await sql`update operations set undo_until = now() - interval '1 second' where id = ${op.id}`.execute(world.db)
    expect((await world.as('success').delete(`/v1/admin/operations/${op.id}`)).body.code).toBe('undo_expired')
    await sql`update operations set undo_until = now() + interval '1 hour' where id = ${op.id}`.execute(world.db)
    await sql`update staff set role = 'compliance' where id = ${world.staff.success!.id}`.execute(world.db)
    expect((await world.as('success').delete(`/v1/admin/operations/${op.id}`)).status).toBe(403)
    expect((await world.as('compliance').delete(`/v1/admin/operations/${op.id}`)).status).toBe(403)
    expect((await world.as('support').delete(`/v1/admin/operations/${op.id}`)).status).toBe(404)
    expect((await read(id)).tags).toEqual(['x'])
  })
})
