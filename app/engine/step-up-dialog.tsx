import { lazy, Suspense, useEffect, useState } from 'react'
import { onStepUp } from './http.ts'

// dialogs weigh a tenth of a page's scripts; most days nobody is asked
const StepUpForm = lazy(() => import('./step-up-form.tsx').then(m => ({ default: m.StepUpForm })))

/** Asks for a fresh authenticator code when the server wants one, then lets the waiting request go on. Asked once in ten minutes. */
export const StepUpDialog = () => {
  const [settle, setSettle] = useState<((went: boolean) => void) | null>(null)
  useEffect(() => onStepUp(() => new Promise(resolve => { setSettle(() => resolve) })), [])
  if (!settle) return null
  return <Suspense fallback={null}><StepUpForm onSettled={went => { settle(went); setSettle(null) }} /></Suspense>
}
