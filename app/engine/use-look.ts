import { useMemo } from 'react'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { lookOf, readChosen, type Chosen, type Look } from './column-state.ts'
import type { ListQuery } from './list-query.ts'
import { useManifest } from './manifest.tsx'
import { usePreference } from './preferences.ts'

export interface LookState {
  look: Look
  /** Not known yet how this person has it. */
  pending: boolean
  /** Something differs from what everybody sees at first. */
  chosen: boolean
  change: (next: Chosen) => void
  reset: () => void
}

/**
 * How a list's table looks, and how to change it. In a saved view, or where the address says it already, a change goes into the address and the view counts as
 * changed; else it is kept for this person.
 */
export const useLook = (resource: ManifestResource, query: ListQuery, setQuery: (next: ListQuery, replace?: boolean) => void): LookState => {
  const { me } = useManifest()
  const { value, keep } = usePreference<Chosen>(`columns.${resource.name}`)
  const kept = useMemo(() => readChosen(value, resource), [value, resource])
  const look = useMemo(() => lookOf(resource, query, kept, me.display.density), [resource, query, kept, me.display.density])
  const { columns, widths, density, ...rest } = query
  const inAddress = query.saved !== undefined || columns !== undefined || widths !== undefined || density !== undefined
  return {
    look, pending: value === undefined, chosen: inAddress ? Boolean(columns ?? widths ?? density) : Object.keys(kept).length > 0,
    change: next => { if (inAddress) setQuery({ ...query, ...next }, true); else void keep({ ...kept, ...next }) },
    reset: () => { if (inAddress) setQuery(rest, true); else void keep(null) },
  }
}
