import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { apiRoot, http } from './http.ts'
import { useManifest, useResource } from './manifest.tsx'
import { keyOfResource } from './records.ts'
import { orderViews, type SavedView } from './view-state.ts'

/** Saved views of a list that are this person's or shared with them. `pending` until they are known; where there are none to be had, there are none. */
export const useViews = (resource: ManifestResource): { views: readonly SavedView[]; pending: boolean } => {
  const { me } = useManifest()
  const enabled = useResource('saved-views') !== undefined
  const { data, isPending } = useQuery({
    queryKey: keyOfResource('saved-views', 'of', resource.name), enabled, staleTime: 60_000,
    queryFn: async ({ signal }) => (await http.get<SavedView[]>(`${apiRoot}/saved-views?${new URLSearchParams({ resource: resource.name, _sort: 'name', _order: 'asc', _start: '0', _end: '200' }).toString()}`, { signal })).data,
  })
  // an administrator may read everybody's; in their own lists stand those that are meant for them
  const views = useMemo(() => orderViews((data ?? []).filter(v => v.ownerId === me.id || v.share === 'all' || (v.share === 'role' && v.role === me.role)), me.id), [data, me.id, me.role])
  return { views, pending: enabled && isPending }
}
