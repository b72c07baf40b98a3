import { expect, test } from 'vitest'
import { foldJoined, grouped, groupOf } from './timeline-groups.ts'

const now = new Date('2026-11-25T10:00:00Z') // a Wednesday

test('a moment belongs to the day, week, month or year it lies in, by the calendar of the zone', () => {
  expect(groupOf('2026-11-25T01:00:00Z', now, 'UTC')).toBe('Today')
  expect(groupOf('2026-11-24T23:59:00Z', now, 'UTC')).toBe('This week')
  expect(groupOf('2026-11-24T23:59:00Z', now, 'Europe/Berlin')).toBe('Today')
  expect(groupOf('2026-11-23T00:00:00Z', now, 'UTC')).toBe('This week')
  expect(groupOf('2026-11-22T23:59:59Z', now, 'UTC')).toBe('Earlier in November')
  expect(groupOf('2026-10-31T12:00:00Z', now, 'UTC')).toBe('October')
  expect(groupOf('2025-11-30T12:00:00Z', now, 'UTC')).toBe('November 2025')
})

test('a week that began last month is this week still', () => {
  expect(groupOf('2026-11-30T12:00:00Z', new Date('2026-12-02T10:00:00Z'), 'UTC')).toBe('This week')
})

test('entries keep their order and none is lost', () => {
  const entries = ['2026-11-25T09:00:00Z', '2026-11-24T09:00:00Z', '2026-11-23T09:00:00Z', '2026-09-01T00:00:00Z'].map(at => ({ at }))
  const runs = grouped(entries, now, 'UTC')
  expect(runs.map(r => [r.group, r.entries.length])).toEqual([['Today', 1], ['This week', 2], ['September', 1]])
  expect(runs.flatMap(r => r.entries)).toEqual(entries)
})

test('three or more people who joined in a row are told as one, with their names', () => {
  const user = (n: number) => ({ id: `user:${n}`, kind: 'product', title: `Person ${n} joined`, link: `/users/${n}` })
  const note = { id: 'note:1', kind: 'contact', title: 'Ines wrote a note' }
  expect(foldJoined([user(1), user(2), note, user(3), user(4), user(5), note]).map(e => e.title)).toEqual(['Person 1 joined', 'Person 2 joined', 'Ines wrote a note', '3 people joined', 'Ines wrote a note'])
  expect(foldJoined([user(3), user(4), user(5)])[0]!.people).toEqual(['Person 3', 'Person 4', 'Person 5'])
  expect(foldJoined([])).toEqual([])
})
