import { Dropdown } from 'antd'
import { ChevronDown } from 'lucide-react'
import { Link } from 'react-router'
import type { ListSummary, ManifestResource } from '../../resources/engine/manifest.ts'
import { parseListQuery, type ListQuery } from './list-query.ts'
import type { Tab } from './page-head.tsx'
import { addressOf as addressOfView, type SavedView } from './view-state.ts'

const inRow = 5

/** The tab row of a list: its scopes with their counts, then saved views; those that do not fit stand in a menu at the end. */
export const viewTabs = (resource: ManifestResource, query: ListQuery, views: readonly SavedView[], summary: ListSummary | undefined, addressOf: (next: ListQuery) => string): { label: string; current: string; items: Tab[]; more?: React.ReactNode } | undefined => {
  const scopes = Object.entries(resource.list.views)
  if (scopes.length === 0 && views.length === 0) return undefined
  const { unknown: _, ...whole } = parseListQuery('', resource, query.size)
  const scope = (key: string, label: string): Tab => ({ key, label, count: summary?.views[key || 'all'], testId: `view-${key || 'all'}`, to: addressOf({ ...(query.saved ? whole : query), view: key, page: 1, after: null }) })
  const current = views.findIndex(v => v.id === query.saved)
  const shown = current >= inRow ? [...views.slice(0, inRow - 1), views[current]!] : views.slice(0, inRow)
  const rest = views.filter(v => !shown.includes(v))
  return {
    label: 'Views', current: query.saved ?? query.view,
    items: [scope('', 'All'), ...scopes.map(([name, view]) => scope(name, view.label)), ...shown.map((v): Tab => ({ key: v.id, label: v.name, testId: `view-${v.id}`, to: addressOfView(v, resource, query.size) }))],
    ...(rest.length > 0 && {
      more: (
        <Dropdown trigger={['click']} placement="bottomRight" menu={{ items: rest.map(v => ({ key: v.id, label: <Link to={addressOfView(v, resource, query.size)} data-testid={`view-${v.id}`}>{v.name}</Link> })) }}>
          <button type="button" className="more-views" data-testid="more-views" aria-haspopup="menu">{rest.length} more<ChevronDown size={13} aria-hidden="true" /></button>
        </Dropdown>
      ),
    }),
  }
}
