import { expect, test } from 'vitest'
import { toLocal, toUtc } from './zone.ts'

test.each([
  ['2026-11-14T09:12', 'UTC', '2026-11-14T09:12:00.000Z'],
  ['2026-11-14T09:12', 'Europe/Berlin', '2026-11-14T08:12:00.000Z'],
  ['2026-07-14T00:30', 'Europe/Berlin', '2026-07-13T22:30:00.000Z'],
  ['2026-11-14T09:12', 'America/New_York', '2026-11-14T14:12:00.000Z'],
  ['2026-11-14T09:12', 'Asia/Kolkata', '2026-11-14T03:42:00.000Z'],
])('%s in %s is %s', (local, zone, utc) => {
  expect(toUtc(local, zone)).toBe(utc)
  expect(toLocal(utc, zone)).toBe(local)
})

test('an hour that a clock change skips moves on, one that it repeats is the earlier', () => {
  expect(toUtc('2026-03-29T02:30', 'Europe/Berlin')).toBe('2026-03-29T01:30:00.000Z')
  expect(toUtc('2026-10-25T02:30', 'Europe/Berlin')).toBe('2026-10-25T00:30:00.000Z')
})
