import './node-version.ts'
import { createApp } from '../api/app.ts'
import { readConfig, ConfigError } from '../api/engine/config.ts'
import { createDatabase, createPool } from '../api/engine/database.ts'
import { listen } from '../api/engine/serve.ts'
import { openServices } from '../api/engine/services.ts'
import type { Readiness } from '../api/system/health.ts'
import { waitForSchema } from './wait-for-schema.ts'
import { onSignal, run } from './run.ts'

/** The web half alone, over DATABASE_URL: any number of these, none of them special. Waits until the schema is migrated. */
await run(async () => {
  const config = readConfig()
  if (config.embedded) throw new ConfigError('DATABASE_URL is required for the web process alone. "npm start" brings its own database.')
  const probe = createPool(config.databaseUrl, { max: 1 })
  await waitForSchema(createDatabase(probe))
  await probe.end()
  const services = await openServices(config, { worker: false })
  const readiness: Readiness = { migrated: true, filled: true, stopping: false, reason: '' }
  const web = await listen(createApp(services, { readiness }), { host: config.host, port: config.port })
  onSignal(async () => { readiness.stopping = true; await web.close(); await services.close() })
  console.log(`Quarterdeck web is ready on port ${web.port}, known as ${config.publicUrl}.`)
})
