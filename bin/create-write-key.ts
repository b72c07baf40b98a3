import './node-version.ts'
import { parseArgs } from 'node:util'
import { ConfigError, readConfig } from '../api/engine/config.ts'
import { createDatabase, createPool } from '../api/engine/database.ts'
import { createWriteKey } from '../api/usage/write-key.ts'
import { run } from './run.ts'

/** Makes a write key for the company's product and prints it, once: npm run -s create-write-key -- --name "Production API". */
await run(async () => {
  const { values } = parseArgs({ options: { name: { type: 'string' } } })
  const name = values.name?.trim()
  if (!name || name.length > 100) throw new ConfigError('--name is required: what sends with the key, such as --name "Production API".')
  const config = readConfig()
  if (config.embedded) throw new ConfigError('DATABASE_URL is required. In the demo an administrator makes keys on the page Write keys.')
  const pool = createPool(config.databaseUrl, { max: 1, name: 'quarterdeck-cli' })
  try { console.log((await createWriteKey(createDatabase(pool), name)).key) } finally { await pool.end() }
})
