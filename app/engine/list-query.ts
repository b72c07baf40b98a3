import type { FilterObject } from '../../resources/engine/define-resource.ts'
import { suffixes, type Leaf, type Operator, type Where } from '../../resources/engine/filter-grammar.ts'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { densities, type Density } from '../../resources/engine/preferences.ts'

export interface Sort { field: string; order: 'asc' | 'desc' }

/**
 * The state of a list as its address holds it. Filters speak the grammar of the API (`status=active&mrr_gte=10000`), so a link that
 * the server names can be opened as it is; `_view`, `_page`, `_size`, `_after`, `_saved`, `_columns`, `_widths` and `_density` are the page's own.
 */
export interface ListQuery {
  filters: Leaf[]
  where: Where | null
  q: string
  sort: Sort[]
  view: string
  page: number
  size: number
  after: string | null
  /** The saved view this came from, by its id. */
  saved?: string
  /** How the table looks, where it is not how the person has it anyway. */
  columns?: readonly string[]
  widths?: Readonly<Record<string, number>>
  density?: Density
}

export const pageSizes = [25, 50, 100] as const
const many: readonly Operator[] = ['in', 'nin', 'between']

/** `mrr_gte` -> { field: 'mrr', op: 'gte' }. The exact name of a field wins over field and suffix. */
export const parseKey = (key: string, isField: (name: string) => boolean): { field: string; op: Operator } | null => {
  if (isField(key)) return { field: key, op: 'eq' }
  for (const suffix of suffixes) {
    const field = key.endsWith(`_${suffix}`) ? key.slice(0, -suffix.length - 1) : ''
    if (field && isField(field)) return { field, op: suffix }
  }
  return null
}

export const keyOf = (leaf: Pick<Leaf, 'field' | 'op'>): string => (leaf.op === 'eq' ? leaf.field : `${leaf.field}_${leaf.op}`)

const texts = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(v => String(v))

/** Is this a field of the resource, or a declared path through a relation (`customer.status`)? */
export const knowsField = (resource: Pick<ManifestResource, 'fields'>) => (name: string): boolean => {
  if (Object.hasOwn(resource.fields, name)) return true
  const [relation, path, ...rest] = name.split('.')
  const field = path && rest.length === 0 ? resource.fields[`${relation}Id`] : undefined
  return field?.type === 'relation' && ((field as { paths?: readonly string[] }).paths ?? []).includes(path!)
}

/** A view's filter, or any other object of the grammar, as leaves. */
export const leavesOf = (filter: FilterObject, isField: (name: string) => boolean): Leaf[] =>
  Object.entries(filter).flatMap(([key, value]) => {
    const parsed = parseKey(key, isField)
    if (!parsed) return []
    const values = texts(value)
    return [{ ...parsed, op: parsed.op === 'eq' && values.length > 1 ? 'in' : parsed.op, value: Array.isArray(value) ? values : values[0] }]
  })

export const parseSort = (text: string): Sort[] =>
  text.split(',').filter(Boolean).map(part => (part.startsWith('-') ? { field: part.slice(1), order: 'desc' } : { field: part, order: 'asc' }))

const bounded = (text: string | null, fallback: number): number => (text && /^\d{1,9}$/.test(text) && Number(text) > 0 ? Number(text) : fallback)

/** `name:260,mrr:100` */
const parseWidths = (text: string | null): Record<string, number> | undefined => {
  const pairs = (text ?? '').split(',').map(part => /^([A-Za-z0-9]+):(\d{2,4})$/.exec(part)).filter(m => m !== null).map(m => [m[1]!, Number(m[2])] as const)
  return pairs.length > 0 ? Object.fromEntries(pairs) : undefined
}

const parseWhere = (text: string | null): Where | null => {
  if (!text) return null
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && ('and' in value || 'or' in value || 'field' in value) ? (value as Where) : null
  } catch {
    return null
  }
}

/** Reads the address. What it cannot place is named in `unknown`, never silently a filter less. */
export const parseListQuery = (search: string, resource: ManifestResource, rememberedSize: number = 25): ListQuery & { unknown: string[] } => {
  const params = new URLSearchParams(search)
  const isField = knowsField(resource)
  const filters: Leaf[] = []
  const unknown: string[] = []
  for (const key of new Set(params.keys())) {
    if (key === 'q' || key.startsWith('_') || key === 'peek' || key === 'tab') continue
    const parsed = parseKey(key, isField)
    if (!parsed) { unknown.push(key); continue }
    const values = params.getAll(key)
    const op = parsed.op === 'eq' && values.length > 1 ? 'in' : parsed.op
    filters.push({ field: parsed.field, op, value: many.includes(op) ? values : values[0] })
  }
  const where = parseWhere(params.get('_where'))
  if (params.get('_where') && !where) unknown.push('_where')
  const fields = (params.get('_sort') ?? '').split(',').filter(Boolean)
  const orders = (params.get('_order') ?? '').split(',')
  const sort = fields.filter(field => resource.fields[field]?.sortable).map((field, i): Sort => ({ field, order: orders[i] === 'desc' ? 'desc' : 'asc' }))
  const view = params.get('_view') ?? ''
  const size = bounded(params.get('_size'), rememberedSize)
  const columns = [...new Set((params.get('_columns') ?? '').split(',').filter(name => Object.hasOwn(resource.fields, name)))]
  const density = densities.find(d => d === params.get('_density'))
  const widths = parseWidths(params.get('_widths'))
  const saved = /^[0-9a-f-]{36}$/.exec(params.get('_saved') ?? '')?.[0]
  return {
    filters, where, unknown, q: params.get('q') ?? '', sort: sort.length > 0 ? sort : parseSort(resource.list.sort),
    view: Object.hasOwn(resource.list.views, view) ? view : '',
    page: bounded(params.get('_page'), 1), size: (pageSizes as readonly number[]).includes(size) ? size : 25, after: params.get('_after'),
    ...(saved && { saved }), ...(columns.length > 0 && { columns }), ...(widths && { widths }), ...(density && { density }),
  }
}

const sameSort = (a: readonly Sort[], b: readonly Sort[]): boolean => a.length === b.length && a.every((s, i) => s.field === b[i]?.field && s.order === b[i]?.order)

/** Writes the address: what equals the default is left out, every value survives (`R&D`, `a+b@x.com`, 200 ids). */
export const formatListQuery = (query: ListQuery, resource: ManifestResource, rememberedSize: number = 25): string => {
  const params = new URLSearchParams()
  if (query.saved) params.set('_saved', query.saved)
  if (query.view) params.set('_view', query.view)
  if (query.q) params.set('q', query.q)
  for (const leaf of query.filters) for (const value of texts(leaf.value)) params.append(keyOf(leaf), value)
  if (query.where) params.set('_where', JSON.stringify(query.where))
  if (!sameSort(query.sort, parseSort(resource.list.sort))) {
    params.set('_sort', query.sort.map(s => s.field).join(','))
    params.set('_order', query.sort.map(s => s.order).join(','))
  }
  if (query.columns) params.set('_columns', query.columns.join(','))
  if (query.widths && Object.keys(query.widths).length > 0) params.set('_widths', Object.entries(query.widths).map(([name, width]) => `${name}:${width}`).join(','))
  if (query.density) params.set('_density', query.density)
  if (query.size !== rememberedSize) params.set('_size', String(query.size))
  if (query.page > 1) params.set('_page', String(query.page))
  if (query.after) params.set('_after', query.after)
  const text = params.toString()
  return text ? `?${text}` : ''
}

/**
 * The filter part of a request. Two conditions on one key (a tab's and a chip's) would become one list of values, so the later
 * ones go into `_where`, where they are and-ed.
 */
export const filterParams = (leaves: readonly Leaf[], where: Where | null, q: string): URLSearchParams => {
  const params = new URLSearchParams()
  const nested: Where[] = where ? [where] : []
  for (const leaf of leaves) {
    const key = keyOf(leaf)
    if (params.has(key)) { nested.push(leaf); continue }
    for (const value of texts(leaf.value)) params.append(key, value)
  }
  // conditions that all hold already may simply be one more: a group around them would be one level deeper
  const [first, ...more] = nested
  if (first) params.set('_where', JSON.stringify(more.length === 0 ? first : { and: 'and' in first ? [...first.and, ...more] : nested }))
  if (q) params.set('q', q)
  return params
}

/** The same as the object that bodies carry: `{ status: 'active', tags_in: ['a', 'b'], _where: '...' }`. */
export const filterBody = (leaves: readonly Leaf[], where: Where | null, q: string): Record<string, string | string[]> => {
  const params = filterParams(leaves, where, q)
  return Object.fromEntries([...new Set(params.keys())].map(key => { const values = params.getAll(key); return [key, values.length > 1 ? values : values[0]!] }))
}

/** Tab, chips and nested conditions of a list together. */
export const allLeaves = (query: Pick<ListQuery, 'filters' | 'view'>, resource: ManifestResource): Leaf[] => {
  const view = resource.list.views[query.view]
  return [...(view ? leavesOf(view.filter, knowsField(resource)) : []), ...query.filters]
}
