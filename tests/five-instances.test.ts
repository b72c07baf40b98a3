import { randomBytes } from 'node:crypto'
import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { createPool } from '../api/engine/database.ts'
import { migrationNames } from '../api/engine/migrate.ts'
import { jobs } from '../resources/index.ts'
import { publicUrl } from './support/world.ts'

const root = path.resolve(import.meta.dirname, '..')
const name = `five_${randomBytes(6).toString('hex')}`
const { adminUrl, appUrl, ownerUrl } = inject('postgres')
const at = (url: string) => url.replace(/\/[^/]+$/, `/${name}`)
const admin = createPool(adminUrl, { max: 1, statementTimeout: 60_000 })
const running = new Set<ChildProcess>()

interface Started { child: ChildProcess; ended: Promise<number | null>; said(text: string): Promise<void>; output(): string }

function start(file: string): Started {
  const child = spawn(process.execPath, ['--import', 'tsx', path.join(root, file)], {
    cwd: root, stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, DATABASE_URL: at(appUrl), DATABASE_OWNER_URL: at(ownerUrl), PUBLIC_URL: publicUrl, MASTER_KEYS: `k1:${randomBytes(32).toString('base64')}`, DEMO: '0', LOG_LEVEL: 'warn' },
  })
  running.add(child)
  let output = ''
  const watchers: (() => void)[] = []
  for (const stream of [child.stdout, child.stderr]) stream!.on('data', (d: Buffer) => { output += d.toString(); for (const w of watchers) w() })
  const ended = new Promise<number | null>(resolve => child.on('exit', code => { running.delete(child); for (const w of watchers) w(); resolve(code) }))
  return {
    child, ended, output: () => output,
    said: text => new Promise((resolve, reject) => {
      const look = () => output.includes(text) ? resolve() : child.exitCode !== null ? reject(new Error(`${file} ended without saying "${text}":\n${output}`)) : undefined
      watchers.push(look)
      look()
    }),
  }
}

beforeAll(async () => {
  await admin.query(`create database ${name} owner quarterdeck_owner`)
  await admin.query(`grant create, connect on database ${name} to quarterdeck_app`)
})
afterAll(async () => {
  for (const child of running) child.kill('SIGKILL')
  await admin.query(`drop database ${name} with (force)`)
  await admin.end()
})

describe('five instances', () => {
  it('start at once on one empty database: each step is applied once, every queue stands, all stop in order', async () => {
    const workers = Array.from({ length: 5 }, () => start('bin/worker.ts'))
    const migrations = Array.from({ length: 5 }, () => start('bin/migrate.ts'))
    const codes = await Promise.all(migrations.map(m => m.ended))
    expect(codes, migrations.map(m => m.output()).join('\n')).toEqual([0, 0, 0, 0, 0])
    const steps = await migrationNames()
    const applied = migrations.flatMap(m => [...m.output().matchAll(/Applied (\S+)\./g)].map(x => x[1]))
    expect(applied.toSorted()).toEqual(steps)
    await Promise.all(workers.map(w => w.said('Quarterdeck worker is ready.')))
    const pool = createPool(at(ownerUrl), { max: 1 })
    try {
      const { rows } = await pool.query<{ name: string }>('select name from migrations order by name')
      expect(rows.map(r => r.name)).toEqual(steps)
    } finally { await pool.end() }
    const app = createPool(at(appUrl), { max: 1 })
    try {
      const { rows: queues } = await app.query<{ name: string }>('select name from pgboss.queue')
      expect(queues.map(q => q.name)).toEqual(expect.arrayContaining(jobs.map(j => j.name)))
      const { rows: schedules } = await app.query<{ name: string }>('select name from pgboss.schedule')
      expect(schedules.map(s => s.name).toSorted()).toEqual(jobs.filter(j => j.schedule).map(j => j.name).toSorted())
    } finally { await app.end() }
    for (const w of workers) w.child.kill('SIGTERM')
    expect(await Promise.all(workers.map(w => w.ended)), workers.map(w => w.output()).join('\n')).toEqual([0, 0, 0, 0, 0])
    expect(workers.map(w => w.output()).join('\n')).not.toMatch(/error/i)
  }, 480_000)
})
