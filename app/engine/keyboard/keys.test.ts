import { expect, test } from 'vitest'
import { goToKeys, keyGroups, nameOfKey, press, type Binding } from './keys.ts'

const binding = (keys: string): Binding => ({ keys, run: () => undefined })
const plain = { ctrlKey: false, metaKey: false, altKey: false }

test('a key runs what it is bound to, the last that took it first', () => {
  const first = binding('e'), last = binding('e')
  expect(press('', 'e', [first, binding('x'), last])).toEqual({ binding: last, pending: '' })
  expect(press('', 'q', [first])).toEqual({ binding: undefined, pending: '' })
})

test('a sequence waits for its second key, and another key starts anew', () => {
  const c = binding('g c'), j = binding('j'), alone = binding('c')
  expect(press('', 'g', [c, j])).toEqual({ binding: undefined, pending: 'g' })
  expect(press('g', 'c', [c, alone])).toEqual({ binding: c, pending: '' })
  expect(press('g', 'j', [c, j])).toEqual({ binding: j, pending: '' })
  expect(press('g', 'g', [c, j])).toEqual({ binding: undefined, pending: 'g' })
  expect(press('g', 'z', [c, j])).toEqual({ binding: undefined, pending: '' })
})

test('keys with Control, Command or Alt are the browser’s', () => {
  expect([nameOfKey({ ...plain, key: 'c' }), nameOfKey({ ...plain, key: 'c', ctrlKey: true }), nameOfKey({ ...plain, key: 'c', metaKey: true }), nameOfKey({ ...plain, key: '[', altKey: true })]).toEqual(['c', null, null, null])
  expect([nameOfKey({ ...plain, key: ' ' }), nameOfKey({ ...plain, key: 'Escape' }), nameOfKey({ ...plain, key: '?' })]).toEqual(['Space', 'Esc', '?'])
})

test('no two addresses share a key, and no key stands twice in a group', () => {
  expect(new Set(Object.values(goToKeys)).size).toBe(Object.keys(goToKeys).length)
  for (const group of keyGroups) { const keys = group.keys.flatMap(k => k.keys); expect([group.title, new Set(keys).size]).toEqual([group.title, keys.length]) }
})
