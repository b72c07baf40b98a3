import './node-version.ts'
import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { freePort } from '../api/engine/embedded-postgres.ts'
import { onSignal, root, run } from './run.ts'

/** The product with reload: the server restarts when its files change, the browser app is served and refreshed by Vite. */
await run(async () => {
  const port = Number(process.env.PORT ?? 3000)
  const api = await freePort()
  const start = (args: string[], env: Record<string, string>): ChildProcess => spawn(process.execPath, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } })
  const children = [
    start([path.join(root, 'node_modules/tsx/dist/cli.mjs'), 'watch', '--clear-screen=false', '--exclude', 'app/**', 'bin/start.ts'], { PORT: String(api) }),
    start([path.join(root, 'node_modules/vite/bin/vite.js'), '--port', String(port), '--strictPort', '--host', '127.0.0.1'], { QD_API: `http://127.0.0.1:${api}` }),
  ]
  onSignal(() => Promise.all(children.map(child => new Promise<void>(done => {
    if (child.exitCode !== null) return done()
    child.once('exit', () => done())
    child.kill('SIGTERM')
  }))).then(() => undefined))
  console.log(`Quarterdeck with reload: http://127.0.0.1:${port}`)
})
