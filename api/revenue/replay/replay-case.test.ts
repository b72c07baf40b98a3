import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { replayCase } from './replay-case.ts'

interface Case { id: string; kind: string; policy?: unknown; input: unknown; expected: Record<string, unknown> }
const cases = JSON.parse(readFileSync(new URL('../../../tests/support/mrr-cases.json', import.meta.url), 'utf8')) as Case[]
const done = new Set(['point', 'timeline', 'timeline_by_plan', 'net_view', 'restatement', 'delivery', 'error'])

describe('the worked cases of MRR', () => {
  for (const c of cases.filter(c => done.has(c.kind))) {
    it(`computes ${c.id} exactly`, () => {
      const { id, result } = replayCase(c)
      expect(id).toBe(c.id)
      if (c.expected.error) { expect(Object.keys(result)).toEqual(['error']); expect(result.error).toMatch(/^[A-Z].+\.$/); return }
      for (const [key, value] of Object.entries(c.expected)) expect({ [key]: result[key] }).toEqual({ [key]: value })
    })
  }
})
