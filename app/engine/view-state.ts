import type { FilterObject } from '../../resources/engine/define-resource.ts'
import type { Where } from '../../resources/engine/filter-grammar.ts'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import type { Density } from '../../resources/engine/preferences.ts'
import { allLeaves, filterBody, formatListQuery, knowsField, parseKey, parseSort, type ListQuery, type Sort } from './list-query.ts'

/** A saved view as the API tells it. What speaks of fields that this person may not read is absent. */
export interface SavedView {
  id: string
  version: number
  name: string
  resource: string
  share: 'me' | 'role' | 'all'
  role: string | null
  defaultFor: string | null
  ownerId: string
  filters?: Record<string, unknown>
  sort?: Sort[]
  columns?: readonly string[] | null
  widths?: Readonly<Record<string, number>> | null
  density: Density | null
}

export type ViewContent = Required<Pick<SavedView, 'filters' | 'sort' | 'columns' | 'widths' | 'density'>>

/** What of a list is kept under a name: everything but the page one is on. */
export const contentOf = (query: ListQuery, resource: ManifestResource): ViewContent => {
  const { _where, ...filters } = filterBody(allLeaves(query, resource), query.where, query.q)
  return {
    filters: { ...filters, ...(typeof _where === 'string' && { _where: JSON.parse(_where) as unknown }) },
    sort: query.sort.map(({ field, order }) => ({ field, order })), columns: query.columns ?? null, widths: query.widths ?? null, density: query.density ?? null,
  }
}

const unread: Pick<ListQuery, 'filters' | 'where' | 'q' | 'view' | 'page' | 'after'> = { filters: [], where: null, q: '', view: '', page: 1, after: null }

/** A view as a list; null when it asks for something that is not there for this person: then nothing may be shown in its place. */
export const queryOf = (view: SavedView, resource: ManifestResource, size: number): ListQuery | null => {
  if (!view.filters || !view.sort) return null
  const isField = knowsField(resource)
  const { q, _where, ...rest } = view.filters
  const leaves = Object.entries(rest as FilterObject).map(([key, value]) => ({ parsed: parseKey(key, isField), value }))
  if (leaves.some(l => l.parsed === null) || view.sort.some(s => !resource.fields[s.field]?.sortable && s.field !== 'id')) return null
  const columns = view.columns?.filter(name => Object.hasOwn(resource.fields, name))
  return {
    ...unread, size, saved: view.id,
    filters: leaves.map(({ parsed, value }) => {
      const values = (Array.isArray(value) ? value : [value]).map(String)
      const op = parsed!.op === 'eq' && values.length > 1 ? 'in' : parsed!.op
      return { field: parsed!.field, op, value: op === 'in' || op === 'nin' || op === 'between' ? values : values[0] }
    }),
    where: typeof _where === 'string' ? JSON.parse(_where) as Where : (_where as Where | undefined) ?? null, q: typeof q === 'string' ? q : '',
    sort: view.sort.length > 0 ? view.sort : parseSort(resource.list.sort),
    ...(columns && columns.length > 0 && { columns }), ...(view.widths && Object.keys(view.widths).length > 0 && { widths: view.widths }), ...(view.density && { density: view.density }),
  }
}

/** The address of the list that a view opens; the short link where it cannot be opened, which says why. */
export const addressOf = (view: SavedView, resource: ManifestResource, size: number): string => {
  const query = queryOf(view, resource, size)
  return query ? `/${resource.name}${formatListQuery(query, resource, size)}` : `/v/${view.id}`
}

const sorted = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(sorted)
  : typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]))
  : value

/** Does the list still show what the view says? Its page and size do not count, nor the order in which conditions stand. */
export const isChanged = (view: SavedView, query: ListQuery, resource: ManifestResource): boolean => {
  const saved = queryOf(view, resource, query.size)
  return saved === null || JSON.stringify(sorted(contentOf(saved, resource))) !== JSON.stringify(sorted(contentOf(query, resource)))
}

/** Views in the order of the tab row: the person's own, then what is shared; by name. */
export const orderViews = (views: readonly SavedView[], me: string): SavedView[] =>
  views.toSorted((a, b) => Number(b.ownerId === me) - Number(a.ownerId === me) || a.name.localeCompare(b.name))
