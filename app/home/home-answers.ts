import { useQuery } from '@tanstack/react-query'
import { asApiError } from '../engine/api-error.ts'
import type { Row } from '../engine/fields/kit.ts'
import { apiRoot, http } from '../engine/http.ts'
import { keyOfResource, type Loaded } from '../engine/records.ts'

/** A few rows of a list, and how many there are. */
export const useLatest = (resource: string, search: string): Loaded<{ rows: Row[]; total: number }> => {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: keyOfResource(resource, 'few', search), refetchOnWindowFocus: true,
    queryFn: async ({ signal }) => { const answer = await http.get<Row[]>(`${apiRoot}/${resource}?${search}`, { signal }); return { rows: answer.data, total: Number(answer.headers['x-total-count']) } },
  })
  return { data, error: error ? asApiError(error) : null, pending: isPending, retry: () => void refetch() }
}

/** One answer of the server, asked once for all widgets that use it. */
const useAnswer = <T,>(key: unknown[], address: string): Loaded<T> => {
  const { data, error, isPending, refetch } = useQuery({ queryKey: key, refetchOnWindowFocus: true, staleTime: 30_000, queryFn: async ({ signal }) => (await http.get<T>(address, { signal })).data })
  return { data, error: error ? asApiError(error) : null, pending: isPending, retry: () => void refetch() }
}

/** A figure of homes over the rows of a resource; it is read again when they change. */
export const useHomeAnswer = <T,>(resource: string, name: string): Loaded<T> => useAnswer(keyOfResource(resource, 'home', name), `${apiRoot}/home/${name}`)

/** What homes show of the head figures of revenue, today; money in minor units. */
export interface HomeMetrics {
  mrr: number; currency: string; movements: { opening: number }; period: { from: string }; customers: { trialing: number }
  counts: Record<string, { value: number | null; numerator: number; denominator: number } | undefined>
}
export const useMetricsOfHome = (): Loaded<HomeMetrics> => useAnswer(['revenue', 'home', 'metrics'], `${apiRoot}/revenue/metrics`)

/** MRR at the end of each month of a range, in minor units. */
export const useCourse = (from: string, to: string): Loaded<{ period: string; end: string; closing: number }[]> =>
  useAnswer(['revenue', 'home', 'course', from, to], `${apiRoot}/revenue/trends?${new URLSearchParams({ from, to, by: 'month' }).toString()}`)
