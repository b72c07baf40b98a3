import { expect, test } from 'vitest'
import { withOpened } from './recent.ts'

test('what was opened last stands first, each record once, a dozen at most', () => {
  const a = { resource: 'customers', id: '1' }, b = { resource: 'tickets', id: '1' }
  expect(withOpened(withOpened([a], b), a)).toEqual([a, b])
  const many = Array.from({ length: 20 }, (_, i) => ({ resource: 'users', id: String(i) })).reduce(withOpened, [] as (typeof a)[])
  expect([many.length, many[0]!.id]).toEqual([12, '19'])
})
