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

/** MRR today, and at the start of its month; in minor units. */
export const useMrr = (): Loaded<{ mrr: number; opening: number; currency: string; from: string }> => {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['revenue', 'home'], refetchOnWindowFocus: true, staleTime: 30_000,
    queryFn: async ({ signal }) => {
      const { data: m } = await http.get<{ mrr: number; currency: string; movements: { opening: number }; period: { from: string } }>(`${apiRoot}/revenue/metrics`, { signal })
      return { mrr: m.mrr, opening: m.movements.opening, currency: m.currency, from: m.period.from }
    },
  })
  return { data, error: error ? asApiError(error) : null, pending: isPending, retry: () => void refetch() }
}
