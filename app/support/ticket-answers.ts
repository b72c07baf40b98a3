import { useQuery } from '@tanstack/react-query'
import { asApiError } from '../engine/api-error.ts'
import type { Row } from '../engine/fields/kit.ts'
import { apiRoot, http } from '../engine/http.ts'
import { keyOfResource, type Loaded } from '../engine/records.ts'

export interface Reply extends Row { body: string; kind: 'public' | 'internal'; authorId: string | null; userId: string | null; createdAt: string }

const most = 200

/** What was said on a ticket, oldest first; the newest two hundred where there are more. */
export const useReplies = (ticketId: string, enabled: boolean): Loaded<{ rows: Reply[]; total: number }> => {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: keyOfResource('replies', 'of', ticketId), enabled, refetchOnWindowFocus: true,
    queryFn: async ({ signal }) => {
      const answer = await http.get<Reply[]>(`${apiRoot}/replies?ticketId=${ticketId}&_sort=createdAt&_order=desc&_start=0&_end=${most}`, { signal })
      return { rows: answer.data.toReversed(), total: Number(answer.headers['x-total-count']) }
    },
  })
  return { data, error: error ? asApiError(error) : null, pending: isPending && enabled, retry: () => void refetch() }
}
