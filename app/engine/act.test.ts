import { expect, test } from 'vitest'
import { confirmWords, whyNot } from './act.ts'
import { leftOut, type Operation } from './operation.ts'

const customers = ['Customer', 'Customers'] as const

test('the question of an action has the right number and plural, the rest stands below', () => {
  const confirm = 'Suspend {n} customers? Their people lose access at once. Billing goes on.'
  expect(confirmWords(confirm, 3, customers)).toEqual({ title: 'Suspend 3 customers?', rest: 'Their people lose access at once. Billing goes on.' })
  expect(confirmWords(confirm, 1, customers).title).toBe('Suspend 1 customer?')
  expect(confirmWords('Stop it', 2, customers)).toEqual({ title: 'Stop it', rest: '' })
})

test('an action that cannot run on a row says why, and an unreadable field hides nothing', () => {
  const action = { label: 'Suspend', on: ['row'] as const, when: { access: 'open', status: ['active', 'paused'] }, unless: 'Already suspended' }
  expect(whyNot(action, { access: 'open', status: 'paused' })).toBe(null)
  expect(whyNot(action, { access: 'suspended', status: 'active' })).toBe('Already suspended')
  expect(whyNot(action, { access: 'open', status: 'churned' })).toBe('Already suspended')
  expect(whyNot(action, {})).toBe(null)
})

test('rows left out are counted by reason', () => {
  const operation = { results: [{ id: '1', outcome: 'done' }, { id: '2', outcome: 'skipped', reason: 'Already suspended' }, { id: '3', outcome: 'failed', reason: 'Locked' }, { id: '4', outcome: 'skipped', reason: 'Already suspended' }] } as Operation
  expect(leftOut(operation)).toEqual([{ reason: 'Already suspended', n: 2 }, { reason: 'Locked', n: 1 }])
})
