/** What GET /v1/admin/revenue/* answers. Money in minor units of `currency`, losses negative; rates are fractions, null without a base. */

export const movementKinds = ['new', 'expansion', 'reactivation', 'contraction', 'churn', 'fx'] as const
export type MovementKind = (typeof movementKinds)[number]

export interface Ratio { value: number | null; numerator: number; denominator: number }

export interface Metrics {
  at: string
  currency: string
  period: { from: string; to: string; complete: boolean }
  mrr: number
  arr: number
  growth: { mom: number | null; yoy: number | null }
  movements: Record<MovementKind | 'opening' | 'closing', number>
  churn: { logo: number | null; gross: number | null; net: number | null }
  nrr: number | null
  grr: number | null
  arpa: number | null
  ltv: number | null
  quickRatio: number | null
  customers: { active: number; trialing: number; churned: number }
  trialConversion: number | null
  atRiskMrr: number | null
  scheduledChurn: number | null
  committedMrr: number | null
  counts: Record<string, Ratio>
  /** Per figure the list it opens, as an address of the panel. */
  links: Record<string, string>
  asOf: string
}

export interface Trend extends Record<MovementKind | 'opening' | 'closing' | 'transferIn' | 'transferOut' | 'adjustment', number> {
  period: string
  start: string
  end: string
  complete: boolean
  group?: { id: string; name: string }
  customers: number
  links: Record<string, string>
}

export interface PlanShare { planId: string | null; plan: string; mrr: number; customers: number; share: number | null; links?: Record<string, string> }

interface Sum { count: number; amount: number }
export interface PaymentHealth {
  currency: string
  succeeded: Sum
  failed: Sum
  recovered: Sum
  refunded: Sum
  successRate: number | null
  byDeclineCode: (Sum & { code: string; bucket: string })[]
  links?: Record<string, string>
}

/** Do opening and parts give the closing figure? In minor units, without any tolerance. */
export const addsUp = (row: Record<MovementKind | 'opening' | 'closing', number> & { transferIn?: number; transferOut?: number; adjustment?: number }): boolean =>
  row.opening + movementKinds.reduce((sum, kind) => sum + row[kind], 0) + (row.transferIn ?? 0) + (row.transferOut ?? 0) + (row.adjustment ?? 0) === row.closing

/** What changed between opening and closing. */
export const netOf = (row: { opening: number; closing: number }): number => row.closing - row.opening
