import { Popover } from 'antd'
import { Plus, SlidersHorizontal } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { Link, Navigate, useNavigate, useSearchParams } from 'react-router'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { AlertBanner } from './alert-banner.tsx'
import { CollectionActions } from './collection-actions.tsx'
import { ExportButton } from './export-button.tsx'
import type { Row } from './fields/kit.ts'
import { lower } from './format.ts'
import { apiRoot } from './http.ts'
import { ImportButton } from './import-button.tsx'
import { withKey } from './keyboard/keys.ts'
import { allLeaves, filterParams } from './list-query.ts'
import { useListState } from './list-state.ts'
import { useManifest } from './manifest.tsx'
import { PageHead } from './page-head.tsx'
import { Peek } from './peek.tsx'
import { useSummary } from './records.ts'
import { ResourceList } from './resource-list.tsx'
import { SkeletonRows } from './states.tsx'
import { useLook } from './use-look.ts'
import { useViews } from './use-views.ts'
import { ViewBar } from './view-bar.tsx'
import { ViewRefused } from './view-page.tsx'
import { addressOf as addressOfView, queryOf } from './view-state.ts'
import { viewTabs } from './view-tabs.tsx'

const DisplayPanel = lazy(() => import('./display-panel.tsx').then(m => ({ default: m.DisplayPanel })))

/** The generated list page of a resource. */
export const ListPage = ({ resource }: { resource: ManifestResource }) => {
  const { me } = useManifest()
  const { views, pending } = useViews(resource)
  const first = views.find(v => v.defaultFor === me.role)
  const { query, unknown, search, setQuery, addressOf } = useListState(resource, first !== undefined)
  const looks = useLook(resource, query, setQuery)
  const [params, setParams] = useSearchParams()
  const [rows, setRows] = useState<readonly Row[]>([])
  const navigate = useNavigate()
  const leaves = allLeaves(query, resource)
  const summary = useSummary(resource, leaves, query.where, query.q)
  const peek = params.get('peek')

  const open = (id: string | null): void => {
    const next = new URLSearchParams(params)
    if (id) next.set('peek', id); else next.delete('peek')
    setParams(next, { replace: peek !== null && id !== null })
  }

  const exported = filterParams(leaves, query.where, query.q)
  exported.set('_sort', query.sort.map(s => s.field).join(','))
  exported.set('_order', query.sort.map(s => s.order).join(','))

  // at the plain address the view that opens first for this role stands, once it is known whether there is one
  const plain = [...params.keys()].every(key => key === 'peek')
  const opensFirst = plain && first !== undefined
  const view = views.find(v => v.id === query.saved)
  const create = resource.can.create && (
    <Link className="ant-btn qd-link-button primary" to={`/${resource.name}/new`} data-testid="action-create" title={withKey(`New ${lower(resource.label[0])}`, 'c')} aria-keyshortcuts="c"><Plus size={16} aria-hidden="true" />New {lower(resource.label[0])}</Link>
  )
  const index = rows.findIndex(r => r.id === peek)
  if (opensFirst && queryOf(first, resource, query.size)) return <Navigate to={addressOfView(first, resource, query.size)} replace />
  const refused = query.saved !== undefined && unknown.length > 0

  return (
    <div className="page list-page">
      <PageHead
        title={resource.label[1]}
        tools={<>
          <Popover
            trigger="click" placement="bottomRight" arrow={false} destroyOnHidden
            content={<Suspense fallback={null}><DisplayPanel resource={resource} state={looks} sort={query.sort} onSort={sort => { setQuery({ ...query, sort, page: 1, after: null }) }} /></Suspense>}
          >
            <button type="button" className="ant-btn qd-link-button" data-testid="display" aria-haspopup="dialog"><SlidersHorizontal size={16} strokeWidth={1.75} aria-hidden="true" />Display</button>
          </Popover>
          <CollectionActions resource={resource} />
          {resource.can.import && <ImportButton resource={resource} />}
          {resource.can.export && <ExportButton href={`${apiRoot}/${resource.name}/export.csv?${exported.toString()}`} />}{create}</>}
        beside={<ViewBar resource={resource} query={query} view={view} views={views} />}
        tabs={viewTabs(resource, query, views, summary, addressOf)}
      />
      {opensFirst && <AlertBanner tone="caution" title={`The view ${first.name}, which opens first here, cannot be shown to you.`} testId="first-refused">It asks for a field that was removed or that your role may not read. This is the whole list.</AlertBanner>}
      {refused ? <ViewRefused name={view?.name ?? 'This view'} what={resource.label[1]} to={`/${resource.name}?_view=all`} /> : (plain && pending) || looks.pending ? <SkeletonRows /> : <ResourceList
        looks={looks}
        resource={resource} query={query} setQuery={setQuery} search={search} unknown={unknown} openId={peek} onOpen={open} onRows={setRows} create={create || undefined}
        aside={peek ? (
          <Peek
            key={peek} resource={resource} id={peek} known={rows[index]} onClose={() => { open(null) }} onExpand={() => void navigate(`/${resource.name}/${peek}`)}
            onStep={{ before: index > 0 ? () => { open(rows[index - 1]!.id) } : undefined, after: index >= 0 && index < rows.length - 1 ? () => { open(rows[index + 1]!.id) } : undefined }}
          />
        ) : null}
      />}
    </div>
  )
}
