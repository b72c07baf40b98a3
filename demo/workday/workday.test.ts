import { expect, it } from 'vitest'
import { productUsers } from '../product/product-users.ts'
import { DEMO_STAFF } from '../staff.ts'
import { workday } from './workday.ts'

const FIRST_DAY = '2026-03-17'
const done = workday(1, FIRST_DAY)
const staff = new Set(DEMO_STAFF.map(({ email }) => email))
const users = new Map(productUsers(1, FIRST_DAY).map((user) => [user.userId, user]))

it('is the same for the same seed and day', () => {
  expect(workday(1, FIRST_DAY)).toEqual(done)
})

it('has tickets from users of the customer they are about, before the first day, some late and some nobody took', () => {
  expect(done.tickets).toHaveLength(120)
  for (const ticket of done.tickets) {
    expect(users.get(ticket.requester.userId)).toMatchObject({ organizationId: ticket.customerExternalId, email: ticket.requester.email })
    expect(ticket.createdAt < `${FIRST_DAY}T00:00:00.000Z` && ticket.dueAt > ticket.createdAt).toBe(true)
    if (ticket.assignee !== null) expect(staff).toContain(ticket.assignee)
    expect(`${ticket.subject}${ticket.body}`).not.toMatch(/[{}]/)
  }
  expect(new Set(done.tickets.map(({ status }) => status)).size).toBe(4)
  expect(new Set(done.tickets.map(({ priority }) => priority)).size).toBe(4)
  const open = done.tickets.filter(({ status }) => status === 'open')
  expect(open.some(({ dueAt }) => dueAt < `${FIRST_DAY}T00:00:00.000Z`)).toBe(true)
  expect(open.some(({ assignee }) => assignee === null)).toBe(true)
})

it('has notes by staff, who name each other as they mention each other', () => {
  expect(done.notes).toHaveLength(150)
  expect(done.notes.filter(({ mentions }) => mentions.length > 0).length).toBeGreaterThan(20)
  for (const { author, body, mentions, createdAt } of done.notes) {
    expect(staff).toContain(author)
    expect(createdAt < `${FIRST_DAY}T00:00:00.000Z`).toBe(true)
    for (const email of mentions) expect(body).toContain(`@${DEMO_STAFF.find((person) => person.email === email)!.name}`)
    expect(body).not.toMatch(/[{}]/)
  }
})

it('gives tags and owners to customers, once each', () => {
  for (const list of [done.tags, done.owners]) expect(new Set(list.map(({ customerExternalId }) => customerExternalId)).size).toBe(list.length)
  expect(done.tags.flatMap(({ tags }) => tags)).toEqual(expect.arrayContaining(['vip', 'payment-risk', 'at-risk', 'win-back']))
  expect(done.owners.every(({ owner }) => staff.has(owner))).toBe(true)
  expect(done.owners.length).toBeGreaterThan(100)
})
