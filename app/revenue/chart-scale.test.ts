import { expect, test } from 'vitest'
import { extent, stack, ticks } from './chart-scale.ts'

test('an axis has two to five round values that hold the data and zero', () => {
  expect(ticks(0, 225_663)).toEqual([0, 100_000, 200_000, 300_000])
  for (const [low, high] of [[0, 1], [0, 0], [-7, 3], [-6100, 14_500], [0, 999_999], [-1, 0], [0, 20_749_313]] as const) {
    const t = ticks(low, high)
    expect(t.length).toBeGreaterThanOrEqual(2)
    expect(t.length).toBeLessThanOrEqual(5)
    expect(t).toContain(0)
    expect(t[0]!).toBeLessThanOrEqual(low)
    expect(t.at(-1)!).toBeGreaterThanOrEqual(high)
    const steps = t.slice(1).map((v, i) => v - t[i]!)
    for (const s of steps) expect(s).toBeCloseTo(steps[0]!)
  }
})

test('gains stack up and losses down, from zero outwards, and nothing is drawn for zero', () => {
  const parts = stack([{ period: '2026-09', complete: true, new: 8804, expansion: 5016, reactivation: 0, churn: -3113, contraction: -846 }], ['new', 'expansion', 'reactivation', 'churn', 'contraction'])
  expect(parts.map(p => [p.kind, p.from, p.to])).toEqual([['new', 0, 8804], ['expansion', 8804, 13_820], ['churn', 0, -3113], ['contraction', -3113, -3959]])
  expect(extent(parts)).toEqual([-3959, 13_820])
})
