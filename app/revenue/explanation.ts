import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { asApiError } from '../engine/api-error.ts'
import type { Row } from '../engine/fields/kit.ts'
import { apiRoot, http } from '../engine/http.ts'
import { keyOfResource, type Loaded } from '../engine/records.ts'
import type { ListSummary } from '../../resources/engine/manifest.ts'

/** One item's MRR with the inputs of its formula; decimals are text, money in minor units. */
export interface FormulaLine {
  plan: string
  currency: string
  interval: string
  intervalCount: number
  quantity: number
  unitAmount: string | null
  tiersMode?: string
  gross: string
  net: string
  discounts: { name?: string; percentOff?: string; amountOff?: string; amount: string }[]
  taxPercent?: string
  factor: string
  mrrExact: string
  formula: string
}

/** GET /v1/admin/revenue/movements/:id/explain: everything behind one movement. */
export interface Explanation {
  movement: {
    id: string; customerId: string; customer: string | null; effectiveAt: string; recordedAt: string; day: string; category: string; cause: string; planId: string | null; plan: string
    amount: number | null; amountExact: string | null; bookCurrency: string; nativeAmount: number; nativeExact: string; currency: string; rate: string | null; fxRateId: string | null; quality: 'observed' | 'reconstructed'; stripeCustomerId: string
  }
  before: { amountExact: string; currency: string }
  after: { amountExact: string; currency: string }
  lines: { before: FormulaLine[]; after: FormulaLine[] }
  subscription: { id: string | null; stripeId: string; plan: string | null; status: string | null }
  rule: { id: string; sentence: string }
  objectVersion: { id: string; objectType: string; objectId: string; effectiveAt: string; recordedAt: string; source: string; payload: unknown } | null
  event: { id: string; stripeId: string; type: string; created: string; receivedAt: string; payload: unknown } | null
  /** Paths of the event's payload (or of the version's, below `payload`) that were read. */
  usedPaths: string[]
}

export const useExplanation = (id: string | null): Loaded<Explanation> => {
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['revenue', 'explain', id], enabled: id !== null, staleTime: 60_000,
    queryFn: async ({ signal }) => (await http.get<Explanation>(`${apiRoot}/revenue/movements/${encodeURIComponent(id!)}/explain`, { signal })).data,
  })
  return { data, error: error ? asApiError(error) : null, pending: isPending && id !== null, retry: () => void refetch() }
}

/** A row of the list of movements, as far as the explanation shows it. */
export interface MovementRow extends Row { effectiveAt: string; category: string; cause: string; customerId: string; amount: number | null; nativeAmount?: number; currency?: string }

/** `/mrr-movements?category=churn&..` -> `category=churn&..` */
export const filterOf = (link: string): string => link.split('?')[1] ?? ''

/** The movements of a list that weigh most, how many there are, and their sum as the server adds it up. */
export const useLargest = (link: string | undefined, losses: boolean, most: number): Loaded<{ rows: MovementRow[]; total: number; sum: number }> => {
  const filter = link ? filterOf(link) : ''
  const { data, error, isPending, refetch } = useQuery({
    queryKey: keyOfResource('mrr-movements', 'largest', filter, losses, most), enabled: link !== undefined, placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const root = `${apiRoot}/mrr-movements`
      const [page, summary] = await Promise.all([
        http.get<MovementRow[]>(`${root}?${filter}&_sort=amount&_order=${losses ? 'asc' : 'desc'}&_start=0&_end=${most}`, { signal }),
        http.get<ListSummary>(`${root}/summary?${filter}`, { signal }),
      ])
      return { rows: page.data, total: Number(page.headers['x-total-count']), sum: summary.data.sums.amount ?? 0 }
    },
  })
  return { data, error: error ? asApiError(error) : null, pending: isPending && link !== undefined, retry: () => void refetch() }
}
