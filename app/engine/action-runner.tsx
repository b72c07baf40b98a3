import { lazy, Suspense, useState, type ReactNode } from 'react'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { asksFirst, newKey, runAction, useReport, type Target } from './act.ts'
import { asApiError } from './api-error.ts'
import type { Operation } from './operation.ts'
import { useToast } from './toasts.tsx'

// forms are a tenth of all scripts; a list opens without them
const ActionDialog = lazy(() => import('./action-dialog.tsx').then(m => ({ default: m.ActionDialog })))

/** Starts actions of a resource: one that asks opens its dialog (render `dialog`), any other runs at once. */
export const useActions = (resource: ManifestResource, onDone?: (operation: Operation) => void): { start: (name: string, target: Target) => void; dialog: ReactNode } => {
  const [open, setOpen] = useState<{ name: string; target: Target } | null>(null)
  const report = useReport(resource)
  const toast = useToast()

  const run = async (name: string, target: Target): Promise<void> => {
    try {
      const operation = await runAction(resource.name, name, target, {}, newKey())
      report(resource.actions[name]!, operation)
      onDone?.(operation)
    } catch (thrown) {
      const error = asApiError(thrown)
      if (error.code !== 'step_up_cancelled') toast({ text: error.message, tone: 'negative', seconds: 12 })
    }
  }

  const start = (name: string, target: Target): void => {
    const action = resource.actions[name]
    if (!action) return
    // all that match is only known when the server has counted: the dialog shows it
    if (asksFirst(action) || (target !== 'collection' && 'filter' in target)) setOpen({ name, target })
    else void run(name, target)
  }

  const action = open && resource.actions[open.name]
  return { start, dialog: open && action ? <Suspense fallback={null}><ActionDialog key={open.name} resource={resource} name={open.name} action={action} target={open.target} onClose={() => { setOpen(null) }} onDone={onDone} /></Suspense> : null }
}
