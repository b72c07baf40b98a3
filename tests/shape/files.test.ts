import { statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { projectFiles, read, root, sources } from '../support/sources.ts'

const count = (pattern: RegExp, files: string[]) => files.reduce((n, f) => n + (read(f).match(pattern)?.length ?? 0), 0)
const here = 'tests/shape/files.test.ts'

describe('files', () => {
  it('are about one thing: none written by hand exceeds 600 non-blank lines', () => {
    const long = sources().filter(f => !/\.test\.tsx?$/.test(f) && f !== 'api/engine/schema.ts').map(f => [f, read(f).split('\n').filter(l => l.trim()).length] as const).filter(([, n]) => n > 600)
    expect(long).toEqual([])
  })
  it('are no larger than 3 MB', () => {
    expect(projectFiles().filter(f => statSync(path.join(root, f)).size > 3 * 1024 * 1024)).toEqual([])
  })
  it('hold no focused test, few skipped ones, few marks and exceptions', () => {
    const files = sources().filter(f => f !== here)
    expect(count(/\b(it|describe|test)\.only\b/g, files)).toBe(0)
    expect(count(/\b(it|describe|test)\.skip\b/g, files)).toBeLessThanOrEqual(5)
    expect(count(/\bTODO\b/g, files)).toBeLessThanOrEqual(10)
    expect(count(/@ts-(ignore|expect-error|nocheck)/g, files)).toBeLessThanOrEqual(5)
    expect(count(/(oxlint|eslint)-disable/g, files)).toBeLessThanOrEqual(20)
  })
  it('name no folder of a machine', () => {
    const text = projectFiles().filter(f => /\.(ts|tsx|md|json|sh|css|html)$|^bin\/|^\.ci\//.test(f) && f !== here && f !== 'package-lock.json')
    expect(text.filter(f => /(?<![\w.:/"'`}])\/(home|root|Users|work|mnt)\/[a-z]/.test(read(f)))).toEqual([])
  })
  it('come from the npm registry alone', () => {
    const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, { resolved?: string; version?: string }> }
    const elsewhere = Object.entries(lock.packages).filter(([, p]) => p.resolved && !p.resolved.startsWith('https://registry.npmjs.org/'))
    expect(elsewhere).toEqual([])
  })
  it('pin every package exactly', () => {
    const manifest = JSON.parse(read('package.json')) as Record<'dependencies' | 'devDependencies', Record<string, string>>
    expect(Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).filter(([, v]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(v))).toEqual([])
  })
})
