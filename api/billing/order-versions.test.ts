import { describe, expect, it } from 'vitest'
import { item, price, subscription, version } from '../../tests/support/stripe-factory.ts'
import { orderVersions } from './order-versions.ts'

const p = price('p', 1000)
const seats = (n: number) => subscription([item(p, n)])
const was = (n: number) => ({ items: { data: [item(p, n)] } })
const quantityAfter = (list: Parameters<typeof orderVersions>[0]) => {
  const { versions, ties } = orderVersions(list)
  return { quantity: (versions.at(-1)!.facts as any).items.data[0].quantity as number, ties: ties.length }
}
const orders = <T>(list: T[]): T[][] => list.length < 2 ? [list] : list.flatMap((x, i) => orders([...list.slice(0, i), ...list.slice(i + 1)]).map(rest => [x, ...rest]))

describe('versions of one second', () => {
  const second = '2026-02-01T10:00:00Z'
  it('are chained by their previous attributes, whatever their ids and order of arrival', () => {
    const list = [version('2026-01-01', 'customer.subscription.created', seats(1)), version(second, 'customer.subscription.updated', seats(2), was(1), 'evt_z'), version(second, 'customer.subscription.updated', seats(3), was(2), 'evt_m'), version(second, 'customer.subscription.updated', seats(4), was(3), 'evt_a')]
    for (const order of orders(list)) expect(quantityAfter(order)).toEqual({ quantity: 4, ties: 0 })
  })
  it('that go there and back are told apart by the state before', () => {
    const there = version(second, 'customer.subscription.updated', seats(2), was(1), 'evt_b'), back = version(second, 'customer.subscription.updated', seats(1), was(2), 'evt_c')
    for (const order of orders([version('2026-01-01', 'customer.subscription.created', seats(1)), there, back])) expect(quantityAfter(order)).toEqual({ quantity: 1, ties: 0 })
    for (const order of orders([version('2026-01-01', 'customer.subscription.created', seats(2)), there, back])) expect(quantityAfter(order)).toEqual({ quantity: 2, ties: 0 })
  })
  it('put a creation first and a deletion last', () => {
    const gone = subscription([item(p, 1)], { status: 'canceled', ended_at: 1 })
    const list = [version(second, 'customer.subscription.deleted', gone, null, 'evt_1'), version(second, 'customer.subscription.created', seats(1), null, 'evt_3'), version(second, 'customer.subscription.updated', seats(2), was(1), 'evt_2')]
    for (const order of orders(list)) expect((orderVersions(order).versions.at(-1)!.facts as any).status).toBe('canceled')
  })
  it('without a chain ask for a fetch, which decides; else they are one transition, the same in every order', () => {
    const one = version(second, 'customer.subscription.updated', seats(5), was(9), 'evt_1'), other = version(second, 'customer.subscription.updated', seats(7), was(8), 'evt_2')
    for (const order of orders([version('2026-01-01', 'customer.subscription.created', seats(1)), one, other])) expect(quantityAfter(order)).toEqual({ quantity: 5, ties: 1 })
    for (const order of orders([one, other, version('2026-02-01T10:00:09Z', null, seats(7))])) {
      const { versions, ties } = orderVersions(order)
      expect([ties.length, (versions[0]!.facts as any).items.data[0].quantity]).toEqual([0, 7])
    }
  })
  it('are decided by what comes after them, if that says what it follows', () => {
    const list = [version(second, 'customer.subscription.updated', seats(5), was(9)), version(second, 'customer.subscription.updated', seats(7), was(8)), version('2026-03-01', 'customer.subscription.updated', seats(6), was(7))]
    for (const order of orders(list)) expect((orderVersions(order).versions[0]!.facts as any).items.data[0].quantity).toBe(7)
  })
  it('count one event once', () => {
    const e = version(second, 'customer.subscription.updated', seats(2), was(1))
    expect(orderVersions([e, e, e]).versions).toHaveLength(1)
  })
})
