import { createContext, useContext, type ReactNode } from 'react'
import type { Manifest, ManifestResource } from '../../resources/engine/manifest.ts'
import { mayDo } from './access-provider.ts'
import { isRecord } from './api-error.ts'
import { apiRoot, http } from './http.ts'

interface Loaded { manifest: Manifest; reload: () => Promise<void> }

const ManifestContext = createContext<Loaded | null>(null)

export const fetchManifest = async (): Promise<Manifest> => {
  const { data } = await http.get<unknown>(`${apiRoot}/meta`)
  if (!isRecord(data) || !isRecord(data.me) || !Array.isArray(data.resources)) throw new Error('The server answered something else than its manifest.')
  return data as unknown as Manifest
}

export const ManifestProvider = ({ value, children }: { value: Loaded; children: ReactNode }) => <ManifestContext value={value}>{children}</ManifestContext>

const useLoaded = (): Loaded => {
  const loaded = useContext(ManifestContext)
  if (!loaded) throw new Error('The manifest is read outside its provider.')
  return loaded
}

/** The product as this person may see it. */
export const useManifest = (): Manifest => useLoaded().manifest
/** Reads the manifest again: after enrolment, a change of role, a new resource. */
export const useReloadManifest = (): (() => Promise<void>) => useLoaded().reload
/** The resource of that name, or undefined where it does not exist for this person. */
export const useResource = (name: string): ManifestResource | undefined => useManifest().resources.find(r => r.name === name)
/** May this person do `action` (list, create, edit, delete, export, history, or an action's name) on the resource? */
export const useMay = (resource: string, action: string): boolean => mayDo(useManifest(), resource, action)
