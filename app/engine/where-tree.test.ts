import fc from 'fast-check'
import { expect, test } from 'vitest'
import { limits, type Leaf, type Where } from '../../resources/engine/filter-grammar.ts'
import { parseListQuery, formatListQuery } from './list-query.ts'
import { sampleCustomers as customers } from '../../tests/support/manifest-sample.ts'
import { conditionsOf, depthOf, isGroup, newCondition, newGroup, treeOf, whereOf, whyNotYet, withPart } from './where-tree.ts'

const text = fc.string({ minLength: 1, maxLength: 8, unit: 'binary' }).filter(s => s.isWellFormed())
const leaf: fc.Arbitrary<Leaf> = fc.oneof(
  fc.record({ field: fc.constantFrom('name', 'mrr'), op: fc.constantFrom('eq' as const, 'ne' as const, 'like' as const, 'gte' as const), value: text }),
  fc.record({ field: fc.constant('tags'), op: fc.constantFrom('in' as const, 'nin' as const), value: fc.array(text, { minLength: 1, maxLength: 4 }) }),
  fc.record({ field: fc.constant('mrr'), op: fc.constant('between' as const), value: fc.tuple(text, text).map(p => [...p]) }),
  fc.record({ field: fc.constant('renewsAt'), op: fc.constant('null' as const), value: fc.constantFrom('true', 'false') }),
)
const group = (depth: number): fc.Arbitrary<Where> => {
  const part: fc.Arbitrary<Where> = depth > 1 ? fc.oneof({ weight: 3, arbitrary: leaf as fc.Arbitrary<Where> }, { weight: 2, arbitrary: group(depth - 1) }) : leaf
  return fc.tuple(fc.boolean(), fc.array(part, { minLength: 1, maxLength: 4 })).map(([all, parts]) => (all ? { and: parts } : { or: parts }))
}

test('nested conditions come back from the editor, and from the address, as they were', () => {
  fc.assert(fc.property(group(limits.depth), where => {
    const tree = treeOf(where)
    expect(whereOf(tree)).toEqual(where)
    const query = { ...parseListQuery('', customers), where }
    expect(parseListQuery(formatListQuery(query, customers), customers).where).toEqual(where)
    expect(depthOf(tree)).toBeLessThanOrEqual(limits.depth)
    expect(whyNotYet(tree)).toBe(conditionsOf(tree).length > limits.leaves ? 'At most 50 conditions are possible.' : null)
  }))
})

test('chips become conditions that all hold beside what was nested', () => {
  const chips: Leaf[] = [{ field: 'status', op: 'in', value: ['active'] }, { field: 'renewsAt', op: 'null', value: 'false' }]
  const or: Where = { or: [{ field: 'name', op: 'eq', value: 'x' }] }
  expect(whereOf(treeOf(null, chips))).toEqual({ and: chips })
  expect(whereOf(treeOf(or, chips))).toEqual({ and: [or, ...chips] })
  expect(whereOf(treeOf({ and: [chips[0]!] }, [chips[1]!]))).toEqual({ and: chips })
  expect(whereOf(treeOf(chips[0]!))).toEqual({ and: [chips[0]] })
})

test('parts are changed and removed by their key; nothing left is no condition', () => {
  const tree = treeOf({ or: [{ field: 'name', op: 'eq', value: 'a' }, { and: [{ field: 'name', op: 'eq', value: 'b' }] }] })
  const [a, inner] = tree.parts
  const changed = withPart(tree, a!.key, part => ({ ...part, values: ['c'] }) as typeof part)
  expect(whereOf(changed)).toEqual({ or: [{ field: 'name', op: 'eq', value: 'c' }, { and: [{ field: 'name', op: 'eq', value: 'b' }] }] })
  expect(changed.parts[1]).toEqual(inner)
  const without = withPart(tree, a!.key, () => null)
  expect(whereOf(without)).toEqual({ or: [{ and: [{ field: 'name', op: 'eq', value: 'b' }] }] })
  expect(isGroup(inner!) && whereOf(withPart(without, inner.parts[0]!.key, () => null))).toBe(null)
  expect(whereOf(withPart(tree, tree.key, () => null))).toBe(null)
})

test('what cannot be applied yet says why', () => {
  const full = (n: number) => newGroup('and', Array.from({ length: n }, () => ({ ...newCondition('name', 'eq'), values: ['x'] })))
  expect(whyNotYet(full(50))).toBe(null)
  expect(whyNotYet(full(51))).toMatch(/At most 50/)
  expect(whyNotYet(newGroup('or', [newGroup('and', [newGroup('or', [newGroup('and', [])])])]))).toMatch(/3 deep/)
  expect(whyNotYet(newGroup('or', [newCondition('', 'eq')]))).toMatch(/no value/)
  expect(whyNotYet(newGroup('or', [newCondition('name', 'between')]))).toMatch(/no value/)
  expect(whyNotYet(newGroup('or', [newCondition('name', 'empty')]))).toBe(null)
})
