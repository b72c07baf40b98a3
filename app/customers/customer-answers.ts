import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { asApiError, type ApiError } from '../engine/api-error.ts'
import type { Row } from '../engine/fields/kit.ts'
import { apiRoot, http } from '../engine/http.ts'
import { keyOfResource, type Loaded } from '../engine/records.ts'

/** GET /v1/admin/customers/:id/overview. A key is absent where this person may not read what it says; money in minor units. */
export interface Overview {
  id: string
  mrr?: { amount: number; currency: string; change30d: number; native?: { amount: number; currency: string } }
  plan?: { name: string | null; others: number; seats?: number | null; interval?: string | null; subscriptionId?: string }
  renewal?: { at: string | null; cancelsAt: string | null }
  owner?: { id: string; name: string } | null
  tickets?: { open: number; overdue: number }
  users?: { total: number; seenInWeek: number }
  lastContactAt?: string | null
  overdue?: { amount: number; currency: string; invoices: number; since: string; attempts: number; nextAttemptAt: string | null; invoiceId: string; number: string | null } | null
  card?: { brand: string | null; last4: string } | null
}

export const timelineKinds = ['money', 'contact', 'product', 'staff'] as const
export type TimelineKind = (typeof timelineKinds)[number]

/** One thing that happened with a customer. */
export interface TimelineEntry { id: string; at: string; kind: TimelineKind; icon: string; title: string; detail?: string; link?: string; amount?: number; currency?: string; actor?: { id: string | null; name: string }; undo?: { id: string; rows: number } }

export const useOverview = (id: string): Loaded<Overview> => {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: keyOfResource('customers', 'overview', id), refetchOnWindowFocus: true,
    queryFn: async ({ signal }) => (await http.get<Overview>(`${apiRoot}/customers/${id}/overview`, { signal })).data,
  })
  return { data, error: error ? asApiError(error) : null, pending: isPending, retry: () => void refetch() }
}

interface Story { entries: TimelineEntry[]; error: ApiError | null; pending: boolean; more: boolean; busy: boolean; next: () => void; retry: () => void }

/** What happened with a customer, newest first, forty at a time. */
export const useTimeline = (id: string, kind: TimelineKind | null): Story => {
  const query = useInfiniteQuery({
    queryKey: keyOfResource('customers', 'timeline', id, kind), initialPageParam: '', refetchOnWindowFocus: true,
    queryFn: async ({ signal, pageParam }) => {
      const search = new URLSearchParams({ limit: '40', ...(kind && { kind }), ...(pageParam && { before: pageParam }) })
      const { data, headers } = await http.get<TimelineEntry[]>(`${apiRoot}/customers/${id}/timeline?${search.toString()}`, { signal })
      return { entries: data, next: (headers['x-next-cursor'] as string | undefined) ?? null }
    },
    getNextPageParam: last => last.next,
  })
  return {
    entries: query.data?.pages.flatMap(page => page.entries) ?? [], error: query.error ? asApiError(query.error) : null, pending: query.isPending, more: query.hasNextPage, busy: query.isFetchingNextPage,
    next: () => void query.fetchNextPage(), retry: () => void query.refetch(),
  }
}

/** A few rows of a resource that point at the customer. */
export const useFew = <R extends Row>(resource: string, search: string, enabled = true): Loaded<{ rows: R[]; total: number }> => {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: keyOfResource(resource, 'few', search), enabled,
    queryFn: async ({ signal }) => { const answer = await http.get<R[]>(`${apiRoot}/${resource}?${search}`, { signal }); return { rows: answer.data, total: Number(answer.headers['x-total-count']) } },
  })
  return { data, error: error ? asApiError(error) : null, pending: isPending && enabled, retry: () => void refetch() }
}
