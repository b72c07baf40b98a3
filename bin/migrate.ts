import './node-version.ts'
import { readConfig } from '../api/engine/config.ts'
import { createDatabase, createPool } from '../api/engine/database.ts'
import { migrate } from '../api/engine/migrate.ts'
import { run } from './run.ts'

/** Brings the database of DATABASE_OWNER_URL (or DATABASE_URL) to this program's schema and gives the application role its rights. */
await run(async () => {
  const config = readConfig()
  if (config.embedded) { console.log('Without DATABASE_URL the database is embedded and "npm start" migrates it.'); return }
  const pool = createPool(config.databaseOwnerUrl, { max: 2, statementTimeout: 0, name: 'quarterdeck-migrate' })
  try {
    const done = await migrate(createDatabase(pool), decodeURIComponent(new URL(config.databaseUrl).username))
    console.log(done.length ? done.map(name => `Applied ${name}.`).join('\n') : 'Nothing to do: the schema is up to date.')
  } finally { await pool.end() }
})
