import { useNavigate } from 'react-router'
import type { ManifestResource } from '../../../resources/engine/manifest.ts'
import { trailOf } from '../trail.ts'
import { useKeys } from './use-keys.ts'

/** Keys of a record page: its neighbours in the list it was opened from, and the way back. */
export const useRecordKeys = (resource: ManifestResource, id: string): void => {
  const navigate = useNavigate()
  const trail = trailOf(resource.name, id)
  const to = (other: string | null | undefined) => (): void => { if (other) void navigate(`/${resource.name}/${other}`) }
  useKeys([
    { keys: '[', run: to(trail?.before) }, { keys: ']', run: to(trail?.after) },
    { keys: 'u', run: () => void navigate(`/${resource.name}${trail?.search ?? ''}`) },
  ])
}
