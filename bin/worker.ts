import './node-version.ts'
import { readConfig, ConfigError } from '../api/engine/config.ts'
import { createDatabase, createPool } from '../api/engine/database.ts'
import { openServices } from '../api/engine/services.ts'
import { startWorker } from '../jobs/worker.ts'
import { waitForSchema } from './wait-for-schema.ts'
import { onSignal, run } from './run.ts'

/** The worker half alone, over DATABASE_URL: takes jobs and schedules. Any number of these. */
await run(async () => {
  const config = readConfig()
  if (config.embedded) throw new ConfigError('DATABASE_URL is required for the worker process alone. "npm start" brings its own database.')
  const probe = createPool(config.databaseUrl, { max: 1 })
  await waitForSchema(createDatabase(probe))
  await probe.end()
  const services = await openServices(config, { worker: true })
  await startWorker(services)
  onSignal(() => services.close())
  console.log('Quarterdeck worker is ready.')
})
