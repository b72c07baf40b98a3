import './node-version.ts'
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { findChromium } from '../tests/support/chromium.ts'
import { root, run } from './run.ts'

/**
 * Everything that must hold: types, lint, then unit, matrix, shape and browser tests against real PostgreSQL and real Chromium, which is found or
 * installed. Arguments are passed on to vitest. Ends with `N passed, N failed`.
 */
await run(async () => {
  const call = (file: string, args: string[], env: Record<string, string> = {}): Promise<number> => new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(root, file), ...args], { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
    child.on('error', reject)
    child.on('exit', code => resolve(code ?? 1))
  })
  let passed = 0, failed = 0
  const step = (name: string, code: number) => { if (code === 0) passed++; else failed++; console.log(`${code === 0 ? 'ok' : 'FAILED'}: ${name}`) }
  const only = process.argv.slice(2)
  if (!only.length) {
    step('types', await call('node_modules/typescript/bin/tsc', ['--noEmit']))
    step('lint', await call('node_modules/oxlint/bin/oxlint', ['--type-aware']))
  }
  const chromium = await findChromium()
  const out = await mkdtemp(path.join(tmpdir(), 'quarterdeck-results-'))
  const report = path.join(out, 'results.json')
  await call('node_modules/vitest/vitest.mjs', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...only], { QUARTERDECK_CHROMIUM: chromium })
  try {
    const results = JSON.parse(await readFile(report, 'utf8')) as { numPassedTests: number; numFailedTests: number; testResults: { status: string; assertionResults: unknown[] }[] }
    passed += results.numPassedTests
    // a file that could not even be loaded has no assertions and counts as one failure
    failed += results.numFailedTests + results.testResults.filter(f => f.status === 'failed' && !f.assertionResults.length).length
    if (!results.numPassedTests) failed++
  } catch { failed++ }
  await rm(out, { recursive: true, force: true })
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed ? 1 : 0
})
