import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { panel } from '../bin/demo-panel.ts'
import { freePort } from '../api/engine/embedded-postgres.ts'
import { DEMO_PASSWORD } from '../demo/staff.ts'
import { residentMb } from './measure.ts'

/** `npm run soak [-- --minutes=30]`: a demo that is read and written without pause on loopback; prints memory and failures, ends by itself, with 1 when anything failed. */
const minutes = Number(process.argv.find(a => a.startsWith('--minutes='))?.slice(10) ?? 30)
const root = path.resolve(import.meta.dirname, '..'), dir = await mkdtemp(path.join(tmpdir(), 'quarterdeck-soak-'))
await chmod(dir, 0o755)
const port = await freePort(), url = `http://127.0.0.1:${port}`
const product = spawn(process.execPath, ['--import', 'tsx', 'bin/start.ts'], { cwd: root, env: { ...process.env, DATA_DIR: dir, PORT: String(port), DATABASE_URL: '' }, stdio: ['ignore', 'ignore', 'inherit'] })
let failed = 0, calls = 0
try {
  while (!await fetch(`${url}/readyz`).then(r => r.ok, () => false)) {
    if (product.exitCode !== null) throw new Error('The product ended while starting.')
    await new Promise(r => setTimeout(r, 500))
  }
  const until = Date.now() + minutes * 60_000
  const people = await Promise.all(['admin', 'finance', 'success', 'support'].map(who => panel(url, url, `${who}@demo.test`, DEMO_PASSWORD)))
  const reads = ['meta', 'customers?_end=25', 'customers/summary', 'people', 'users?_end=50&_sort=name&_order=asc', 'customers?q=gmb&_end=25']
  const report = setInterval(() => console.log(`${Math.round((until - Date.now()) / 1000)} s left, ${calls} calls, ${failed} failed, ${Math.round(residentMb(product.pid!))} MB`), 10_000)
  await Promise.all(people.map(async (person, i) => {
    for (let n = i; Date.now() < until; n++) {
      calls++
      const work = n % 50 === 0 && i === 0 ? person.post('/v1/admin/customers', { name: `Soak ${n}` }) : person.get(`/v1/admin/${reads[n % reads.length]}`)
      await work.catch(error => { failed++; console.log(String(error).slice(0, 200)) })
    }
  }))
  clearInterval(report)
  console.log(`${calls} calls, ${failed} failed, ${Math.round(residentMb(product.pid!))} MB at the end`)
} finally {
  product.kill('SIGTERM')
  await new Promise(r => product.once('exit', r))
  await rm(dir, { recursive: true, force: true })
}
process.exitCode = failed ? 1 : 0
