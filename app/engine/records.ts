import { useList, type BaseRecord } from '@refinedev/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Leaf, Where } from '../../resources/engine/filter-grammar.ts'
import type { HistoryEntry, ListSummary, ManifestResource } from '../../resources/engine/manifest.ts'
import { asApiError, type ApiError } from './api-error.ts'
import { toRefine } from './data-provider.ts'
import type { Row } from './fields/kit.ts'
import { apiRoot, http } from './http.ts'
import { filterParams, type ListQuery } from './list-query.ts'

/** Query keys below ['data', 'default', resource] are those that Refine invalidates with the resource. */
export const keyOfResource = (resource: string, ...rest: unknown[]): unknown[] => ['data', 'default', resource, ...rest]

// one and the same, so that effects over rows rest while there are none
const noRows: readonly Row[] = []

interface Page { rows: readonly Row[]; total: number; exact: boolean; next: string | null; error: ApiError | null; first: boolean; again: boolean; retry: () => void }

/** A page of rows: old rows stay while new ones are fetched. `first` is the very first load, `again` any later one. */
export const usePage = (resource: ManifestResource, leaves: readonly Leaf[], query: Pick<ListQuery, 'where' | 'q' | 'sort' | 'page' | 'size' | 'after'>, enabled = true): Page => {
  const { query: answer } = useList<BaseRecord & Row, ApiError>({
    resource: resource.name,
    filters: [...toRefine(leaves, query.where), ...(query.q ? [{ field: 'q', operator: 'eq' as const, value: query.q }] : [])],
    sorters: query.sort.map(s => ({ field: s.field, order: s.order })),
    pagination: { currentPage: query.page, pageSize: query.size, mode: 'server' },
    meta: query.after ? { after: query.after } : {},
    queryOptions: { enabled, placeholderData: keepPreviousData, refetchOnWindowFocus: true },
    errorNotification: false,
  })
  const data = answer.data as unknown as { data: Row[]; total: number; exact: boolean; next: string | null } | undefined
  return {
    rows: data?.data ?? noRows, total: data?.total ?? 0, exact: data?.exact ?? true, next: data?.next ?? null, error: answer.error ? asApiError(answer.error) : null,
    first: answer.isPending && enabled, again: answer.isFetching && !answer.isPending, retry: () => void answer.refetch(),
  }
}

/** Tab counts, total and sums of what a filter leaves, in one answer. */
export const useSummary = (resource: ManifestResource, leaves: readonly Leaf[], where: Where | null, q: string, enabled = true): ListSummary | undefined => {
  const search = filterParams(leaves, where, q).toString()
  const { data } = useQuery({
    queryKey: keyOfResource(resource.name, 'summary', search), enabled, placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => (await http.get<ListSummary>(`${apiRoot}/${resource.name}/summary${search ? `?${search}` : ''}`, { signal })).data,
  })
  return data
}

/** How many rows a filter leaves; asked with a page of one row. */
export const useCount = (resource: ManifestResource | undefined, leaves: readonly Leaf[], where: Where | null = null, q = '', enabled = true): number | undefined => {
  const params = filterParams(leaves, where, q)
  params.set('_start', '0')
  params.set('_end', '1')
  const search = params.toString()
  const { data } = useQuery({
    queryKey: keyOfResource(resource?.name ?? '', 'count', search), enabled: enabled && resource !== undefined, staleTime: 30_000,
    queryFn: async ({ signal }) => Number((await http.get(`${apiRoot}/${resource!.name}?${search}`, { signal })).headers['x-total-count']),
  })
  return data
}

export interface Loaded<T> { data: T | undefined; error: ApiError | null; pending: boolean; retry: () => void }

/** One row, and the version it was read with. `still` keeps it as it was read: for a form, which no refetch may wipe. */
export const useRow = (resource: string, id: string, still = false): Loaded<Row & { version?: number }> => {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: still ? ['form', resource, id] : keyOfResource(resource, 'one', id),
    queryFn: async ({ signal }) => (await http.get<Row & { version?: number }>(`${apiRoot}/${resource}/${encodeURIComponent(id)}`, { signal })).data,
    ...(still ? { staleTime: Number.POSITIVE_INFINITY, gcTime: 0, refetchOnWindowFocus: false, refetchOnReconnect: false } : {}),
  })
  return { data, error: error ? asApiError(error) : null, pending: isPending, retry: () => void refetch() }
}

/** What was done to a row, newest first. */
export const useHistory = (resource: string, id: string, enabled = true): Loaded<HistoryEntry[]> => {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: keyOfResource(resource, 'history', id), enabled,
    queryFn: async ({ signal }) => (await http.get<HistoryEntry[]>(`${apiRoot}/${resource}/${encodeURIComponent(id)}/history`, { signal })).data,
  })
  return { data, error: error ? asApiError(error) : null, pending: isPending && enabled, retry: () => void refetch() }
}
