import type { CrudFilter, CrudFilters, CrudOperators, DataProvider } from '@refinedev/core'
import simpleRest from '@refinedev/simple-rest'
import type { AxiosInstance } from 'axios'
import type { Leaf, Operator, Where } from '../../resources/engine/filter-grammar.ts'
import { isRecord } from './api-error.ts'
import { filterParams } from './list-query.ts'

/** Refine's operators that the grammar has. Those it lacks (case-sensitive text, array containment) are refused, never sent as equality. */
const operators: Partial<Record<CrudOperators, Operator>> = {
  eq: 'eq', ne: 'ne', lt: 'lt', lte: 'lte', gt: 'gt', gte: 'gte', in: 'in', nin: 'nin', between: 'between',
  contains: 'like', ncontains: 'nlike', startswith: 'starts', endswith: 'ends', null: 'null', nnull: 'null',
}

const refineNames: Record<Operator, CrudOperators> = {
  eq: 'eq', ne: 'ne', lt: 'lt', lte: 'lte', gt: 'gt', gte: 'gte', in: 'in', nin: 'nin', between: 'between',
  like: 'contains', nlike: 'ncontains', starts: 'startswith', ends: 'endswith', null: 'null',
}

const leaf = (filter: CrudFilter & { field: string }): Leaf => {
  const op = operators[filter.operator as CrudOperators]
  if (!op) throw new Error(`The operator ${filter.operator} on ${filter.field} does not exist in the filter grammar.`)
  return { field: filter.field, op, value: filter.operator === 'null' ? filter.value !== false && filter.value !== 'false' : filter.operator === 'nnull' ? false : filter.value }
}

const nest = (filter: CrudFilter): Where => {
  if ('field' in filter) return leaf(filter)
  if (filter.operator !== 'and' && filter.operator !== 'or') throw new Error(`The operator ${String(filter.operator)} does not exist in the filter grammar.`)
  const parts = filter.value.map(nest)
  return filter.operator === 'and' ? { and: parts } : { or: parts }
}

/** The grammar's leaves as Refine names them, for hooks that take `filters`. */
export const toRefine = (leaves: readonly Leaf[], where: Where | null): CrudFilters => {
  const condition = (w: Where): CrudFilter =>
    'field' in w ? ({ field: w.field, operator: refineNames[w.op], value: w.value } as CrudFilter)
    : 'and' in w ? { operator: 'and', value: w.and.map(condition) } : { operator: 'or', value: w.or.map(condition) }
  return [...leaves, ...(where ? [where] : [])].map(condition)
}

const filtersToParams = (filters: CrudFilters = []): URLSearchParams => {
  const flat: Leaf[] = []
  const nested: Where[] = []
  let q = ''
  for (const filter of filters) {
    if ('field' in filter && filter.field === 'q') q = String(filter.value ?? '')
    else if ('field' in filter) flat.push(leaf(filter))
    else nested.push(nest(filter))
  }
  return filterParams(flat, nested.length === 0 ? null : nested.length === 1 ? nested[0]! : { and: nested }, q)
}

const headersOf = (meta: unknown): Record<string, string> | undefined => (isRecord(meta) && isRecord(meta.headers) ? (meta.headers as Record<string, string>) : undefined)

/** Refine puts the query's signal into the meta of a call. */
const signalOf = (meta: unknown): AbortSignal | undefined => (isRecord(meta) && meta.signal instanceof AbortSignal ? meta.signal : undefined)

/** Only the `headers` of a call's meta go out: Refine mixes more into it than we put there. */
const safeMeta = (meta: unknown): { headers?: Record<string, string> } => {
  const headers = headersOf(meta)
  return headers ? { headers } : {}
}

/**
 * simple-rest with its gaps closed: every operator of the grammar, `and`/`or`, repeated keys, cursor (`meta.after`), cancelling,
 * and a list without `x-total-count` is an error. getList answers `{ data, total, exact, next }`. Many rows are changed by one
 * bulk action, never by one request per row.
 */
export const createDataProvider = (root: string, http: AxiosInstance): DataProvider => {
  const base = simpleRest(root, http)
  return {
    ...base,
    getList: async ({ resource, pagination, filters, sorters, meta }) => {
      const params = filtersToParams(filters)
      if (sorters && sorters.length > 0) {
        params.set('_sort', sorters.map(s => s.field).join(','))
        params.set('_order', sorters.map(s => s.order).join(','))
      }
      const { currentPage = 1, pageSize = 25, mode = 'server' } = pagination ?? {}
      const after = isRecord(meta) && typeof meta.after === 'string' ? meta.after : null
      if (mode === 'server') {
        const start = after ? 0 : (currentPage - 1) * pageSize
        params.set('_start', String(start))
        params.set('_end', String(start + pageSize))
        if (after) params.set('_after', after)
      }
      const { data, headers } = await http.get(`${root}/${resource}?${params.toString()}`, { headers: headersOf(meta), signal: signalOf(meta) })
      const total = headers['x-total-count'] as string | undefined
      if (total === undefined) throw new Error(`GET ${root}/${resource} answered without x-total-count.`)
      return { data, total: Number(total), exact: headers['x-total-exact'] !== 'false', next: (headers['x-next-cursor'] as string | undefined) ?? null }
    },
    getOne: async ({ resource, id, meta }) => {
      const { data } = await http.get(`${root}/${resource}/${encodeURIComponent(id)}`, { headers: headersOf(meta), signal: signalOf(meta) })
      return { data }
    },
    getMany: async ({ resource, ids, meta }) => {
      const params = new URLSearchParams(ids.map(id => ['id', String(id)]))
      const { data } = await http.get(`${root}/${resource}?${params.toString()}`, { headers: headersOf(meta), signal: signalOf(meta) })
      return { data }
    },
    create: call => base.create({ ...call, meta: safeMeta(call.meta) }),
    update: call => base.update({ ...call, id: encodeURIComponent(call.id), meta: safeMeta(call.meta) }),
    deleteOne: call => base.deleteOne({ ...call, id: encodeURIComponent(call.id), meta: safeMeta(call.meta) }),
    custom: async ({ url, method, filters, sorters, payload, query, headers, meta }) => {
      const params = filtersToParams(filters)
      if (sorters && sorters.length > 0) {
        params.set('_sort', sorters.map(s => s.field).join(','))
        params.set('_order', sorters.map(s => s.order).join(','))
      }
      for (const [key, value] of Object.entries((query ?? {}) as Record<string, unknown>))
        for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined && one !== null) params.append(key, String(one))
      const text = params.toString()
      const { data } = await http.request({ url: text ? `${url}?${text}` : url, method, data: payload, headers: headers as Record<string, string> | undefined, signal: signalOf(meta) })
      return { data }
    },
  }
}
