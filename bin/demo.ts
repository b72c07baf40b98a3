import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Config } from '../api/engine/config.ts'
import type { Services } from '../api/engine/context.ts'
import type { Readiness } from '../api/system/health.ts'

export interface Demo {
  /** Fills what became due since the last start, through the product's own doors. */
  fill(services: Services, readiness: Readiness): Promise<void>
  whoCanSignIn(): string
  stop(): Promise<void>
}

/** The first day of the demo company: today at the first start, kept in DATA_DIR. */
export function firstDay(dataDir: string): string {
  const file = path.join(dataDir, 'first-day')
  if (!existsSync(file)) { mkdirSync(dataDir, { recursive: true }); writeFileSync(file, `${new Date().toISOString().slice(0, 10)}\n`) }
  return readFileSync(file, 'utf8').trim()
}

/** Starts the demo company's surroundings. */
export async function startDemo(config: Config): Promise<Demo> {
  firstDay(config.dataDir)
  return { async fill() {}, whoCanSignIn: () => '', async stop() {} }
}
