import { useDelete } from '@refinedev/core'
import { Dropdown, Button } from 'antd'
import { ChevronDown, Pencil } from 'lucide-react'
import { lazy, Suspense, useState, type ReactNode } from 'react'
import { Link, useNavigate } from 'react-router'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { whyNot } from './act.ts'
import { useActions } from './action-runner.tsx'
import { asApiError } from './api-error.ts'
import type { Row } from './fields/kit.ts'
import { lower } from './format.ts'
import { apiRoot, http } from './http.ts'
import { withKey } from './keyboard/keys.ts'
import { useKeys } from './keyboard/use-keys.ts'
import { useManifest } from './manifest.tsx'
import { usePaletteActs } from './palette-acts.ts'
import { titleOf } from './record.tsx'
import { useToast } from './toasts.tsx'

const ConfirmDialog = lazy(() => import('./confirm-dialog.tsx').then(m => ({ default: m.ConfirmDialog })))

/** `own` rights reach only rows that are this person's. */
export const reaches = (right: boolean | 'own', row: Record<string, unknown>, me: string): boolean => right === true || (right === 'own' && row.authorId === me)

/** Edit and the menu of actions of a record. An action that cannot run now stays, with its reason at the right. */
export const RecordActions = ({ resource, row, quiet }: { resource: ManifestResource; row: Row & { version?: number }; quiet?: ReactNode }) => {
  const { me } = useManifest()
  const { start, dialog } = useActions(resource)
  const [removing, setRemoving] = useState(false)
  const { mutateAsync: remove, mutation } = useDelete()
  const navigate = useNavigate()
  const toast = useToast()
  useKeys(resource.actions.assignment ? [{ keys: 'o', run: () => { start('assignment', { id: row.id }) } }] : [])
  const mayEdit = reaches(resource.can.update, row, me.id) && Object.values(resource.fields).some(f => f.updatable)
  const mayRemove = reaches(resource.can.delete, row, me.id)
  const actions = Object.entries(resource.actions).filter(([, action]) => action.on.includes('row')).toSorted(([, a], [, b]) => Number(a.danger ?? false) - Number(b.danger ?? false))

  usePaletteActs([
    ...actions.filter(([, action]) => whyNot(action, row) === null).map(([name, action]) => ({ key: name, words: `${action.label}${action.confirm || action.form || action.reason ? '…' : ''}`, second: titleOf(resource, row), run: () => { start(name, { id: row.id }) } })),
    ...(mayEdit ? [{ key: 'edit', words: 'Edit', second: titleOf(resource, row), run: () => void navigate(`/${resource.name}/${row.id}/edit`) }] : []),
  ])

  const restore = async (): Promise<void> => {
    try {
      await http.post(`${apiRoot}/${resource.name}/${row.id}/restore`, {})
      toast({ text: `${titleOf(resource, row)} is back.` })
      void navigate(`/${resource.name}/${row.id}`)
    } catch (thrown) {
      toast({ text: asApiError(thrown).message, tone: 'negative', seconds: 12 })
    }
  }

  const removeNow = async (): Promise<void> => {
    try {
      await remove({ resource: resource.name, id: row.id, values: {}, mutationMode: 'pessimistic', successNotification: false, errorNotification: false, ...(row.version ? { meta: { headers: { 'If-Match': `"v${row.version}"` } } } : {}) })
      void navigate(`/${resource.name}`)
      toast({ text: `${titleOf(resource, row)} was removed.`, undo: resource.can.restore ? () => void restore() : undefined })
    } catch (thrown) {
      toast({ text: asApiError(thrown).message, tone: 'negative', seconds: 12 })
      setRemoving(false)
    }
  }

  const items = [
    ...actions.map(([name, action]) => {
      const reason = whyNot(action, row)
      const hint = reason ?? (action.stepUp ? 'asks for a code' : name === 'assignment' ? 'o' : '')
      return { key: name, disabled: reason !== null, danger: action.danger === true && reason === null, label: <span className="menu-item" data-testid={`action-${name}`}><span>{action.label}{action.confirm || action.form || action.reason ? '…' : ''}</span>{hint && <span className="menu-hint">{hint}</span>}</span> }
    }),
    ...(mayRemove ? [{ type: 'divider' as const }, { key: '_remove', danger: true, label: <span className="menu-item" data-testid="action-delete">Remove…</span> }] : []),
  ]

  return (
    <>
      {quiet}
      {mayEdit && <Link className="ant-btn qd-link-button" data-testid="action-edit" title={withKey('Edit', 'e')} aria-keyshortcuts="e" to={`/${resource.name}/${row.id}/edit`}><Pencil size={14} strokeWidth={1.75} aria-hidden="true" />Edit</Link>}
      {items.length > 0 && (
        <Dropdown trigger={['click']} placement="bottomRight" menu={{ items, onClick: ({ key }) => { if (key === '_remove') setRemoving(true); else start(key, { id: row.id }) } }}>
          <Button type="primary" data-testid="actions">Actions<ChevronDown size={14} aria-hidden="true" /></Button>
        </Dropdown>
      )}
      {removing && <Suspense fallback={null}><ConfirmDialog title={`Remove ${titleOf(resource, row)}?`} keep={`Keep ${lower(resource.label[0])}`} confirm={`Remove ${lower(resource.label[0])}`} danger busy={mutation.isPending} onKeep={() => { setRemoving(false) }} onConfirm={() => void removeNow()}>{resource.can.restore ? 'It leaves every list. It can be brought back.' : 'It leaves every list.'}</ConfirmDialog></Suspense>}
      {dialog}
    </>
  )
}
