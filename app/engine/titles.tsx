import { useDataProvider } from '@refinedev/core'
import { createContext, useContext, useEffect, useMemo, useSyncExternalStore, type ReactNode } from 'react'
import type { Manifest } from '../../resources/engine/manifest.ts'
import { useManifest } from './manifest.tsx'

type Fetch = (resource: string, ids: string[]) => Promise<Map<string, string>>
const most = 200
const fresh = 300_000

/**
 * Names of rows that other rows point at. A page asks one by one, the store asks the server once per resource for all of them
 * (`GET /people?id=..&id=..`) and keeps the answer five minutes. An id that nobody answers for stays null.
 */
export class TitleStore {
  readonly #known = new Map<string, { title: string | null; at: number }>()
  readonly #wanted = new Map<string, Set<string>>()
  readonly #listeners = new Set<() => void>()
  readonly #fetch: Fetch
  #scheduled = false

  constructor(fetch: Fetch) { this.#fetch = fetch }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => { this.#listeners.delete(listener) }
  }

  /** The title, null when the row is not there for this person, undefined while it is not known. */
  peek(resource: string, id: string): string | null | undefined { return this.#known.get(`${resource} ${id}`)?.title }

  put(resource: string, id: string, title: string): void { this.#known.set(`${resource} ${id}`, { title, at: Date.now() }) }

  want(resource: string, id: string): void {
    const known = this.#known.get(`${resource} ${id}`)
    if (known && Date.now() - known.at < fresh) return
    const set = this.#wanted.get(resource) ?? new Set()
    this.#wanted.set(resource, set.add(id))
    if (this.#scheduled) return
    this.#scheduled = true
    setTimeout(() => { this.#scheduled = false; void this.#flush() }, 0)
  }

  async #flush(): Promise<void> {
    const batches = [...this.#wanted].flatMap(([resource, ids]) => {
      const all = [...ids]
      return Array.from({ length: Math.ceil(all.length / most) }, (_, i) => ({ resource, ids: all.slice(i * most, (i + 1) * most) }))
    })
    this.#wanted.clear()
    await Promise.all(batches.map(async ({ resource, ids }) => {
      const titles = await this.#fetch(resource, ids).catch(() => null)
      if (titles) for (const id of ids) this.#known.set(`${resource} ${id}`, { title: titles.get(id) ?? null, at: Date.now() })
    }))
    for (const listener of this.#listeners) listener()
  }
}

const StoreContext = createContext<TitleStore | null>(null)

const titleOf = (manifest: Manifest, resource: string): string | undefined => manifest.resources.find(r => r.name === resource)?.title

export const TitleProvider = ({ children }: { children: ReactNode }) => {
  const manifest = useManifest()
  const dataProvider = useDataProvider()
  const store = useMemo(() => new TitleStore(async (resource, ids) => {
    const title = titleOf(manifest, resource)
    if (!title) return new Map()
    const { data } = await dataProvider().getMany!({ resource, ids })
    return new Map(data.map(row => [String(row.id), String((row as Record<string, unknown>)[title] ?? '')]))
  }), [manifest, dataProvider])
  return <StoreContext value={store}>{children}</StoreContext>
}

export const useTitleStore = (): TitleStore => {
  const store = useContext(StoreContext)
  if (!store) throw new Error('A title is read outside its provider.')
  return store
}

/** The name of a row of another resource; see TitleStore.peek for null and undefined. */
export const useTitle = (resource: string, id: string | null | undefined): string | null | undefined => {
  const store = useTitleStore()
  useEffect(() => { if (id) store.want(resource, id) }, [store, resource, id])
  return useSyncExternalStore(store.subscribe, () => (id ? store.peek(resource, id) : null))
}
