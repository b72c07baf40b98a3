import { expect, test } from 'vitest'
import { bothTimes } from './display.ts'

test('a moment is told in the person’s zone, and in the book’s where that differs', () => {
  expect(bothTimes('2026-11-14T09:12:00Z', 'UTC', 'UTC')).toBe('14 Nov 2026, 09:12 UTC')
  expect(bothTimes('2026-11-14T09:12:00Z', 'Asia/Tokyo', 'UTC')).toMatch(/^14 Nov 2026, 18:12 \S+ \(09:12 UTC\)$/)
  expect(bothTimes('2026-11-14T20:12:00Z', 'Asia/Tokyo', 'UTC')).toMatch(/^15 Nov 2026, 05:12 \S+ \(14 Nov 2026, 20:12 UTC\)$/)
})
