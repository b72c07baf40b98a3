import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Services } from '../api/engine/context.ts'
import { createWriteKey, findWriteKey } from '../api/usage/write-key.ts'
import { sendProductFacts } from '../demo/product/send-product-facts.ts'
import { DEMO_SEED } from '../demo/staff.ts'

/** Where the demo keeps the write key of its product. */
export const productKeyFile = (dataDir: string): string => path.join(dataDir, 'demo-write-key')

/** What the company's product has to tell since the last start, through POST /v1/batch with a write key of its own. */
export async function fillProduct(services: Services, o: { local: string; dataDir: string; firstDay: string }): Promise<void> {
  const keyFile = productKeyFile(o.dataDir), sinceFile = path.join(o.dataDir, 'demo-product-told')
  const known = existsSync(keyFile) && await findWriteKey(services.db, readFileSync(keyFile, 'utf8').trim())
  if (!known) writeFileSync(keyFile, `${(await createWriteKey(services.db, 'Northwind, the demo product')).key}\n`, { mode: 0o600 })
  const writeKey = readFileSync(keyFile, 'utf8').trim()
  const now = new Date()
  const since = existsSync(sinceFile) ? new Date(readFileSync(sinceFile, 'utf8').trim()) : new Date(0)
  const { sent } = await sendProductFacts({ seed: DEMO_SEED, firstDay: o.firstDay, url: o.local, writeKey, since, now })
  writeFileSync(sinceFile, `${now.toISOString()}\n`)
  if (sent) console.log(`The product told ${sent.toLocaleString('en')} facts of its users.`)
}
