import { Upload } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import type { ManifestResource } from '../../resources/engine/manifest.ts'

const ImportDialog = lazy(() => import('./import-dialog.tsx').then(m => ({ default: m.ImportDialog })))

/** Opens the import of a file into this list. */
export const ImportButton = ({ resource }: { resource: ManifestResource }) => {
  const [open, setOpen] = useState(false)
  return <>
    <button type="button" className="ant-btn qd-link-button" data-testid="import" aria-haspopup="dialog" onClick={() => { setOpen(true) }}><Upload size={16} strokeWidth={1.75} aria-hidden="true" />Import</button>
    {open && <Suspense fallback={null}><ImportDialog resource={resource} onClose={() => { setOpen(false) }} /></Suspense>}
  </>
}
