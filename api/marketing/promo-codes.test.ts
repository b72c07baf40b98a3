import { sql } from 'kysely'
import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startStandIn, type StandIn } from '../../demo/stripe/stand-in.ts'
import { readRedemptionsHandler } from '../../jobs/marketing/read-redemptions.ts'
import { tellPromoCodesHandler } from '../../jobs/marketing/tell-promo-codes.ts'
import { createWorld, type World } from '../../tests/support/world.ts'
import { randomCode } from './generate-promo-codes.ts'

let world: World, standIn: StandIn, stripe: Stripe
beforeAll(async () => {
  standIn = await startStandIn({ seed: 1, firstDay: '2026-03-17', now: () => new Date('2026-03-17T09:00:00Z') })
  stripe = new Stripe('sk_test_demo', { host: '127.0.0.1', port: standIn.port, protocol: 'http', telemetry: false })
  world = await createWorld()
  world.services.config.stripe = { secretKey: 'sk_test_demo', apiBase: standIn.url, livemode: false }
})
afterAll(async () => { await world.close(); await standIn.stop() })

const tell = () => tellPromoCodesHandler(world.services, [], new AbortController().signal)
const make = (body: Record<string, unknown>, role = 'marketing') => world.as(role).post('/v1/admin/promo-codes', body)
const show = async (id: string) => (await world.as('marketing').get(`/v1/admin/promo-codes/${id}`)).body
const atStripe = async (id: string) => {
  const { rows: [row] } = await sql<{ code: string }>`select stripe_promotion_code_id as code from promo_codes where id = ${id}`.execute(world.db)
  return stripe.promotionCodes.retrieve(row!.code, { expand: ['promotion.coupon'] })
}

describe('a promo code', () => {
  it('is made here, told to Stripe as coupon and promotion code, and known then', async () => {
    const made = await make({ code: 'SPRING-25', percentOff: 25, duration: 'repeating', months: 3, maxRedemptions: 100, campaign: 'Spring' })
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({ state: 'waiting', active: true, redemptions: 0, createdBy: world.staff.marketing!.id })
    await tell()
    expect(await show(made.body.id)).toMatchObject({ state: 'live', error: null, version: 1 })
    const code = await atStripe(made.body.id)
    expect(code).toMatchObject({ code: 'SPRING-25', active: true, max_redemptions: 100 })
    expect(await stripe.coupons.retrieve(`quarterdeck-${made.body.id}`)).toMatchObject({ percent_off: 25, duration: 'repeating', duration_in_months: 3 })
  })

  it('takes an amount in the currency of the book', async () => {
    const { body } = await make({ code: 'TWENTY', discount: 'amount', amountOff: 2_000 })
    await tell()
    expect(await stripe.coupons.retrieve(`quarterdeck-${body.id}`)).toMatchObject({ amount_off: 2_000, currency: 'usd', percent_off: null, duration: 'once' })
  })

  it.each([
    ['no percentage', { code: 'NOTHING' }, 'percentOff'],
    ['an amount beside a percentage', { code: 'BOTH', percentOff: 10, amountOff: 500 }, 'amountOff'],
    ['a percentage on an amount', { code: 'OTHER', discount: 'amount', amountOff: 500, percentOff: 5 }, 'percentOff'],
    ['more than all', { code: 'ALL', percentOff: 101 }, 'percentOff'],
    ['months that nobody asked for', { code: 'MONTHS', percentOff: 10, months: 2 }, 'months'],
    ['some months without a number', { code: 'HOWLONG', percentOff: 10, duration: 'repeating' }, 'months'],
    ['a space in the code', { code: 'A B', percentOff: 10 }, 'code'],
  ])('with %s is refused at its field', async (_, body, field) => {
    const answer = await make(body)
    expect(answer.status).toBe(422)
    expect(Object.keys(answer.body.errors)).toContain(field)
  })

  it('exists once, whatever its letters', async () => {
    await make({ code: 'ONCE-ONLY', percentOff: 5 })
    const again = await make({ code: 'once-only', percentOff: 5 })
    expect(again.status).toBe(422)
    expect(again.body.errors.code).toBeDefined()
  })

  it('keeps its terms: only the campaign can be changed', async () => {
    const { body } = await make({ code: 'TERMS', percentOff: 5 })
    expect((await world.as('marketing').patch(`/v1/admin/promo-codes/${body.id}`, { percentOff: 50 }, { 'if-match': '"v1"' })).status).toBe(400)
    expect((await world.as('marketing').patch(`/v1/admin/promo-codes/${body.id}`, { campaign: 'Autumn' }, { 'if-match': '"v1"' })).body).toMatchObject({ campaign: 'Autumn', percentOff: 5 })
  })

  it('that Stripe refuses says why, and is not asked for again', async () => {
    await stripe.coupons.create({ id: 'elsewhere', percent_off: 5, duration: 'once' })
    await stripe.promotionCodes.create({ code: 'TAKEN', promotion: { type: 'coupon', coupon: 'elsewhere' } })
    const { body } = await make({ code: 'TAKEN', percentOff: 5 })
    await tell()
    await tell()
    expect(await show(body.id)).toMatchObject({ state: 'failed', error: expect.stringContaining('already exists') })
  })

  it('waits while Stripe is away, and is made once when it was made just before a crash', async () => {
    const { body } = await make({ code: 'PATIENT', percentOff: 5 })
    standIn.failNext(20, 500)
    await expect(tell()).rejects.toThrow()
    standIn.failNext(0, 500)
    expect(await show(body.id)).toMatchObject({ state: 'waiting' })
    await tell()
    const first = await atStripe(body.id)
    await sql`update promo_codes set stripe_promotion_code_id = null, stripe_coupon_id = null, told_active = null, state = 'waiting' where id = ${body.id}`.execute(world.db)
    await tell()
    expect((await atStripe(body.id)).id).toBe(first.id)
  })

  it('is turned off and on again at Stripe, by hand, by undo and by deletion', async () => {
    const { body } = await make({ code: 'SWITCH', percentOff: 5 })
    await tell()
    const off = await world.as('marketing').post('/v1/admin/promo-codes/bulk/deactivation', { ids: [body.id], input: {} })
    expect(off.body).toMatchObject({ done: 1, undoable: true })
    await tell()
    expect((await atStripe(body.id)).active).toBe(false)
    expect((await world.as('marketing').delete(`/v1/admin/operations/${off.body.id}`)).body.state).toBe('undone')
    await tell()
    expect((await atStripe(body.id)).active).toBe(true)
    expect((await world.as('marketing').delete(`/v1/admin/promo-codes/${body.id}`)).status).toBe(200)
    await tell()
    expect((await atStripe(body.id)).active).toBe(false)
  })

  it('counts what Stripe says was redeemed', async () => {
    const { body } = await make({ code: 'COUNTED', percentOff: 5 })
    await tell()
    const { id } = await atStripe(body.id)
    const subscriptions = await stripe.subscriptions.list({ status: 'active', limit: 2 })
    for (const s of subscriptions.data) await stripe.subscriptions.update(s.id, { discounts: [{ promotion_code: id }] })
    await readRedemptionsHandler(world.services, [], new AbortController().signal)
    expect(await show(body.id)).toMatchObject({ redemptions: 2, version: 1 })
    expect((await world.as('finance').get('/v1/admin/promo-codes?redemptions_gt=0')).body).toHaveLength(1)
  })
})

describe('many promo codes', () => {
  it('are generated at once: unguessable, of the same terms, each with its audit row, taken back by turning them off', async () => {
    const made = await world.as('marketing').post('/v1/admin/promo-codes/actions/generation', { input: { count: 300, prefix: 'fair-', campaign: 'Fair', percentOff: 15 } })
    expect(made.body).toMatchObject({ state: 'done', total: 300, done: 300, undoable: true })
    const { body: rows, headers } = await world.as('marketing').get('/v1/admin/promo-codes?campaign=Fair&_end=200')
    expect(headers.get('x-total-count')).toBe('300')
    expect(new Set(rows.map((r: any) => r.code)).size).toBe(200)
    expect(rows.every((r: any) => /^FAIR-[2-9A-HJKMNP-Z]{10}$/.test(r.code) && r.percentOff === 15 && r.createdBy === world.staff.marketing!.id)).toBe(true)
    expect((await world.as('marketing').get(`/v1/admin/promo-codes/${rows[0].id}/history`)).body[0]).toMatchObject({ act: 'generation', changes: { code: { before: null, after: rows[0].code } } })
  })

  it('of terms that do not fit, or too many, are refused whole', async () => {
    const ask = (input: Record<string, unknown>) => world.as('marketing').post('/v1/admin/promo-codes/actions/generation', { input })
    expect((await ask({ count: 3 })).body.errors).toHaveProperty('percentOff')
    expect((await ask({ count: 1_001, percentOff: 5 })).status).toBe(422)
    expect((await ask({ count: 2, percentOff: 5, prefix: 'a b' })).status).toBe(422)
  })

  it.each(['finance', 'auditor', 'success', 'support', 'compliance'])('are not for %s to make', async role => {
    expect((await world.as(role).post('/v1/admin/promo-codes/actions/generation', { input: { count: 1, percentOff: 5 } })).status).toBe(403)
    expect((await make({ code: 'MINE', percentOff: 5 }, role)).status).toBe(403)
  })

  it('never share a code by chance', () => {
    expect(new Set(Array.from({ length: 5_000 }, () => randomCode('A-'))).size).toBe(5_000)
  })
})
