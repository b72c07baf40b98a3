import { Plus } from 'lucide-react'
import { useState } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { ExportButton } from './export-button.tsx'
import type { Row } from './fields/kit.ts'
import { lower } from './format.ts'
import { apiRoot } from './http.ts'
import { withKey } from './keyboard/keys.ts'
import { allLeaves, filterParams } from './list-query.ts'
import { useListState } from './list-state.ts'
import { PageHead, type Tab } from './page-head.tsx'
import { Peek } from './peek.tsx'
import { useSummary } from './records.ts'
import { ResourceList } from './resource-list.tsx'

/** The generated list page of a resource. */
export const ListPage = ({ resource }: { resource: ManifestResource }) => {
  const { query, unknown, search, setQuery, addressOf } = useListState(resource)
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

  const views = Object.entries(resource.list.views)
  const tab = (key: string, label: string, n: number | undefined): Tab => ({ key, label, count: n, testId: `view-${key || 'all'}`, to: addressOf({ ...query, view: key, page: 1, after: null }) })
  const create = resource.can.create && (
    <Link className="ant-btn qd-link-button primary" to={`/${resource.name}/new`} data-testid="action-create" title={withKey(`New ${lower(resource.label[0])}`, 'c')} aria-keyshortcuts="c"><Plus size={16} aria-hidden="true" />New {lower(resource.label[0])}</Link>
  )
  const index = rows.findIndex(r => r.id === peek)

  return (
    <div className="page list-page">
      <PageHead
        title={resource.label[1]}
        tools={<>{resource.can.export && <ExportButton href={`${apiRoot}/${resource.name}/export.csv?${exported.toString()}`} />}{create}</>}
        tabs={views.length > 0 ? { label: 'Views', current: query.view, items: [tab('', 'All', summary?.views.all), ...views.map(([name, view]) => tab(name, view.label, summary?.views[name]))] } : undefined}
      />
      <ResourceList
        resource={resource} query={query} setQuery={setQuery} search={search} unknown={unknown} openId={peek} onOpen={open} onRows={setRows} create={create || undefined}
        aside={peek ? (
          <Peek
            key={peek} resource={resource} id={peek} known={rows[index]} onClose={() => { open(null) }} onExpand={() => void navigate(`/${resource.name}/${peek}`)}
            onStep={{ before: index > 0 ? () => { open(rows[index - 1]!.id) } : undefined, after: index >= 0 && index < rows.length - 1 ? () => { open(rows[index + 1]!.id) } : undefined }}
          />
        ) : null}
      />
    </div>
  )
}
