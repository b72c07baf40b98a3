import { createDatabase, createPool } from '../../api/engine/database.ts'
import { drain } from '../../jobs/billing/drain-inbox.ts'

/** A worker of its own process, for tests that kill it: drains the database of its first argument. */
const pool = createPool(process.argv[2]!, { max: 2, name: 'quarterdeck-victim', statementTimeout: 60_000 })
await drain({ db: createDatabase(pool), book: { currency: 'usd', timeZone: 'UTC' }, reader: null, unknown: new Map() })
await pool.end()
