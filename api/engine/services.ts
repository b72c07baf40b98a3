import { domains } from '../domains.ts'
import { jobs, resources } from '../../resources/index.ts'
import { checkDeclarations } from '../../resources/engine/check.ts'
import type { Config } from './config.ts'
import type { Services } from './context.ts'
import { createDatabase, createPool } from './database.ts'
import { createLog } from './log.ts'
import { createQueue } from './queue.ts'
import { createRegistry } from './registry.ts'
import { createTotals } from './totals.ts'
import { checkDatabase } from './check-database.ts'

/** Opens what a process needs: pools, queue, registry. Refuses to start on a wrong declaration, each named in a numbered sentence. */
export async function openServices(config: Config, options: { worker: boolean }): Promise<Services & { close(): Promise<void> }> {
  const log = createLog(config.logLevel)
  const registry = createRegistry(resources, domains)
  const pool = createPool(config.databaseUrl, { max: 10, customPlans: true, name: 'quarterdeck-web' })
  const slowPool = createPool(config.databaseReplicaUrl ?? config.databaseUrl, { max: 4, statementTimeout: 600_000, name: 'quarterdeck-export' })
  const db = createDatabase(pool)
  const faults = [...checkDeclarations(resources, registry), ...await checkDatabase(db, resources, registry)]
  const wrong = faults.filter(f => f.level === 'error')
  for (const f of faults.filter(x => x.level === 'warning')) log.warn(f.sentence)
  if (wrong.length) {
    await Promise.all([pool.end(), slowPool.end()])
    throw new Error(`The declarations do not fit:\n${wrong.map(f => `  ${f.sentence}`).join('\n')}`)
  }
  const queue = await createQueue(config.databaseDirectUrl, jobs, log, { work: options.worker })
  return {
    config, db, pool, slowPool, queue, log, registry, totals: createTotals(),
    async close() {
      await queue.stop()
      await Promise.all([pool.end(), slowPool.end()])
    },
  }
}
