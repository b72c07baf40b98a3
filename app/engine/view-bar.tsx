import { useInvalidate } from '@refinedev/core'
import { Button, Dropdown } from 'antd'
import { Bookmark, ChevronDown } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useNavigate } from 'react-router'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { asApiError } from './api-error.ts'
import { apiRoot, http } from './http.ts'
import type { ListQuery } from './list-query.ts'
import { useManifest } from './manifest.tsx'
import { useToast } from './toasts.tsx'
import { useUndo } from './use-undo.ts'
import type { ViewNaming } from './view-dialog.tsx'
import { addressOf, contentOf, isChanged, type SavedView } from './view-state.ts'

const ConfirmDialog = lazy(() => import('./confirm-dialog.tsx').then(m => ({ default: m.ConfirmDialog })))
const ViewDialog = lazy(() => import('./view-dialog.tsx').then(m => ({ default: m.ViewDialog })))
const root = `${apiRoot}/saved-views`

interface Props { resource: ManifestResource; query: ListQuery; view: SavedView | undefined; views: readonly SavedView[] }

/** Beside the title: the saved view one is in, whether it was changed, and what can be done with it; else the offer to save what one made of the list. */
export const ViewBar = ({ resource, query, view, views }: Props) => {
  const { me } = useManifest()
  const navigate = useNavigate()
  const toast = useToast()
  const undo = useUndo()
  const invalidate = useInvalidate()
  const [dialog, setDialog] = useState<'new' | 'edit' | 'delete' | null>(null)
  const refresh = (): Promise<void> => invalidate({ resource: 'saved-views', invalidates: ['resourceAll'] })
  const close = (): void => { setDialog(null) }
  const changed = view !== undefined && isChanged(view, query, resource)
  const mine = view !== undefined && (view.ownerId === me.id || me.role === 'admin')
  const match = view && { headers: { 'If-Match': `"v${view.version}"` } }
  const fail = (thrown: unknown): void => {
    const error = asApiError(thrown)
    toast({ text: error.statusCode === 412 ? 'Somebody changed this view meanwhile. It was read again; nothing was saved.' : `Not saved: ${Object.values(error.errors)[0]?.[0] ?? error.message}`, tone: 'negative', seconds: 12 })
    void refresh()
  }
  const told = (text: string, operation: unknown): void => { toast({ text, undo: typeof operation === 'string' ? () => void undo({ id: operation, resource: 'saved-views' }, text) : undefined }) }

  const saveNew = async (naming: ViewNaming): Promise<void> => {
    const { data } = await http.post<SavedView>(root, { resource: resource.name, ...contentOf(query, resource), name: naming.name, share: naming.share, ...(naming.defaultFor && { defaultFor: naming.defaultFor }) })
    close()
    await refresh()
    toast({ text: `Saved as ${data.name}.` })
    void navigate(addressOf(data, resource, query.size), { replace: true })
  }
  const saveContent = async (): Promise<void> => {
    try {
      const { headers } = await http.patch(`${root}/${view!.id}`, contentOf(query, resource), match!)
      await refresh()
      told(`${view!.name} saved.`, headers['x-operation-id'])
    } catch (thrown) { fail(thrown) }
  }
  const saveNaming = async ({ name, share, defaultFor }: ViewNaming): Promise<void> => {
    // one list opens first for a role: another one steps back
    const before = defaultFor && defaultFor !== view!.defaultFor ? views.find(v => v.defaultFor === defaultFor && v.id !== view!.id) : undefined
    if (before) await http.patch(`${root}/${before.id}`, { defaultFor: null }, { headers: { 'If-Match': `"v${before.version}"` } })
    const { headers } = await http.patch(`${root}/${view!.id}`, { name, share, ...(me.role === 'admin' && { defaultFor: defaultFor ?? null }) }, match!)
    close()
    await refresh()
    told(`${name} saved.`, headers['x-operation-id'])
  }
  const remove = async (): Promise<void> => {
    try {
      const { headers } = await http.delete(`${root}/${view!.id}`, match!)
      close()
      void navigate(`/${resource.name}?_view=all`, { replace: true })
      await refresh()
      told(`${view!.name} removed.`, headers['x-operation-id'])
    } catch (thrown) { close(); fail(thrown) }
  }
  const copyLink = (): void => { void navigator.clipboard.writeText(`${location.origin}/v/${view!.id}`).then(() => { toast({ text: 'Link copied.' }) }, () => { toast({ text: `${location.origin}/v/${view!.id}`, seconds: 20 }) }) }

  const someWish = query.filters.length > 0 || query.where !== null || query.q !== '' || (query.columns ?? query.widths ?? query.density) !== undefined || JSON.stringify(query.sort.map(s => `${s.order === 'desc' ? '-' : ''}${s.field}`)) !== JSON.stringify([resource.list.sort])
  return (
    <span className="view-bar">
      {view ? (
        <>
          <Dropdown
            trigger={['click']} placement="bottomLeft"
            menu={{ items: [
              { key: 'link', label: 'Copy link', onClick: copyLink },
              ...(mine ? [{ key: 'edit', label: 'Rename and share…', onClick: () => { setDialog('edit') } }] : []),
              { key: 'new', label: 'Save as another view…', onClick: () => { setDialog('new') } },
              ...(mine ? [{ key: 'delete', label: 'Remove…', danger: true, onClick: () => { setDialog('delete') } }] : []),
            ] }}
          >
            <button type="button" className="view-name" data-testid="view-menu" aria-haspopup="menu"><Bookmark size={14} aria-hidden="true" /><span className="name" dir="auto">{view.name}</span><ChevronDown size={13} aria-hidden="true" /></button>
          </Dropdown>
          {changed && <span className="view-changed" role="status" data-testid="view-changed">Changed</span>}
          {changed && mine && <Button size="small" data-testid="save-view" onClick={() => void saveContent()}>Save</Button>}
          {changed && <Button size="small" type="text" data-testid="save-view-as" onClick={() => { setDialog('new') }}>Save as…</Button>}
          {changed && <Button size="small" type="text" data-testid="discard-view" onClick={() => void navigate(addressOf(view, resource, query.size))}>Discard</Button>}
        </>
      ) : someWish && <button type="button" className="quiet" data-testid="save-view-as" onClick={() => { setDialog('new') }}><Bookmark size={13} aria-hidden="true" />Save view</button>}
      <Suspense fallback={null}>
        {dialog === 'new' && <ViewDialog title="Save this list" confirm="Save view" initial={{ name: view ? `${view.name} 2` : '', share: 'me', defaultFor: null }} onSave={saveNew} onClose={close} />}
        {dialog === 'edit' && view && <ViewDialog title="Saved view" confirm="Save" initial={{ name: view.name, share: view.share, defaultFor: view.defaultFor }} onSave={saveNaming} onClose={close} />}
        {dialog === 'delete' && view && <ConfirmDialog title={`Remove the view ${view.name}?`} keep="Keep it" confirm="Remove" danger onKeep={close} onConfirm={() => void remove()}>{view.share === 'me' ? 'The rows stay as they are.' : 'Those it is shared with lose it too. The rows stay as they are.'}</ConfirmDialog>}
      </Suspense>
    </span>
  )
}
