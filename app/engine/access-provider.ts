import type { AccessControlProvider } from '@refinedev/core'
import type { Manifest } from '../../resources/engine/manifest.ts'

/** May this person do `action` on `resource`? From the manifest alone, without a request per row; it hides, the server decides. */
export const mayDo = (manifest: Manifest, resource: string | undefined, action: string): boolean => {
  const found = manifest.resources.find(r => r.name === resource)
  if (!found) return resource !== undefined && manifest.pages.includes(resource)
  if (action === 'list' || action === 'show') return true
  if (action === 'create' || action === 'clone') return found.can.create
  if (action === 'edit') return found.can.update !== false
  if (action === 'delete') return found.can.delete !== false
  if (action === 'export') return found.can.export
  if (action === 'history') return found.can.history
  return Object.hasOwn(found.actions, action)
}

export const createAccessProvider = (manifest: Manifest): AccessControlProvider => ({
  can: ({ resource, action }) => Promise.resolve({ can: mayDo(manifest, resource, action) }),
  options: { buttons: { enableAccessControl: true, hideIfUnauthorized: true }, queryOptions: { staleTime: Number.POSITIVE_INFINITY } },
})
