import './node-version.ts'
import { existsSync } from 'node:fs'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { readConfig, type Config } from '../api/engine/config.ts'
import { createDatabase, createPool, type Database } from '../api/engine/database.ts'
import { connectEmbedded } from '../api/engine/embedded-postgres.ts'
import { exportChain, readChainFile } from '../api/security/audit-file.ts'
import { auditHead, auditRows } from '../api/security/audit-rows.ts'
import { ChainCheck } from '../api/security/chain.ts'
import { checkpointFile, ownPublicKeys, pemPublicKeys, publicKeysPem, readCheckpoints } from '../api/security/checkpoints.ts'
import { run } from './run.ts'

/**
 * Checks the audit log. Without arguments: the log of the database, while the product runs or is stopped. `FILE`: an export (the panel's CSV or
 * JSON lines), on any machine, without database or keys. `--export FILE`: writes such JSON lines, with the signed checkpoints and the public key beside.
 */
await run(async () => {
  const args = process.argv.slice(2).filter(a => a !== '--')
  if (args[0] === '--export' && args[1]) await withDatabase(readConfig(), (db, config) => writeExport(db, config, args[1]!))
  else if (args[0] && !args[0].startsWith('-')) await verifyFile(args[0])
  else if (!args.length) await withDatabase(readConfig(), verifyDatabase)
  else throw new Error('Usage: npm run -s verify-audit [-- FILE | -- --export FILE]')
})

async function withDatabase(config: Config, work: (db: Database, config: Config) => Promise<void>): Promise<void> {
  const embedded = config.embedded ? await connectEmbedded(config.dataDir) : undefined
  const pool = createPool(embedded?.appUrl ?? config.databaseUrl, { max: 1, statementTimeout: 600_000, name: 'quarterdeck-verify' })
  try {
    // one snapshot, so that rows written meanwhile disturb nothing
    await createDatabase(pool).transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(trx => work(trx, config))
  } finally {
    await pool.end()
    await embedded?.release()
  }
}

async function verifyDatabase(db: Database, config: Config): Promise<void> {
  const { points, faults } = await readCheckpoints(checkpointFile(config.dataDir), ownPublicKeys(config.masterKeys))
  const check = new ChainCheck(points)
  const head = await auditHead(db)
  for await (const row of auditRows(db)) check.push(row)
  report(check, [...check.end(head).map(f => f.sentence), ...faults])
}

async function verifyFile(file: string): Promise<void> {
  const beside = (own: string, shared: string) => [`${file}.${own}`, path.join(path.dirname(file), shared)].find(existsSync)
  const signed = beside('checkpoints', 'audit-checkpoints.jsonl'), key = beside('pub', 'audit-checkpoints.pub')
  const { points, faults } = signed && key ? await readCheckpoints(signed, pemPublicKeys(await readFile(key, 'utf8'))) : { points: [], faults: [] }
  const check = new ChainCheck(points)
  for await (const row of readChainFile(file)) check.push(row)
  report(check, [...check.end().map(f => f.sentence), ...faults])
}

async function writeExport(db: Database, config: Config, file: string): Promise<void> {
  const rows = await exportChain(auditRows(db), file)
  if (existsSync(checkpointFile(config.dataDir))) await copyFile(checkpointFile(config.dataDir), `${file}.checkpoints`)
  await writeFile(`${file}.pub`, publicKeysPem(config.masterKeys))
  console.log(`exported ${rows} rows`)
}

function report(check: ChainCheck, sentences: readonly string[]): void {
  for (const sentence of sentences) console.log(sentence)
  if (sentences.length) process.exitCode = 1
  else console.log(`verified ${check.rows} rows`)
}
