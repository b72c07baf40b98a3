import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import path from 'node:path'
import { freePort } from '../api/engine/embedded-postgres.ts'
import type { Row } from './measure.ts'

const root = path.resolve(import.meta.dirname, '..')

/** First and second start of the whole demo product, to a ready answer; then its end on SIGTERM. */
export async function startRows(dir: string): Promise<Row[]> {
  const dataDir = path.join(dir, 'start')
  await mkdir(dataDir, { recursive: true })
  const rows: Row[] = []
  for (const [job, goal] of [['First start to ready, demo company filled', '90 s'], ['Second start to ready', '10 s']] as const) {
    const port = await freePort()
    const started = performance.now()
    const child = spawn(process.execPath, ['--import', 'tsx', 'bin/start.ts'], { cwd: root, env: { ...process.env, DATA_DIR: dataDir, PORT: String(port), DATABASE_URL: '' }, stdio: ['ignore', 'ignore', 'inherit'], detached: true })
    const url = `http://127.0.0.1:${port}/readyz`
    while (!await fetch(url).then(r => r.ok, () => false)) {
      if (child.exitCode !== null) throw new Error('The product ended while starting.')
      await new Promise(r => setTimeout(r, 100))
    }
    const ready = performance.now() - started
    const stopping = performance.now()
    process.kill(-child.pid!, 'SIGTERM')
    await new Promise(r => child.once('exit', r))
    rows.push({ job, goal, ratio: `${(ready / 1000).toFixed(1)} s`, product: '', limit: '', detail: `ended ${((performance.now() - stopping) / 1000).toFixed(1)} s after SIGTERM` })
  }
  return rows
}
