import { useInvalidate } from '@refinedev/core'
import { useState } from 'react'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { asApiError } from './api-error.ts'
import type { Row } from './fields/kit.ts'
import { kitOf } from './fields/kits.ts'
import { apiRoot, http } from './http.ts'
import { useManifest } from './manifest.tsx'
import { Value } from './record.tsx'
import { useToast } from './toasts.tsx'

export interface Versioned { version?: number }

/**
 * Changes one field of a row at once, with the version it was shown with; the toast offers to take it back. Answers whether it was saved. Somebody
 * faster is told, and the page reads the row again.
 */
export const useQuickChange = (resource: ManifestResource, row: Row & Versioned): { save: (values: Record<string, unknown>, said: string) => Promise<boolean>; busy: boolean } => {
  const invalidate = useInvalidate()
  const toast = useToast()
  const [busy, setBusy] = useState(false)
  const again = (): void => { void invalidate({ resource: resource.name, invalidates: ['resourceAll'] }) }
  const undo = async (operation: string): Promise<void> => {
    try { await http.delete(`${apiRoot}/operations/${operation}`) } catch (thrown) { toast({ text: `Not taken back: ${asApiError(thrown).message}`, tone: 'negative', seconds: 12 }) }
    again()
  }
  const save = async (values: Record<string, unknown>, said: string): Promise<boolean> => {
    setBusy(true)
    try {
      const { headers } = await http.patch(`${apiRoot}/${resource.name}/${row.id}`, values, { headers: { 'If-Match': `"v${row.version ?? 1}"` } })
      const operation = headers['x-operation-id'] as string | undefined
      toast({ text: said, undo: operation ? () => void undo(operation) : undefined })
      return true
    } catch (thrown) {
      const error = asApiError(thrown)
      if (error.code !== 'step_up_cancelled') toast({ text: error.statusCode === 412 ? 'Somebody was faster. This is how it stands now.' : error.message, tone: 'negative', seconds: 12 })
      return false
    } finally {
      setBusy(false)
      again()
    }
  }
  return { save, busy }
}

/** A field as its input where this person may change it, saved as soon as a value is chosen; else its value. For choices, not for typed text. */
export const QuickField = ({ resource, row, name, label }: { resource: ManifestResource; row: Row & Versioned; name: string; label?: string }) => {
  const { book } = useManifest()
  const { save } = useQuickChange(resource, row)
  const field = resource.fields[name]
  if (!field) return null
  if (!field.updatable || resource.can.update !== true) return <Value resource={resource} row={row} name={name} place="facts" />
  const { Input } = kitOf(field.type)
  return <Input field={field} row={row} book={book} value={row[name]} aria-label={label ?? field.label} data-testid={`field-${name}`} onChange={value => { if (!Number.isNaN(value)) void save({ [name]: value ?? null }, `${field.label} changed.`) }} />
}
