import './node-version.ts'
import { createStripeReader } from '../api/billing/stripe.ts'
import { readConfig } from '../api/engine/config.ts'
import { createDatabase, createPool } from '../api/engine/database.ts'
import { connectEmbedded } from '../api/engine/embedded-postgres.ts'
import { backfill } from '../jobs/billing/backfill-stripe.ts'
import { onSignal, run } from './run.ts'

/** Reads everything that Stripe's list APIs tell into the database. Stopped, it goes on where it was; `--restart` begins again. */
await run(async () => {
  const config = readConfig(), reader = createStripeReader(config.stripe)
  if (!reader) throw new Error('Stripe is not connected: set STRIPE_SECRET_KEY.')
  const stop = new AbortController()
  onSignal(async () => stop.abort())
  const embedded = config.embedded ? await connectEmbedded(config.dataDir) : undefined
  const pool = createPool(embedded?.appUrl ?? config.databaseUrl, { max: 4, statementTimeout: 0, name: 'quarterdeck-backfill' })
  try {
    const read = await backfill({ db: createDatabase(pool), book: config.book, reader }, { signal: stop.signal, restart: process.argv.includes('--restart'), onPage: (resource, fetched) => console.log(`${resource}: ${fetched}`) })
    console.log(`${read} objects read.`)
  } finally {
    await pool.end()
    await embedded?.release()
  }
})
