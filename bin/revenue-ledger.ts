import './node-version.ts'
import { readConfig } from '../api/engine/config.ts'
import { createDatabase, createPool } from '../api/engine/database.ts'
import { connectEmbedded } from '../api/engine/embedded-postgres.ts'
import { ledgerLines } from '../api/revenue/ledger-lines.ts'
import { rebuildLedger } from '../jobs/revenue/rebuild-ledger.ts'
import { run } from './run.ts'

/**
 * Prints the live ledger as canonical JSON lines. `--compare` first computes it from the raw events and ends with status 1 where they differ;
 * `--rebuild` writes the difference. What was found is said on standard error.
 */
await run(async () => {
  const flags = process.argv.slice(2), config = readConfig()
  for (const flag of flags) if (!['--compare', '--rebuild'].includes(flag)) throw new Error(`There is no option ${flag}. There are --compare and --rebuild.`)
  const embedded = config.embedded ? await connectEmbedded(config.dataDir) : undefined
  const pool = createPool(embedded?.appUrl ?? config.databaseUrl, { max: 2, statementTimeout: 0, name: 'quarterdeck-ledger' })
  try {
    const db = createDatabase(pool)
    if (flags.length) {
      const compare = !flags.includes('--rebuild')
      const { customers, reversed, added } = await rebuildLedger({ db, book: config.book }, { fromRaw: true, compare })
      console.error(`${customers} customers computed from raw events: ${reversed} rows ${compare ? 'would be' : 'were'} taken back, ${added} added.`)
      if (compare && reversed + added > 0) process.exitCode = 1
    }
    await db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(async trx => { for await (const line of ledgerLines(trx)) process.stdout.write(`${line}\n`) })
  } finally {
    await pool.end()
    await embedded?.release()
  }
})
