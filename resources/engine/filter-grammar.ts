import type { FieldType } from './fields.ts'

/** Every operator of the one filter grammar: URL, `_where`, saved views, bulk and export all speak it. */
export const operators = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'like', 'nlike', 'starts', 'ends', 'in', 'nin', 'between', 'null'] as const
export type Operator = (typeof operators)[number]

/** Longest first, so that `_nlike` is not read as `_like`. `eq` is written without suffix. */
export const suffixes: readonly Exclude<Operator, 'eq'>[] = ['between', 'starts', 'nlike', 'like', 'ends', 'null', 'nin', 'gte', 'lte', 'in', 'ne', 'lt', 'gt']

const ordered: readonly Operator[] = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'in', 'nin', 'between', 'null']
const texts: readonly Operator[] = ['eq', 'ne', 'like', 'nlike', 'starts', 'ends', 'in', 'nin', 'null']
const sets: readonly Operator[] = ['eq', 'ne', 'in', 'nin', 'null']

/** Which operators a field type understands. `tags=x` means has x, `tags_in` any of, `tags_nin` none of. */
export const operatorsOf: Record<FieldType, readonly Operator[]> = {
  text: texts, email: texts,
  int: ordered, decimal: ordered, money: ordered, date: ordered, instant: ordered, score: ordered,
  enum: sets, boolean: sets, relation: sets, tags: sets,
  json: [],
}

/** One condition. `field` may be a declared path through a relation such as `customer.status`. */
export interface Leaf { field: string; op: Operator; value: unknown }
/** Nested conditions as `_where` carries them: depth at most 3, at most 50 leaves. */
export type Where = Leaf | { and: Where[] } | { or: Where[] }

export const limits = { values: 200, depth: 3, leaves: 50, text: 500, page: 200, offset: 10_000, ids: 200 } as const

export const isLeaf = (w: Where): w is Leaf => 'field' in w
