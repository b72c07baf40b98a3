import { expect, test } from 'vitest'
import type { FieldType } from '../../resources/engine/fields.ts'
import { operatorsOf } from '../../resources/engine/filter-grammar.ts'
import { choiceOf, choicesFor, operatorWords } from './filter-words.ts'

test('every operator of every field type has words of its own', () => {
  for (const [type, allowed] of Object.entries(operatorsOf) as [FieldType, (typeof operatorsOf)[FieldType]][])
    for (const op of allowed)
      for (const choice of op === 'null' ? (['empty', 'filled'] as const) : [op]) expect(operatorWords(type, choice)).toMatch(op === 'between' || op === 'null' ? /^\w+/ : /^(is|has|on|not|before|until|after|from|below|at|above|contains|does|starts|ends)\b/)
})

test('a filter reads as a person says it', () => {
  expect([operatorWords('money', 'gte'), operatorWords('instant', 'lt'), operatorWords('tags', 'nin'), operatorWords('relation', 'empty'), operatorWords('text', 'filled')])
    .toEqual(['at least', 'before', 'has none of', 'is not set', 'is not empty'])
  expect([choiceOf('null', 'false'), choiceOf('null', true), choiceOf('gte', '5')]).toEqual(['filled', 'empty', 'gte'])
})

test('only operators that the server allows are offered, and emptiness only where a value may be missing', () => {
  expect(choicesFor('enum', operatorsOf.enum, false)).toEqual(['in', 'nin'])
  expect(choicesFor('money', ['gte', 'null'], true)).toEqual(['gte', 'empty', 'filled'])
  expect(choicesFor('text', [], true)).toEqual([])
})
