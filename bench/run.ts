import { spawn, type ChildProcess } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { readConfig } from '../api/engine/config.ts'
import { createDatabase, createPool } from '../api/engine/database.ts'
import { freePort, startEmbeddedPostgres } from '../api/engine/embedded-postgres.ts'
import { newId } from '../api/engine/ids.ts'
import { migrate } from '../api/engine/migrate.ts'
import { authSecret } from '../api/staff/auth.ts'
import { bulkRows } from './bulk.ts'
import { exportRow } from './export.ts'
import { fillCustomers } from './fill.ts'
import { versus, type Row, type Target } from './measure.ts'
import { revenueRows } from './revenue.ts'
import { startRows } from './start.ts'

/**
 * Ratios of the product against bare Hono and bare pg with the same SQL and session look-up, measured in one interleaved run. `--customers=1000000` for the
 * large size, `--only=list,get` for some rows, `--write` puts the table into docs/performance.md.
 */
const flag = (name: string) => process.argv.find(a => a.startsWith(`--${name}=`))?.split('=')[1]
const customers = Number(flag('customers') ?? 100_000)
const only = flag('only')?.split(',')
const wanted = (name: string) => !only || only.includes(name)
const root = path.resolve(import.meta.dirname, '..')
const dir = await mkdtemp(path.join(os.tmpdir(), 'quarterdeck-bench-'))
await chmod(dir, 0o755)
const children: ChildProcess[] = []
const postgres = await startEmbeddedPostgres(dir, { settings: { shared_buffers: customers > 200_000 ? '2GB' : '512MB', max_connections: '150' } })

try {
  const postmaster = Number((await readFile(path.join(dir, 'postgres/postmaster.pid'), 'utf8')).split('\n')[0])
  const ownerPool = createPool(postgres.ownerUrl, { max: 2, statementTimeout: 0 })
  const owner = createDatabase(ownerPool)
  await migrate(owner, 'quarterdeck_app')
  console.log(`Filling ${customers.toLocaleString('en')} customers.`)
  await fillCustomers(owner, customers)

  const masterKeys = `k1:${randomBytes(32).toString('base64')}`, webhookSecret = `whsec_${randomBytes(12).toString('hex')}`
  const port = await freePort(), barePort = await freePort()
  const publicUrl = `http://127.0.0.1:${port}`
  const env = { DATABASE_URL: postgres.appUrl, DATABASE_OWNER_URL: postgres.ownerUrl, MASTER_KEYS: masterKeys, PUBLIC_URL: publicUrl, PORT: String(port), STRIPE_WEBHOOK_SECRET: webhookSecret, STRIPE_SECRET_KEY: 'sk_test_bench', LOG_LEVEL: 'warn', DEMO: '0', DATA_DIR: path.join(dir, 'data') }
  const secret = authSecret(readConfig(env).masterKeys)
  const person = newId(), token = randomBytes(24).toString('hex')
  await sql`insert into staff (id, name, email, role, two_factor_enabled) values (${person}, 'Bench Person', 'bench@example.test', 'admin', true)`.execute(owner)
  await sql`insert into staff_sessions (id, staff_id, token, expires_at) values (${newId()}, ${person}, ${token}, now() + interval '24 hours')`.execute(owner)
  const cookie = `quarterdeck.session_token=${encodeURIComponent(`${token}.${createHmac('sha256', secret).update(token).digest('base64')}`)}`

  const start = (file: string, extra: Record<string, string>) => {
    const child = spawn(process.execPath, ['--import', 'tsx', path.join(root, file)], { cwd: root, env: { ...process.env, ...extra }, stdio: ['ignore', 'ignore', 'inherit'] })
    children.push(child)
    return child.pid!
  }
  const productPid = start('bin/web.ts', env)
  const barePid = start('bench/bare.ts', { BARE_DATABASE: postgres.appUrl, BARE_PORT: String(barePort), BARE_COOKIE: 'quarterdeck.session_token', BARE_SECRET: secret, BARE_WEBHOOK_SECRET: webhookSecret })
  await answers(`${publicUrl}/readyz`)
  await answers(`http://127.0.0.1:${barePort}/customers/page`, { cookie })

  const id = (await sql<{ id: string }>`select id from customers order by random() limit 1`.execute(owner)).rows[0]!.id
  const term = (await sql<{ t: string }>`select substr(domain, 1, 6) as t from customers order by random() limit 1`.execute(owner)).rows[0]!.t
  const product = (p: string, more: Partial<Target> = {}): Target => ({ name: 'product', url: `${publicUrl}/v1/admin/${p}`, pid: productPid, headers: { cookie, origin: publicUrl, 'content-type': 'application/json' }, ...more })
  const bare = (p: string, more: Partial<Target> = {}): Target => ({ name: 'limit', url: `http://127.0.0.1:${barePort}/${p}`, pid: barePid, headers: { cookie, 'content-type': 'application/json' }, ...more })
  const rows: Row[] = []
  const add = async (name: string, make: () => Promise<Row | Row[]>) => {
    if (!wanted(name)) return
    const made = await make()
    for (const row of Array.isArray(made) ? made : [made]) { rows.push(row); console.log(`${row.job}: ${row.ratio} (goal ${row.goal}); product ${row.product}; limit ${row.limit}${row.detail ? `; ${row.detail}` : ''}`) }
  }
  const first = 'customers?_start=0&_end=25'
  const cursor = wanted('deep') ? await deepCursor(publicUrl, cookie) : ''
  let n = 0
  const unique = () => JSON.stringify({ name: `Bench ${++n} ${randomBytes(4).toString('hex')}`, email: `b${n}@${randomBytes(6).toString('hex')}.example` })

  await add('total', () => versus('First list page with total, against a page that counts each time', '50', product(first), bare('customers/page-and-count'), postmaster))
  await add('list', () => versus('First list page, against the same page without a count', '0.6', product(first), bare('customers/page'), postmaster))
  await add('filter', () => versus('Filter, sort and count', '0.8', product(`${first}&plan=Scale&status=active&createdAt_gte=2024-01-01T00:00:00Z&_sort=mrr&_order=desc`), bare('customers/filter'), postmaster))
  await add('search', () => versus('Substring search over name, email and domain', '0.6', product(`${first}&q=${term}`), bare(`customers/search?q=${term}`), postmaster))
  await add('deep', () => versus('Page 400 by cursor, against our first page', '0.67', product(`${first}&_after=${cursor}`), product(first), postmaster))
  await add('get', () => versus('Get one', '0.6', product(`customers/${id}`), bare(`customers/one/${id}`), postmaster))
  await add('create', () => versus('Create with audit, against one statement', '0.4', product('customers', { method: 'POST', body: unique }), bare('customers/create', { method: 'POST', body: unique }), postmaster))
  await add('export', () => exportRow(product('customers/export.csv'), bare('customers/export'), product(`customers/${id}`), customers))
  await add('bulk', async () => {
    const worker = start('bin/worker.ts', env)
    await sleep(10_000)
    const { n } = (await sql<{ n: number }>`select count(*) as n from customers where deleted_at is null`.execute(owner)).rows[0]!
    return bulkRows({ product: product(''), customers: n, workerPid: worker, other: product(`customers/${id}`) })
  })
  await add('revenue', () => revenueRows({ product, bare, postmaster, publicUrl, webhookSecret, env, owner, productPid, events: Number(flag('events') ?? 20_000) }))
  await add('start', () => startRows(dir))
  await ownerPool.end()

  const table = ['| job | goal | ratio | product (CPU: server + PostgreSQL, per request) | limit | remarks |', '|---|---|---|---|---|---|', ...rows.map(r => `| ${r.job} | ${r.goal} | **${r.ratio}** | ${r.product} | ${r.limit} | ${r.detail} |`)].join('\n')
  console.log(`\n${customers.toLocaleString('en')} customers, ${os.cpus().length} cores (${os.cpus()[0]?.model.trim()}), ${Math.round(os.totalmem() / 2 ** 30)} GB, Node ${process.version}\n\n${table}`)
  if (process.argv.includes('--write')) {
    const file = path.join(root, 'docs/performance.md')
    const text = await readFile(file, 'utf8')
    await writeFile(file, text.replace(/(<!-- bench -->)[\s\S]*?(<!-- \/bench -->)/, `$1\n${customers.toLocaleString('en')} customers, ${os.cpus().length} cores, ${Math.round(os.totalmem() / 2 ** 30)} GB of memory, Node ${process.version}.\n\n${table}\n$2`))
  }
} finally {
  for (const child of children) child.kill('SIGTERM')
  await postgres.stop()
  await rm(dir, { recursive: true, force: true })
}

async function answers(url: string, headers: Record<string, string> = {}): Promise<void> {
  for (let i = 0; i < 300; i++) {
    if (await fetch(url, { headers }).then(r => r.ok, () => false)) return
    await new Promise(r => setTimeout(r, 200))
  }
  throw new Error(`${url} did not answer.`)
}

async function deepCursor(publicUrl: string, cookie: string): Promise<string> {
  const response = await fetch(`${publicUrl}/v1/admin/customers?_start=9975&_end=10000`, { headers: { cookie } })
  const next = response.headers.get('x-next-cursor')
  if (!next) throw new Error(`No cursor at depth 10,000: ${response.status} ${await response.text()}`)
  return next
}
