import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../engine/ids.ts'
import { createWorld, type World } from '../../tests/support/world.ts'
import { mentionsOf } from './mentions.ts'

let world: World
let id = ''
const day = (n: number) => new Date(Date.UTC(2026, 9, 1) + n * 86_400_000).toISOString()
beforeAll(async () => {
  world = await createWorld()
  const admin = world.as('admin')
  id = (await admin.post('/v1/admin/customers', { name: 'Palisade Health', tags: ['vip'] })).body.id
  await sql`update customers set mrr = 149000, mrr_native = 149000, plan = 'Scale', plans = '{Scale}', status = 'past_due', seats = 60, owner_id = ${world.staff.success!.id}, renews_at = ${day(90)} where id = ${id}`.execute(world.db)
  const account = newId(), product = newId(), invoice = newId(), event = newId()
  await sql`insert into billing_accounts (id, stripe_account_id, stripe_id, created_at, version_at, customer_id, linked_by) values (${account}, 'acct_1', 'cus_1', now(), now(), ${id}, 'created')`.execute(world.db)
  await sql`insert into products (id, stripe_account_id, stripe_id, created_at, version_at, name) values (${product}, 'acct_1', 'prod_1', now(), now(), 'Scale')`.execute(world.db)
  await sql`insert into subscriptions (id, stripe_account_id, stripe_id, created_at, version_at, customer_id, status, currency, plan, quantity, "interval", mrr) values (${newId()}, 'acct_1', 'sub_1', now(), now(), ${id}, 'past_due', 'usd', 'Scale', 60, 'year', 149000)`.execute(world.db)
  await sql`insert into invoices (id, stripe_account_id, stripe_id, created_at, version_at, customer_id, status, currency, total, amount_remaining, number, attempt_count, due_date, next_payment_attempt)
    values (${invoice}, 'acct_1', 'in_1', ${day(1)}, now(), ${id}, 'open', 'usd', 286000, 286000, 'QD-2026-0417', 2, ${day(2)}, now() + interval '2 days')`.execute(world.db)
  await sql`insert into payments (id, stripe_account_id, stripe_id, created_at, version_at, customer_id, status, amount, currency, card_brand, card_last4, paid_at) values (${newId()}, 'acct_1', 'pi_1', ${day(0)}, now(), ${id}, 'succeeded', 149000, 'usd', 'visa', '4242', ${day(0)})`.execute(world.db)
  await sql`insert into stripe_events (id, stripe_account_id, stripe_id, type, livemode, created_at, payload) values (${event}, 'acct_1', 'evt_1', 'invoice.payment_failed', false, now(), '{}')`.execute(world.db)
  await sql`insert into payment_attempts (id, stripe_account_id, event_id, invoice_stripe_id, at, outcome, amount, currency) values (${newId()}, 'acct_1', ${event}, 'in_1', ${day(3)}, 'failed', 286000, 'usd')`.execute(world.db)
  await sql`insert into mrr_movements (id, stripe_account_id, customer_id, billing_account_id, stripe_customer_id, subscription_stripe_id, plan_id, product_stripe_id, effective_at, day, category, cause, currency, native_e4, native_amount, book_currency, amount_e4, amount, amount_exact, quality, lines, live)
    values (${newId()}, 'acct_1', ${id}, ${account}, 'cus_1', 'sub_1', ${product}, 'prod_1', now() - interval '5 days', current_date, 'contraction', 'quantity', 'usd', -120000000, -12000, 'usd', -120000000, -12000, -12000, 'observed', '[]', true)`.execute(world.db)
  const user = (await admin.post('/v1/admin/users', { name: 'Jelle de Wit', customerId: id })).body
  const ticket = (await world.as('support').post('/v1/admin/tickets', { subject: 'SSO loop', body: 'It loops.', customerId: id, requesterId: user.id, priority: 'urgent' })).body
  await world.as('support').post('/v1/admin/replies', { ticketId: ticket.id, body: 'Try now.' })
  await world.as('support').post('/v1/admin/replies', { ticketId: ticket.id, body: 'Secret among us', kind: 'internal' })
  await world.as('success').post('/v1/admin/notes', { customerId: id, body: `Spoke to finance. @Support Person, please look; copy to nobody@support person.example` })
  await world.as('success').post(`/v1/admin/customers/${id}/actions/tagging`, { input: { tags: ['q4'] } })
  await world.as('success').post(`/v1/admin/customers/${id}/actions/suspension`, { input: { reason: 'Unpaid' } })
})
afterAll(() => world.close())
const titles = async (role: string, query = '') => (await world.as(role).get(`/v1/admin/customers/${id}/timeline${query}`)).body.map((e: any) => e.title)

describe('the timeline of a customer', () => {
  it('tells everything an administrator may see, newest first', async () => {
    const { body } = await world.as('admin').get(`/v1/admin/customers/${id}/timeline`)
    expect(body.map((e: any) => e.at)).toEqual(body.map((e: any) => e.at).toSorted().toReversed())
    expect(body.map((e: any) => e.title)).toEqual(expect.arrayContaining([
      'Success Person wrote a note', 'Support Person answered: SSO loop', 'Ticket opened: SSO loop', 'Jelle de Wit joined', 'MRR fell', 'Payment failed, first attempt', 'Invoice QD-2026-0417 sent', 'Payment came in',
      'Success Person added tags', 'Success Person suspended access', 'Admin Person made this customer',
    ]))
    expect(body.find((e: any) => e.title === 'Payment failed, first attempt')).toMatchObject({ kind: 'money', amount: 286000, currency: 'usd', icon: 'credit-card' })
    expect(body.find((e: any) => e.title === 'Success Person added tags').detail).toBe('q4')
    expect(body.find((e: any) => e.title === 'Success Person suspended access').detail).toBe('Unpaid')
    expect(JSON.stringify(body)).not.toContain('Secret among us')
  })

  it('is cut by kind and paged by its cursor without gap or repeat', async () => {
    const all = (await world.as('admin').get(`/v1/admin/customers/${id}/timeline`)).body.map((e: any) => e.id)
    const paged: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const answer: any = await world.as('admin').get(`/v1/admin/customers/${id}/timeline?limit=3${cursor ? `&before=${cursor}` : ''}`)
      paged.push(...answer.body.map((e: any) => e.id))
      cursor = answer.headers.get('x-next-cursor')
    }
    expect(paged).toEqual(all)
    expect(new Set(paged).size).toBe(paged.length)
    const kinds = (await world.as('admin').get(`/v1/admin/customers/${id}/timeline?kind=contact`)).body.map((e: any) => e.kind)
    expect(new Set(kinds)).toEqual(new Set(['contact']))
  })

  it('leaves out what a role may not read', async () => {
    expect(await titles('support', '?kind=money')).toEqual([])
    expect(await titles('success', '?kind=money')).toEqual([])
    expect(await titles('finance', '?kind=money')).toContain('MRR fell')
    const finance = await titles('finance')
    expect(finance).toContain('Success Person wrote a note')
    expect(finance.some((t: string) => t.startsWith('Ticket'))).toBe(false)
    const marketing = await titles('marketing')
    expect(marketing.every((t: string) => !/ticket|note|joined|Payment/i.test(t))).toBe(true)
  })

  it('refuses unknown parameters, kinds, cursors and rows', async () => {
    for (const query of ['?x=1', '?kind=gossip', '?before=yesterday', '?limit=0', '?limit=1e9', '?before=%00']) expect((await world.as('admin').get(`/v1/admin/customers/${id}/timeline${query}`)).status, query).toBe(400)
    expect((await world.as('admin').get(`/v1/admin/customers/${newId()}/timeline`)).status).toBe(404)
    expect((await world.as('admin').get('/v1/admin/customers/x/overview')).status).toBe(404)
  })
})

describe('the overview of a customer', () => {
  it('gives the head figures an administrator may see', async () => {
    const { body } = await world.as('admin').get(`/v1/admin/customers/${id}/overview`)
    expect(body).toMatchObject({
      mrr: { amount: 149000, currency: 'usd', change30d: -12000 }, plan: { name: 'Scale', seats: 60, interval: 'year', others: 0 }, owner: { name: 'Success Person' }, tickets: { open: 1, overdue: 0 }, users: { total: 1 },
      overdue: { amount: 286000, currency: 'usd', invoices: 1, attempts: 2, number: 'QD-2026-0417' }, card: { brand: 'visa', last4: '4242' },
    })
    expect(body.lastContactAt).toBeTruthy()
  })
  it('is cut to the rights of the role, keys too', async () => {
    const success = (await world.as('success').get(`/v1/admin/customers/${id}/overview`)).body
    expect(success.mrr.amount).toBe(149000)
    expect(success).not.toHaveProperty('overdue')
    expect(Object.keys((await world.as('marketing').get(`/v1/admin/customers/${id}/overview`)).body)).toEqual(['id', 'plan'])
    expect((await world.as('compliance').get(`/v1/admin/customers/${id}/overview`)).body).not.toHaveProperty('mrr')
  })
})

describe('notes', () => {
  it('mention colleagues by @ and name, the longest name wins, addresses mention nobody', () => {
    const people = [{ id: '1', name: 'Ann' }, { id: '2', name: 'Ann Lee' }, { id: '3', name: 'Jörg' }]
    expect(mentionsOf('@ann lee and @JÖRG', people)).toEqual(['2', '3'])
    expect(mentionsOf('@Anna, mail@ann.example', people)).toEqual([])
    expect(mentionsOf('(@Ann)', people)).toEqual(['1'])
  })
  it('keep who is mentioned, are theirs who wrote them, and come back after a delete', async () => {
    const { body: [note] } = await world.as('success').get(`/v1/admin/notes?customerId=${id}`)
    expect(note).toMatchObject({ mentions: ['Support Person'], authorId: world.staff.success!.id })
    expect((await world.as('success').get('/v1/admin/notes?mentions=Support Person')).body).toHaveLength(1)
    expect((await world.as('support').patch(`/v1/admin/notes/${note.id}`, { body: 'x' }, { 'if-match': '"v1"' })).status).toBe(403)
    expect((await world.as('support').delete(`/v1/admin/notes/${note.id}`)).status).toBe(403)
    expect((await world.as('success').post('/v1/admin/notes', { customerId: id, body: 'x', authorId: world.staff.admin!.id })).status).toBe(400)
    expect((await world.as('success').delete(`/v1/admin/notes/${note.id}`)).status).toBe(200)
    expect((await world.as('success').get(`/v1/admin/notes/${note.id}`)).status).toBe(404)
    expect((await world.as('success').post(`/v1/admin/notes/${note.id}/restore`)).status).toBe(200)
  })
})
