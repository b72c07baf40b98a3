import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { asApiError } from '../engine/api-error.ts'
import { apiRoot, http } from '../engine/http.ts'
import type { Loaded } from '../engine/records.ts'
import type { Metrics, PaymentHealth, PlanShare, Trend } from './figures.ts'

const fresh = 15_000

/** One answer of the revenue endpoints; the last one stays while the next is fetched. */
const useRevenue = <T>(path: string, query: Record<string, string | null | undefined>, enabled = true): Loaded<T> & { again: boolean } => {
  const search = new URLSearchParams(Object.entries(query).filter((pair): pair is [string, string] => typeof pair[1] === 'string')).toString()
  const { data, error, isPending, isPlaceholderData, refetch } = useQuery({
    queryKey: ['revenue', path, search], enabled, placeholderData: keepPreviousData, staleTime: fresh, refetchInterval: 60_000, refetchOnWindowFocus: true,
    queryFn: async ({ signal }) => (await http.get<T>(`${apiRoot}/revenue/${path}${search ? `?${search}` : ''}`, { signal })).data,
  })
  return { data, error: error ? asApiError(error) : null, pending: isPending && enabled, again: isPlaceholderData, retry: () => void refetch() }
}

export const useMetrics = (at: string, currency: string | null, enabled = true) => useRevenue<Metrics>('metrics', { at, currency }, enabled)
export const useTrends = (query: { from: string; to: string; by: 'month' | 'day'; currency?: string | null; groupBy?: string; view?: string }, enabled = true) => useRevenue<Trend[]>('trends', query, enabled)
export const useByPlan = (at: string, enabled = true) => useRevenue<PlanShare[]>('by-plan', { at }, enabled)
export const usePaymentHealth = (from: string, to: string) => useRevenue<PaymentHealth>('payment-health', { from, to })
