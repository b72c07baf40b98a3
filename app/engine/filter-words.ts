import type { FieldType } from '../../resources/engine/fields.ts'
import type { Operator } from '../../resources/engine/filter-grammar.ts'

/** An operator as the editor offers it: `null` is two choices. */
export type Choice = Exclude<Operator, 'null'> | 'empty' | 'filled'

const numbers: Record<string, string> = { eq: 'is', ne: 'is not', lt: 'below', lte: 'at most', gt: 'above', gte: 'at least', between: 'between', in: 'is one of', nin: 'is none of' }
const times: Record<string, string> = { eq: 'on', ne: 'not on', lt: 'before', lte: 'until', gt: 'after', gte: 'from', between: 'between', in: 'on one of', nin: 'on none of' }
const words: Record<string, string> = { eq: 'is', ne: 'is not', like: 'contains', nlike: 'does not contain', starts: 'starts with', ends: 'ends with', in: 'is', nin: 'is not' }
const labels: Record<string, string> = { eq: 'has', ne: 'has not', in: 'has any of', nin: 'has none of' }

const byType: Record<FieldType, Record<string, string>> = {
  text: words, email: words, enum: words, relation: words, boolean: words, json: words, int: numbers, decimal: numbers, money: numbers, score: numbers, date: times, instant: times, tags: labels,
}

/** The operator between field and value, in people's words: MRR *at least*, Renews *before*, Tags *has any of*. */
export const operatorWords = (type: FieldType, choice: Choice): string =>
  choice === 'empty' ? (type === 'relation' || type === 'instant' || type === 'date' ? 'is not set' : 'is empty')
  : choice === 'filled' ? (type === 'relation' || type === 'instant' || type === 'date' ? 'is set' : 'is not empty')
  : byType[type][choice] ?? choice

const first: Record<FieldType, readonly Choice[]> = {
  text: ['like', 'in', 'starts', 'ends', 'nlike', 'nin'], email: ['like', 'in', 'starts', 'ends', 'nlike', 'nin'],
  enum: ['in', 'nin'], relation: ['in', 'nin'], boolean: ['eq'], tags: ['in', 'eq', 'nin'], json: [],
  int: ['gte', 'lte', 'between', 'eq', 'ne', 'gt', 'lt'], decimal: ['gte', 'lte', 'between', 'eq', 'ne', 'gt', 'lt'], money: ['gte', 'lte', 'between', 'eq', 'ne', 'gt', 'lt'], score: ['gte', 'lte', 'between', 'eq', 'ne', 'gt', 'lt'],
  date: ['gte', 'lte', 'between', 'lt', 'gt', 'eq'], instant: ['gte', 'lte', 'between', 'lt', 'gt', 'eq'],
}

/** What the editor offers for a field, best first; only operators the server allows on it. */
export const choicesFor = (type: FieldType, allowed: readonly Operator[], nullable: boolean): Choice[] => [
  ...first[type].filter(choice => allowed.includes(choice as Operator)),
  ...(allowed.includes('null') && nullable ? (['empty', 'filled'] as const) : []),
]

export const choiceOf = (op: Operator, value: unknown): Choice => (op === 'null' ? (String(value) === 'false' ? 'filled' : 'empty') : op)

/** How many values an operator takes. */
export const valuesOf = (choice: Choice): 'none' | 'one' | 'two' | 'many' =>
  choice === 'empty' || choice === 'filled' ? 'none' : choice === 'between' ? 'two' : choice === 'in' || choice === 'nin' ? 'many' : 'one'
