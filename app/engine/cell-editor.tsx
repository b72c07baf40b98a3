import { useInvalidate } from '@refinedev/core'
import { Button } from 'antd'
import { useState } from 'react'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { asApiError } from './api-error.ts'
import type { Row } from './fields/kit.ts'
import { kitOf } from './fields/kits.ts'
import { apiRoot, http } from './http.ts'
import { useManifest } from './manifest.tsx'
import { titleOf, Value } from './record.tsx'
import { useToast } from './toasts.tsx'
import { useUndo } from './use-undo.ts'

type Versioned = Row & { version?: number }

interface Props { resource: ManifestResource; row: Versioned; name: string; onClose: () => void }

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)
const atOnce = ['enum', 'relation', 'boolean']

/**
 * One field of one row, changed where it stands. Saved with the version that was shown; when somebody changed this very field meanwhile, both values are shown and the
 * person chooses. What the server refuses is said at the cell.
 */
export const CellEditor = ({ resource, row, name, onClose }: Props) => {
  const { book } = useManifest()
  const toast = useToast()
  const invalidate = useInvalidate()
  const undo = useUndo()
  const field = resource.fields[name]!
  const kit = kitOf(field.type)
  const [value, setValue] = useState<unknown>(row[name])
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const [theirs, setTheirs] = useState<Versioned | null>(null)
  const refresh = (): void => { void invalidate({ resource: resource.name, invalidates: ['resourceAll'] }) }
  const label = `${field.label} of ${titleOf(resource, row)}`

  const save = async (next: unknown, version: number, again = false): Promise<void> => {
    if (Number.isNaN(next)) { setError(kit.malformed ?? 'This is no value of the field.'); return }
    if (same(next, (theirs ?? row)[name])) { onClose(); if (theirs) refresh(); return }
    setBusy(true)
    setError(null)
    try {
      const { headers } = await http.patch(`${apiRoot}/${resource.name}/${row.id}`, { [name]: next ?? null }, { headers: { 'If-Match': `"v${version}"` } })
      const operation = headers['x-operation-id'] as string | undefined
      toast({ text: `${field.label} of ${titleOf(resource, row)} changed.`, undo: operation ? () => void undo({ id: operation, resource: resource.name }, `${field.label} changed`) : undefined })
      refresh()
      onClose()
    } catch (thrown) {
      const problem = asApiError(thrown)
      const current = problem.body.current as Versioned | undefined
      if (problem.statusCode === 412 && current?.version !== undefined) {
        // somebody changed other fields: this one is still as it was shown
        if (!again && same(current[name], row[name])) { await save(next, current.version, true); return }
        setTheirs(current)
      } else if (problem.code !== 'step_up_cancelled') setError(problem.errors[name]?.[0] ?? problem.message)
      setBusy(false)
    }
  }

  const { Input } = kit
  return (
    <form
      className="cell-editor" aria-label={label} data-testid={`cell-editor-${name}`}
      onSubmit={event => { event.preventDefault(); void save(value, theirs?.version ?? row.version ?? 1) }}
      onKeyDown={event => {
        if (event.key === 'Escape' && !event.defaultPrevented) { event.preventDefault(); event.stopPropagation(); onClose() }
        else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); void save(value, theirs?.version ?? row.version ?? 1) }
      }}
    >
      <Input
        field={field} row={row} book={book} value={value} aria-label={label} aria-invalid={error !== null} autoFocus data-testid={`field-${name}`}
        onChange={next => { setValue(next); if (atOnce.includes(field.type) && !theirs) void save(next, row.version ?? 1) }}
      />
      {error && <p className="field-error" role="alert">{error}</p>}
      {theirs && <p className="cell-conflict" role="alert">Somebody made it <b><Value resource={resource} row={theirs} name={name} place="facts" /></b> meanwhile.</p>}
      <div className="editor-actions">
        <Button size="small" onClick={() => { if (theirs) refresh(); onClose() }}>{theirs ? 'Keep theirs' : 'Cancel'}</Button>
        <Button size="small" type="primary" htmlType="submit" loading={busy}>{theirs ? 'Save mine' : 'Save'}</Button>
      </div>
    </form>
  )
}
