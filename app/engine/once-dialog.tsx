import { lazy, Suspense, useEffect, useState } from 'react'
import { onTold } from './http.ts'

const OnceTold = lazy(() => import('./once-told.tsx').then(m => ({ default: m.OnceTold })))

/** What the server tells this one time only: a link that works once, a key just made. Stays until the person says they have it. */
export const OnceDialog = () => {
  const [told, setTold] = useState<Record<string, unknown> | null>(null)
  useEffect(() => onTold(setTold), [])
  return told && <Suspense fallback={null}><OnceTold told={told} onClose={() => { setTold(null) }} /></Suspense>
}
