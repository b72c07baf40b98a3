import { existsSync, readFileSync, statSync, readdirSync } from 'node:fs'
import { spawn } from 'node:child_process'
import path from 'node:path'
import { ConfigError } from '../api/engine/config.ts'
import { databaseProblem } from '../api/engine/errors.ts'
import { Locked } from '../api/engine/lock.ts'

export const root = path.resolve(import.meta.dirname, '..')

/** Runs a command's main function: errors end the process with one worded last line. */
export async function run(main: () => Promise<void>): Promise<void> {
  try { await main() } catch (error) {
    if (error instanceof ConfigError || error instanceof Locked) console.error(error.message)
    else if (databaseProblem(error)?.message.startsWith('The database is away')) console.error(`The database is away: ${(error as Error).message || (error as { code?: string }).code}. Start it or correct DATABASE_URL, then try again.`)
    else console.error(error instanceof Error ? process.env.LOG_LEVEL === 'debug' ? error.stack : error.message : error)
    process.exit(1)
  }
}

/** Calls `stop` once on SIGINT or SIGTERM; a second signal ends at once. */
export function onSignal(stop: () => Promise<void>): void {
  let stopping = false
  const handle = () => {
    if (stopping) process.exit(1)
    stopping = true
    // whatever hangs, the process ends within the promised half minute
    setTimeout(() => process.exit(1), 28_000).unref()
    stop().then(() => process.exit(0), error => { console.error(error); process.exit(1) })
  }
  process.on('SIGINT', handle)
  process.on('SIGTERM', handle)
}

const newest = (dir: string): number => readdirSync(dir, { withFileTypes: true, recursive: true })
  .filter(f => f.isFile()).reduce((max, f) => Math.max(max, statSync(path.join(f.parentPath, f.name)).mtimeMs), 0)

/** Builds the browser app if its sources are newer than the last build. */
export async function buildApp(): Promise<void> {
  const marker = path.join(root, 'dist/app/index.html')
  const sources = Math.max(...['app', 'resources/engine'].map(d => newest(path.join(root, d))), ...['vite.config.ts', 'package-lock.json'].map(f => statSync(path.join(root, f)).mtimeMs))
  if (existsSync(marker) && statSync(marker).mtimeMs > sources) return
  await new Promise<void>((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(root, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
      // whatever the caller's NODE_ENV (a test runner says `test`), people get React's production build
      cwd: root, env: { ...process.env, NODE_ENV: 'production' }, stdio: ['ignore', 'inherit', 'inherit'],
    })
    child.on('error', reject)
    child.on('exit', code => code === 0 ? resolve() : reject(new Error('The browser app could not be built.')))
  })
}

export const version = (): string => (JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string }).version
