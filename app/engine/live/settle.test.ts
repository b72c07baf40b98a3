import { expect, test } from 'vitest'
import { settle, waitingWords } from './settle.ts'

const row = (id: string, n = 0) => ({ id, n })

test('rows keep their places and take their newest values', () => {
  expect(settle([row('a'), row('b'), row('c')], [row('c', 1), row('a', 2), row('b')])).toEqual({ rows: [row('a', 2), row('b'), row('c', 1)], fresh: 0, gone: 0 })
})

test('new rows wait and are counted; rows that left stay until somebody looks', () => {
  expect(settle([row('a'), row('b')], [row('x'), row('y'), row('a', 1)])).toEqual({ rows: [row('a', 1), row('b')], fresh: 2, gone: 1 })
  expect(settle([], [row('x')])).toEqual({ rows: [], fresh: 1, gone: 0 })
  expect(settle([row('a')], [])).toEqual({ rows: [row('a')], fresh: 0, gone: 1 })
})

test('what waits is said in words', () => {
  expect([waitingWords({ fresh: 3, gone: 1 }), waitingWords({ fresh: 0, gone: 2 }), waitingWords({ fresh: 0, gone: 0 })]).toEqual(['3 new', 'The list has changed', null])
})
