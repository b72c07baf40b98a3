import { useInvalidate } from '@refinedev/core'
import { useCallback } from 'react'
import { asApiError } from './api-error.ts'
import { isOpen, undoOperation, type Operation } from './operation.ts'
import { watch } from './running.ts'
import { useToast } from './toasts.tsx'

/** Takes an operation back and says how that went. Rows changed since are named by number, and can be left as they are. */
export const useUndo = (): ((operation: Pick<Operation, 'id' | 'resource'>, label: string) => Promise<void>) => {
  const toast = useToast()
  const invalidate = useInvalidate()
  return useCallback(async (operation, label) => {
    const refresh = (): void => { for (const name of [operation.resource, 'operations']) void invalidate({ resource: name, invalidates: ['resourceAll'] }) }
    const take = async (leave: boolean): Promise<void> => {
      try {
        const after = await undoOperation(operation.id, leave)
        if (isOpen(after)) watch({ id: operation.id, resource: operation.resource, label })
        else toast({ text: after.error ? `Taken back. ${after.error}` : 'Taken back.' })
      } catch (thrown) {
        const error = asApiError(thrown)
        if (error.code === 'step_up_cancelled') return
        const conflicting = error.code === 'undo_conflict' ? Number(error.body.conflicting ?? 0) : 0
        toast({ text: `Not taken back: ${error.message}`, tone: 'negative', seconds: 20, ...(conflicting > 0 ? { act: { label: 'Take the others back', run: () => void take(true) } } : {}) })
      }
      refresh()
    }
    await take(false)
  }, [toast, invalidate])
}
