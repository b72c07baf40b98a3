import './node-version.ts'
import { readConfig } from '../api/engine/config.ts'
import { createApp } from '../api/app.ts'
import { createDatabase, createPool } from '../api/engine/database.ts'
import { startEmbeddedPostgres } from '../api/engine/embedded-postgres.ts'
import { lockDataDir } from '../api/engine/lock.ts'
import { migrate } from '../api/engine/migrate.ts'
import { listen } from '../api/engine/serve.ts'
import { openServices } from '../api/engine/services.ts'
import type { Readiness } from '../api/system/health.ts'
import { startWorker } from '../jobs/worker.ts'
import { startDemo, type Demo } from './demo.ts'
import { buildApp, onSignal, run } from './run.ts'

/** The whole product in one process: database where none is given, migrations, web, worker and, in the demo, the company and its Stripe. */
await run(async () => {
  const started = performance.now()
  const config = readConfig()
  const unlock = lockDataDir(config.dataDir, config.publicUrl)
  const stops: (() => Promise<void> | void)[] = [unlock]
  const readiness: Readiness = { migrated: false, filled: false, stopping: false, reason: 'starting' }
  const stop = async () => {
    readiness.stopping = true
    console.log('Stopping.')
    for (const each of stops.reverse()) await Promise.resolve(each()).catch(error => console.error(error))
  }
  onSignal(stop)
  try {
    const built = buildApp()
    built.catch(() => undefined)
    if (config.embedded) {
      console.log(`Starting PostgreSQL in ${config.dataDir}.`)
      const postgres = await startEmbeddedPostgres(config.dataDir)
      stops.push(() => postgres.stop())
      Object.assign(config, { databaseUrl: postgres.appUrl, databaseOwnerUrl: postgres.ownerUrl, databaseDirectUrl: postgres.appUrl })
    }
    await migrateNow(config.databaseOwnerUrl, config.databaseUrl)
    readiness.migrated = true
    let demo: Demo | undefined
    if (config.demo) {
      demo = await startDemo(config)
      stops.push(() => demo!.stop())
    }
    const services = await openServices(config, { worker: true })
    stops.push(() => services.close())
    await startWorker(services)
    const web = await listen(createApp(services, { readiness, demo: demo?.signIns }), { host: config.host, port: config.port })
    stops.push(() => web.close())
    await demo?.fill(services, readiness, web.port)
    await built
    readiness.filled = true
    console.log(`\nQuarterdeck is ready at ${config.publicUrl} (${((performance.now() - started) / 1000).toFixed(1)} s).`)
    if (demo) console.log(demo.whoCanSignIn())
  } catch (error) {
    await stop()
    throw error
  }
})

async function migrateNow(ownerUrl: string, appUrl: string): Promise<void> {
  const pool = createPool(ownerUrl, { max: 2, statementTimeout: 0, name: 'quarterdeck-migrate' })
  try {
    const done = await migrate(createDatabase(pool), decodeURIComponent(new URL(appUrl).username))
    if (done.length) console.log(`Migrated: ${done.length} steps.`)
  } finally { await pool.end() }
}
