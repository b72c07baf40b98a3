import { expect, test } from 'vitest'
import { foldLines, jsonLines } from './marked-json.ts'

const event = { id: 'evt_1', type: 'customer.subscription.deleted', data: { object: { id: 'sub_1', status: 'canceled', items: { data: [{ price: { unit_amount: 49_500, recurring: { interval: 'month', interval_count: 1 } }, quantity: 2 }] } } } }
const used = ['data.object.status', 'data.object.items.data[0].price.unit_amount', 'data.object.items.data[0].price.recurring.interval', 'data.object.items.data[0].quantity']

test('the lines together are the same JSON', () => {
  const deep = { ...event, odd: [[], {}, [1, { a: null }], 'x\n"y"'], long: Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`key_number_${i}`, i])) }
  expect(JSON.parse(jsonLines(deep, used).map(l => l.text).join('\n'))).toEqual(deep)
})

test('exactly the lines that show a used path are marked', () => {
  expect(jsonLines(event, used).filter(l => l.marked).map(l => l.text.trim())).toEqual(['"status": "canceled",', '"unit_amount": 49500,', '"recurring": { "interval": "month", "interval_count": 1 }', '"quantity": 2'])
  expect(jsonLines(event, []).some(l => l.marked)).toBe(false)
  const long = { ab: 'a value that is long enough to stand on a line of its own', a: 'another value that needs its own line' }
  expect(jsonLines(long, ['a']).filter(l => l.marked).map(l => l.text.trim())).toEqual(['"a": "another value that needs its own line"'])
})

test('long runs without a mark fold, none is lost and no marked line is hidden', () => {
  const wide = { first: 1, ...Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`filler_${i}`, 'something rather long to keep it off one line'])), status: 'active' }
  const lines = jsonLines(wide, ['status'])
  const segments = foldLines(lines)
  expect(segments.flatMap(s => s.lines)).toEqual(lines)
  expect(segments.filter(s => s.folded).flatMap(s => s.lines).some(l => l.marked)).toBe(false)
  expect(segments.some(s => s.folded && s.lines.length > 30)).toBe(true)
})
