import { expect, test } from 'vitest'
import { changedFields, differences } from './changes.ts'

test('a form sends only what was changed', () => {
  const before = { name: 'Acme', email: null, tags: ['a'], ownerId: '1', seats: 0 }
  expect(changedFields(before, { name: 'Acme', email: '', tags: ['a'], ownerId: null, seats: 0 })).toEqual({ ownerId: null })
  expect(changedFields(before, { tags: ['a', 'b'], name: undefined })).toEqual({ tags: ['a', 'b'] })
  expect(changedFields({}, { name: 'Acme', email: '' })).toEqual({ name: 'Acme' })
})

test('a conflict names what both changed, and what only the other changed', () => {
  const base = { name: 'Acme', email: 'a@x.test', tags: ['a'], plan: 'Scale', mrr: 1 }
  const mine = { name: 'Acme Ltd', email: 'a@x.test', tags: ['a', 'b'] }
  const theirs = { name: 'Acme Inc', email: 'b@x.test', tags: ['a', 'b'], plan: 'Growth', mrr: 2 }
  expect(differences(base, mine, theirs, ['name', 'email', 'tags'])).toEqual([
    { field: 'name', base: 'Acme', mine: 'Acme Ltd', theirs: 'Acme Inc', both: true },
    { field: 'email', base: 'a@x.test', mine: 'a@x.test', theirs: 'b@x.test', both: false },
    { field: 'tags', base: ['a'], mine: ['a', 'b'], theirs: ['a', 'b'], both: false },
  ])
})
