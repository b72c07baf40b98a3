import './node-version.ts'
import { readConfig } from '../api/engine/config.ts'
import { createDatabase, createPool } from '../api/engine/database.ts'
import { connectEmbedded } from '../api/engine/embedded-postgres.ts'
import { createAdmin } from '../api/staff/create-admin.ts'
import { run } from './run.ts'

/** Makes the first administrator, or gives one their access back: prints a link by which they set a password. `--reset-second-factor` for a lost phone. */
await run(async () => {
  const args = process.argv.slice(2).filter(a => a !== '--')
  const resetSecondFactor = args.includes('--reset-second-factor')
  const [email, ...name] = args.filter(a => !a.startsWith('--'))
  if (!email) throw new Error('Usage: npm run -s create-admin -- ada@company.com "Ada Lovelace" [--reset-second-factor]')
  const config = readConfig()
  const embedded = config.embedded ? await connectEmbedded(config.dataDir) : undefined
  const pool = createPool(embedded?.appUrl ?? config.databaseUrl, { max: 2, name: 'quarterdeck-create-admin' })
  try {
    const made = await createAdmin({ config, db: createDatabase(pool) }, { email, name: name.join(' ') || undefined, resetSecondFactor })
    console.log(made.existed ? `${email} is an administrator.` : `${email} was made an administrator.`)
    console.log(`Set the password here, once, until ${made.expiresAt}:\n${made.link}`)
  } finally {
    await pool.end()
    await embedded?.release()
  }
})
