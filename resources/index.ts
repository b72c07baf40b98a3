import { readdirSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ResourceDefinition } from './engine/define-resource.ts'
import type { JobDefinition } from './engine/define-job.ts'

/**
 * Everything that is declared, found by looking: each file in resources/<word>/ exports its definitions. A new resource is one file; nothing
 * else has to name it. Files called jobs.ts declare jobs.
 */
const words = readdirSync(import.meta.dirname, { withFileTypes: true }).filter(d => d.isDirectory() && d.name !== 'engine').map(d => d.name).sort()

const exportsOf = async (match: (file: string) => boolean): Promise<unknown[]> => {
  const found: unknown[] = []
  for (const word of words) {
    for (const file of readdirSync(path.join(import.meta.dirname, word)).filter(f => f.endsWith('.ts') && !f.endsWith('.test.ts') && match(f)).sort())
      found.push(...Object.values(await import(pathToFileURL(path.join(import.meta.dirname, word, file)).href) as object))
  }
  return found
}

const isResource = (v: unknown): v is ResourceDefinition => typeof v === 'object' && v !== null && 'fields' in v && 'list' in v && 'title' in v
const isJob = (v: unknown): v is JobDefinition => typeof v === 'object' && v !== null && 'name' in v && 'label' in v && !('fields' in v)

const order = (r: ResourceDefinition) => r.nav?.order ?? 1000

/** Every resource, in side bar order. */
export const resources: readonly ResourceDefinition[] = (await exportsOf(f => f !== 'jobs.ts')).filter(isResource).sort((a, b) => order(a) - order(b) || a.name.localeCompare(b.name))

/** Every job. */
export const jobs: readonly JobDefinition[] = (await exportsOf(f => f === 'jobs.ts')).filter(isJob)

/** A resource by its name. */
export const resourceNamed = (name: string): ResourceDefinition | undefined => resources.find(r => r.name === name)
