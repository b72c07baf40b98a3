import { Button, Input, Select } from 'antd'
import { ChevronLeft, ChevronRight, Search } from 'lucide-react'
import { useEffect, useMemo, useState, type ReactNode } from 'react'
import { Link } from 'react-router'
import { limits, type Leaf } from '../../resources/engine/filter-grammar.ts'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { useActions } from './action-runner.tsx'
import { SelectAll, useSelection } from './selection.tsx'
import { AlertBanner } from './alert-banner.tsx'
import { BulkActionBar } from './bulk-action-bar.tsx'
import { withLeaf } from './cell-filter.ts'
import { CellTools } from './cell-tools.tsx'
import { resized } from './column-state.ts'
import { DataTable, type Column } from './data-table.tsx'
import type { Row } from './fields/kit.ts'
import { kitOf } from './fields/kits.ts'
import { FilterPanel, FilterWords } from './filter-panel.tsx'
import { count, counted, lower, money } from './format.ts'
import { allLeaves, pageSizes, type ListQuery } from './list-query.ts'
import { useManifest } from './manifest.tsx'
import { useListKeys } from './keyboard/use-list-keys.ts'
import { useSteady } from './live/use-steady.tsx'
import { leftOut, type Operation } from './operation.ts'
import { Avatar, hasAvatar, titleOf, Value } from './record.tsx'
import { useCount, usePage, useSummary } from './records.ts'
import { EmptyState, LoadError, SkeletonRows, State, useLasting } from './states.tsx'
import { leaveTrail } from './trail.ts'
import type { LookState } from './use-look.ts'

interface Props {
  resource: ManifestResource
  query: ListQuery
  /** `replace` where a step back should not stop: typing in the search box. */
  setQuery: (next: ListQuery, replace?: boolean) => void
  /** Conditions that are no chips: the record whose tab this is. */
  fixed?: readonly Leaf[]
  columns?: readonly string[]
  /** The address of this list, for the way back from a record. */
  search?: string
  openId?: string | null
  onOpen?: (id: string | null) => void
  aside?: ReactNode
  onRows?: (rows: readonly Row[]) => void
  create?: ReactNode
  unknown?: readonly string[]
  /** How the table looks, and how that is changed; without it the definition's columns. */
  looks?: LookState
}

const SearchBox = ({ label, value, onChange }: { label: string; value: string; onChange: (text: string) => void }) => {
  const [text, setText] = useState(value)
  useEffect(() => { setText(value) }, [value])
  useEffect(() => {
    if (text === value) return
    const timer = setTimeout(() => { onChange(text.trim()) }, 250)
    return () => { clearTimeout(timer) }
  }, [text, value, onChange])
  return <Input className="list-search" type="search" aria-label={`Search ${label}`} placeholder={`Search ${label}`} data-testid="list-search" prefix={<Search size={14} aria-hidden="true" />} value={text} maxLength={limits.text} onChange={e => { setText(e.target.value) }} />
}

const LeftOut = ({ operation, resource, label, onClose }: { operation: Operation; resource: ManifestResource; label: string; onClose: () => void }) => (
  <AlertBanner tone="negative" title={`${counted(operation.skipped + operation.failed, resource.label)} of ${count(operation.total)} left out.`} testId="left-out" actions={<Button onClick={onClose}>Close</Button>}>
    {label}: {leftOut(operation).map(({ reason, n }) => `${reason} (${count(n)})`).join(', ')}. {counted(operation.done, resource.label)} done.
  </AlertBanner>
)

/** A generated list below its head: search and chips, table, foot, bulk bar, and every state it can be in. */
export const ResourceList = ({ resource, query, setQuery, fixed = [], columns: given, search = '', openId = null, onOpen, aside, onRows, create, unknown = [], looks }: Props) => {
  const { book, me } = useManifest()
  const [partly, setPartly] = useState<{ operation: Operation; label: string } | null>(null)
  const leaves = useMemo(() => [...fixed, ...allLeaves(query, resource)], [fixed, query, resource])
  const page = useSteady<Row, ReturnType<typeof usePage>>(resource.name, JSON.stringify([leaves, query]), usePage(resource, leaves, query))
  const summary = useSummary(resource, leaves, query.where, query.q)
  const dim = useLasting(page.again, 400)
  useListKeys(resource, { openId, onOpen })
  const selection = useSelection(page.rows, leaves, query)
  const { start, dialog } = useActions(resource, operation => {
    selection.clear()
    if (operation.skipped + operation.failed > 0 && operation.total > 1) setPartly({ operation, label: resource.actions[operation.action]?.label ?? operation.action })
  })
  const bulk = Object.entries(resource.actions).filter(([, action]) => action.on.includes('bulk'))
  const plural = lower(resource.label[1])
  const narrowed = query.filters.length > 0 || query.where !== null || query.q !== '' || query.view !== ''
  const last = query.filters.at(-1)
  const without = useCount(resource, leaves.filter(l => l !== last), query.where, query.q, last !== undefined && page.total === 0 && !page.first && !page.error)

  const startAt = (query.page - 1) * query.size
  useEffect(() => { leaveTrail({ resource: resource.name, search, ids: page.rows.map(r => r.id), start: startAt, total: page.total }) }, [resource.name, search, page.rows, startAt, page.total])
  useEffect(() => { onRows?.(page.rows) }, [onRows, page.rows])

  const names = (given ?? looks?.look.columns ?? resource.list.columns).filter(name => resource.fields[name] && !(fixed.some(l => l.field === name)))
  const columns: Column<Row>[] = names.map(name => {
    const field = resource.fields[name]!
    const kit = kitOf(field.type)
    const isTitle = name === resource.title
    return {
      name, title: field.label, width: looks?.look.widths[name] ?? field.width ?? (isTitle ? 240 : kit.width), chosenWidth: looks?.look.widths[name] !== undefined, align: kit.align, sortable: field.sortable,
      render: row => isTitle ? (
        <span className="title-cell">
          {hasAvatar(resource) && <Avatar name={titleOf(resource, row)} />}
          <Link to={`/${resource.name}/${row.id}`} className="row-link name" dir="auto" title={titleOf(resource, row)}>{titleOf(resource, row)}</Link>
        </span>
      ) : <Value resource={resource} row={row} name={name} place="table" />,
    }
  })

  const sortBy = (field: string, additive: boolean): void => {
    const now = query.sort.find(s => s.field === field)
    const order = now ? (now.order === 'asc' ? 'desc' : 'asc') : kitOf(resource.fields[field]!.type).align === 'right' ? 'desc' : 'asc'
    const next = { field, order } as const
    const sort = additive ? (now ? query.sort.map(s => (s === now ? next : s)) : [...query.sort, next]) : [next]
    setQuery({ ...query, sort, page: 1, after: null })
  }

  const narrow = (change: Partial<ListQuery>, replace = false): void => { setQuery({ ...query, ...change, page: 1, after: null }, replace) }
  const searchable = Object.values(resource.fields).some(f => f.search)
  const to = startAt + page.rows.length
  const hasNext = page.next !== null || to < page.total
  const goNext = (): void => {
    const deep = query.page * query.size >= limits.offset
    setQuery({ ...query, page: query.page + 1, after: deep || query.after ? page.next : null })
  }

  const body = page.error && page.rows.length === 0 ? <LoadError what={resource.label[1]} error={page.error} onRetry={page.retry} />
    : page.first ? <SkeletonRows />
    : page.rows.length > 0 ? (
      <DataTable<Row>
        label={resource.label[1]} columns={columns} rows={page.rows} nameOf={row => titleOf(resource, row)} sort={query.sort} onSort={sortBy} dimmed={dim} openId={openId} dropColumns={aside !== undefined && aside !== null}
        onOpen={onOpen && (row => { onOpen(row.id) })} selection={bulk.length > 0 ? { ids: selection.ids, onChange: selection.change } : undefined} roomBelow={selection.size > 0} density={looks?.look.density ?? me.display.density}
        onResize={looks && ((name, width) => { looks.change({ widths: resized(looks.look.widths, name, width) }) })}
        tools={<CellTools resource={resource} rows={page.rows} onNarrow={leaf => { narrow({ filters: withLeaf(query.filters, leaf) }) }} />}
      />
    )
    : query.page > 1 ? <State title="No more rows" actions={<Button onClick={() => { narrow({}) }}>First page</Button>} />
    : narrowed ? (
      <State
        testId="state-no-match" title={`No ${lower(resource.label[0])} matches`}
        actions={<>{last && <Button onClick={() => { narrow({ filters: query.filters.slice(0, -1) }) }}>Remove that filter</Button>}<Button type={last ? 'text' : 'default'} onClick={() => { narrow({ filters: [], where: null, q: '', view: '' }) }}>Clear all</Button></>}
      >
        {last && without !== undefined && without > 0 && <>{counted(without, resource.label)} {without === 1 ? 'matches' : 'match'} without <FilterWords leaf={last} resource={resource} />.</>}
        {!last && query.q !== '' && <>Nothing is called <b dir="auto">{query.q}</b>.</>}
      </State>
    )
    : <EmptyState title={`No ${plural} yet`} actions={create}>{resource.list.empty}</EmptyState>

  return (
    <div className="list">
      <div className="filter-row">
        {searchable && <SearchBox label={plural} value={query.q} onChange={q => { narrow({ q }, true) }} />}
        <FilterPanel resource={resource} filters={query.filters} where={query.where} onChange={next => { narrow(next) }} />
      </div>
      {unknown.length > 0 && <AlertBanner tone="caution" title={`${unknown.map(u => `"${u}"`).join(', ')} ${unknown.length === 1 ? 'is' : 'are'} no filter of ${plural}.`} testId="unknown-filter">The list is shown without {unknown.length === 1 ? 'it' : 'them'}.</AlertBanner>}
      {page.error && page.rows.length > 0 && <AlertBanner tone="negative" title={page.error.message} actions={<Button onClick={page.retry}>Try again</Button>}>These rows are as they were.</AlertBanner>}
      {partly && <LeftOut operation={partly.operation} label={partly.label} resource={resource} onClose={() => { setPartly(null) }} />}
      <div className="list-body">
        <div className="list-main">
          {page.notice}
          {body}
          {selection.size > 0 && <BulkActionBar selected={selection.size} actions={bulk} more={<SelectAll selection={selection} total={page.total} exact={page.exact} />} onAct={name => { start(name, selection.target) }} onClose={selection.clear} />}
          <div className="foot">
            <span role="status" data-testid="total">{!page.first && !page.error && <>{!page.exact && 'about '}<b>{count(page.total)}</b> {lower(page.total === 1 ? resource.label[0] : resource.label[1])}</>}</span>
            {Object.entries(summary?.sums ?? {}).filter(([name]) => resource.fields[name] && page.total > 0).map(([name, sum]) => <span key={name} data-testid={`sum-${name}`}>{resource.fields[name]!.label} <b>{money(sum, book.currency)}</b></span>)}
            <span className="grow" />
            {(page.total > pageSizes[0] || query.size !== pageSizes[0]) && <Select variant="borderless" size="small" aria-label="Rows a page" value={query.size} popupMatchSelectWidth={false} options={pageSizes.map(n => ({ value: n, label: `${n} a page` }))} onChange={size => { setQuery({ ...query, size, page: 1, after: null }) }} />}
            {page.rows.length > 0 && <span>{count(startAt + 1)}–{count(to)}</span>}
            <button type="button" className="icon-button" aria-label="Previous page" data-testid="previous-page" disabled={query.page <= 1} onClick={() => { if (query.after) history.back(); else setQuery({ ...query, page: query.page - 1 }) }}><ChevronLeft size={16} aria-hidden="true" /></button>
            <button type="button" className="icon-button" aria-label="Next page" data-testid="next-page" disabled={!hasNext} onClick={goNext}><ChevronRight size={16} aria-hidden="true" /></button>
          </div>
        </div>
        {aside}
      </div>
      {dialog}
    </div>
  )
}
