import { expect, test } from 'vitest'
import { fromSearch, toSearch } from './router-provider.tsx'

test('values with & + % # and lists of fifty survive an address', () => {
  const query = { name: 'R&D', email: 'a+b@x.com', note: '50% #1 =?', id: Array.from({ length: 50 }, (_, i) => `id-${i}`) }
  expect(fromSearch(toSearch(query))).toEqual(query)
  expect(toSearch({ gone: null, absent: undefined })).toBe('')
})
