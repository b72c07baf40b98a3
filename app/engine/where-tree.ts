import { isLeaf, limits, type Leaf, type Where } from '../../resources/engine/filter-grammar.ts'
import { isFilled, type Draft } from './filter-value.tsx'
import { choiceOf, valuesOf } from './filter-words.ts'

/** Nested conditions while they are edited. Every part has a key, so that it keeps its inputs while others come and go. */
export type Part = Group | Condition
export interface Group { key: number; join: 'and' | 'or'; parts: Part[] }
export interface Condition extends Draft { key: number; field: string }

export const isGroup = (part: Part): part is Group => 'parts' in part

let last = 0
const nextKey = (): number => ++last

export const newCondition = (field: string, choice: Draft['choice']): Condition => ({ key: nextKey(), field, choice, values: [] })
export const newGroup = (join: Group['join'], parts: Part[] = []): Group => ({ key: nextKey(), join, parts })

const conditionOf = (leaf: Leaf): Condition => ({ key: nextKey(), field: leaf.field, choice: choiceOf(leaf.op, leaf.value), values: (Array.isArray(leaf.value) ? leaf.value : [leaf.value]).map(String) })

const partOf = (where: Where): Part => (isLeaf(where) ? conditionOf(where) : 'and' in where ? newGroup('and', where.and.map(partOf)) : newGroup('or', where.or.map(partOf)))

/** What is edited: the nested conditions and the chips that are to join them, as one group. */
export const treeOf = (where: Where | null, chips: readonly Leaf[] = []): Group => {
  const root = where ? partOf(where) : newGroup('and')
  if (chips.length === 0) return isGroup(root) ? root : newGroup('and', [root])
  const parts = isGroup(root) && root.join === 'and' ? root.parts : [root]
  return newGroup('and', [...parts, ...chips.map(conditionOf)])
}

export const leafOf = ({ field, choice, values }: Pick<Condition, 'field' | 'choice' | 'values'>): Leaf =>
  choice === 'empty' || choice === 'filled' ? { field, op: 'null', value: String(choice === 'empty') }
  : { field, op: choice, value: valuesOf(choice) === 'one' ? values[0] ?? '' : valuesOf(choice) === 'two' ? values.slice(0, 2) : values.filter(v => v !== '') }

/** The tree as the grammar has it; groups without conditions are left out, null when nothing is left. */
export const whereOf = (part: Part): Where | null => {
  if (!isGroup(part)) return leafOf(part)
  const parts = part.parts.map(whereOf).filter(p => p !== null)
  return parts.length === 0 ? null : part.join === 'and' ? { and: parts } : { or: parts }
}

export const conditionsOf = (part: Part): Condition[] => (isGroup(part) ? part.parts.flatMap(conditionsOf) : [part])
export const depthOf = (part: Part): number => (isGroup(part) ? 1 + Math.max(0, ...part.parts.map(depthOf)) : 0)

/** Replaces the part of that key, or takes it away. */
export const withPart = (root: Group, key: number, change: (part: Part) => Part | null): Group => {
  const walk = (part: Part): Part | null => (part.key === key ? change(part) : isGroup(part) ? { ...part, parts: part.parts.map(walk).filter(p => p !== null) } : part)
  const next = walk(root)
  return next && isGroup(next) ? next : newGroup('and')
}

/** Why the tree cannot be applied as it is; null when it can. */
export const whyNotYet = (root: Group): string | null => {
  const all = conditionsOf(root)
  return all.length > limits.leaves ? `At most ${limits.leaves} conditions are possible.`
    : depthOf(root) > limits.depth ? `Groups may be nested ${limits.depth} deep.`
    : all.some(c => c.field === '' || !isFilled(c)) ? 'A condition has no value yet.' : null
}
