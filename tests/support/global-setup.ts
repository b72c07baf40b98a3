import { mkdtemp, rm, chmod } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { TestProject } from 'vitest/node'
import { createDatabase, createPool } from '../../api/engine/database.ts'
import { startEmbeddedPostgres } from '../../api/engine/embedded-postgres.ts'
import { migrate } from '../../api/engine/migrate.ts'
import { stopProduct } from './product-process.ts'

declare module 'vitest' { export interface ProvidedContext { postgres: { ownerUrl: string; appUrl: string; adminUrl: string }; productDir: string } }

/** One real PostgreSQL for the whole run. Its database `quarterdeck` is migrated once and serves as the template of each test file's own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dir = await mkdtemp(path.join(tmpdir(), 'quarterdeck-test-'))
  await chmod(dir, 0o755)
  const postgres = await startEmbeddedPostgres(dir, { settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' } })
  const pool = createPool(postgres.ownerUrl, { max: 2, statementTimeout: 60_000 })
  const owner = createDatabase(pool)
  await migrate(owner, 'quarterdeck_app')
  await owner.destroy()
  project.provide('postgres', { ownerUrl: postgres.ownerUrl, appUrl: postgres.appUrl, adminUrl: postgres.ownerUrl.replace('quarterdeck_owner:', 'postgres:').replace(/\/quarterdeck$/, '/postgres') })
  const productDir = await mkdtemp(path.join(tmpdir(), 'quarterdeck-product-'))
  await chmod(productDir, 0o755)
  project.provide('productDir', productDir)
  return async () => {
    await stopProduct(productDir)
    await rm(productDir, { recursive: true, force: true })
    await postgres.stop()
    await rm(dir, { recursive: true, force: true })
  }
}
