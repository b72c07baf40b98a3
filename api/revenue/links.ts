/** What a figure was made of: days of the book (inclusive), categories, plan, currency. */
export interface MovementFilter { from?: string; to?: string; category?: string | readonly string[]; planId?: string; currency?: string }

/** The list that shows exactly the movements behind a figure: path and filter. */
export function movementLink({ from, to, category, planId, currency }: MovementFilter): string {
  const q = new URLSearchParams()
  if (typeof category === 'string') q.append('category', category)
  else for (const c of category ?? []) q.append('category_in', c)
  if (planId) q.append('planId', planId)
  if (currency) q.append('currency', currency)
  if (from && to) { q.append('effectiveAt_between', from); q.append('effectiveAt_between', to) }
  else if (to) q.append('effectiveAt_lte', to)
  return `/mrr-movements?${q.toString()}`
}
