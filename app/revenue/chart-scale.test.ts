import { expect, test } from 'vitest'
import { domainOf, extent, stack, ticks } from './chart-scale.ts'

test('an axis has at most five round, evenly spaced values within the data, zero among them', () => {
  expect(ticks(0, 22_566_300)).toEqual([0, 5_000_000, 10_000_000, 15_000_000, 20_000_000])
  expect(ticks(-610_000, 1_450_000)).toEqual([-500_000, 0, 500_000, 1_000_000])
  for (const [low, high] of [[0, 1], [-7, 3], [-6100, 14_500], [0, 999_999], [-1, 0], [0, 20_749_313]] as const) {
    const t = ticks(low, high)
    expect(t.length).toBeGreaterThanOrEqual(3)
    expect(t.length).toBeLessThanOrEqual(5)
    expect(t).toContain(0)
    expect(t[0]!).toBeGreaterThanOrEqual(low)
    expect(t.at(-1)!).toBeLessThanOrEqual(high)
    const steps = t.slice(1).map((v, i) => v - t[i]!)
    for (const s of steps) expect(s).toBeCloseTo(steps[0]!)
  }
  expect(ticks(0, 0)).toContain(0)
})

test('a plot holds all its data and begins at zero', () => {
  expect(domainOf(0, 100)).toEqual([0, 105])
  expect(domainOf(-100, 0)).toEqual([-105, 0])
  const [low, high] = domainOf(-6100, 14_500)
  expect(low).toBeLessThan(-6100)
  expect(high).toBeGreaterThan(14_500)
  const [from, to] = domainOf(0, 0)
  expect(from).toBe(0)
  expect(to).toBeGreaterThan(0)
})

test('gains stack up and losses down, from zero outwards, and nothing is drawn for zero', () => {
  const parts = stack([{ period: '2026-09', complete: true, new: 8804, expansion: 5016, reactivation: 0, churn: -3113, contraction: -846 }], ['new', 'expansion', 'reactivation', 'churn', 'contraction'])
  expect(parts.map(p => [p.kind, p.from, p.to])).toEqual([['new', 0, 8804], ['expansion', 8804, 13_820], ['churn', 0, -3113], ['contraction', -3113, -3959]])
  expect(extent(parts)).toEqual([-3959, 13_820])
})
