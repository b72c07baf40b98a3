import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '../../api/engine/embedded-postgres.ts'
import { root } from '../../bin/run.ts'

interface State { url: string; error?: string }

const patience = 420_000
const stateFile = (dir: string) => path.join(dir, 'state.json')
const pidFile = (dir: string) => path.join(dir, 'pid')
const logFile = (dir: string) => path.join(dir, 'log')

const ready = async (url: string): Promise<boolean> => fetch(`${url}/readyz`).then(answer => answer.status === 200, () => false)
const alive = (pid: number): boolean => { try { process.kill(-pid, 0); return true } catch { return false } }

async function start(dir: string): Promise<State> {
  const port = await freePort(), url = `http://127.0.0.1:${port}`
  const data = path.join(dir, 'data')
  mkdirSync(data, { mode: 0o755 })
  const log = openSync(logFile(dir), 'w')
  // nothing of the run's own settings may reach the product: it starts as a stranger starts it
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV$|NODE_OPTIONS$|DATABASE_|DEMO$|PUBLIC_URL$|STRIPE_|SMTP_|LOG_LEVEL$)/.test(name)))
  const child = spawn(process.execPath, [path.join(root, 'node_modules/tsx/dist/cli.mjs'), path.join(root, 'bin/start.ts')], { cwd: root, detached: true, stdio: ['ignore', log, log], env: { ...env, PORT: String(port), DATA_DIR: data } })
  closeSync(log)
  writeFileSync(pidFile(dir), String(child.pid))
  child.unref()
  for (const until = Date.now() + patience; Date.now() < until; await sleep(500)) {
    if (await ready(url)) return { url }
    if (!alive(child.pid!)) break
  }
  return { url, error: `The product did not get ready. Its last words:\n${readFileSync(logFile(dir), 'utf8').slice(-2000)}` }
}

/** The product of this run: the first who asks starts it as `npm start` does, everybody else waits for it. QUARTERDECK_PRODUCT names one that runs already, for work on a journey. */
export async function sharedProduct(dir: string): Promise<string> {
  if (process.env.QUARTERDECK_PRODUCT) return process.env.QUARTERDECK_PRODUCT
  let first = true
  try { mkdirSync(path.join(dir, 'starting')) } catch { first = false }
  if (first) {
    const state = await start(dir)
    writeFileSync(`${stateFile(dir)}.new`, JSON.stringify(state))
    renameSync(`${stateFile(dir)}.new`, stateFile(dir))
  }
  for (const until = Date.now() + patience + 20_000; !existsSync(stateFile(dir)); await sleep(500)) if (Date.now() > until) throw new Error('Nobody started the product.')
  const { url, error } = JSON.parse(readFileSync(stateFile(dir), 'utf8')) as State
  if (error) throw new Error(error)
  return url
}

/** Ends the product of this run, if one was started, with everything it started. */
export async function stopProduct(dir: string): Promise<void> {
  if (!existsSync(pidFile(dir))) return
  const pid = Number(readFileSync(pidFile(dir), 'utf8'))
  if (alive(pid)) process.kill(-pid, 'SIGTERM')
  for (const until = Date.now() + 35_000; alive(pid) && Date.now() < until;) await sleep(200)
  if (alive(pid)) process.kill(-pid, 'SIGKILL')
}
