import { useState, type ReactNode } from 'react'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { newKey, runAction, useReport, type Target } from './act.ts'
import { ActionDialog, asksFirst } from './action-dialog.tsx'
import { asApiError } from './api-error.ts'
import type { Operation } from './operation.ts'
import { useToast } from './toasts.tsx'

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
    if (asksFirst(action)) setOpen({ name, target })
    else void run(name, target)
  }

  const action = open && resource.actions[open.name]
  return { start, dialog: open && action ? <ActionDialog key={open.name} resource={resource} name={open.name} action={action} target={open.target} onClose={() => { setOpen(null) }} onDone={onDone} /> : null }
}
