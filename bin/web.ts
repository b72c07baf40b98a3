import './node-version.ts'
import { createApp } from '../api/app.ts'
import { readConfig, ConfigError } from '../api/engine/config.ts'
import { createDatabase, createPool } from '../api/engine/database.ts'
import { waiting } from '../api/engine/http/waiting.ts'
import { createLog } from '../api/engine/log.ts'
import { listen } from '../api/engine/serve.ts'
import { openServices } from '../api/engine/services.ts'
import type { Readiness } from '../api/system/health.ts'
import { waitForSchema } from './wait-for-schema.ts'
import { onSignal, run } from './run.ts'

/**
 * The web half alone, over DATABASE_URL: any number of these, none of them special. It answers at once, so that whoever looks after it sees that it
 * lives and why it is not ready; it serves when the schema is migrated.
 */
await run(async () => {
  const config = readConfig()
  if (config.embedded) throw new ConfigError('DATABASE_URL is required for the web process alone. "npm start" brings its own database.')
  const readiness: Readiness = { migrated: false, filled: true, stopping: false, reason: 'starting' }
  let app = waiting(config, createLog(config.logLevel), () => readiness.reason)
  const web = await listen({ fetch: (...request) => app.fetch(...request) }, { host: config.host, port: config.port })
  let closeServices = async () => {}
  onSignal(async () => { readiness.stopping = true; readiness.reason = 'stopping'; await web.close(); await closeServices() })

  const probe = createPool(config.databaseUrl, { max: 1 })
  await waitForSchema(createDatabase(probe), reason => { readiness.reason = reason })
  await probe.end()
  const services = await openServices(config, { worker: false })
  closeServices = () => services.close()
  readiness.migrated = true
  app = createApp(services, { readiness })
  console.log(`Quarterdeck web is ready on port ${web.port}, known as ${config.publicUrl}.`)
})
