const same = (a: unknown, b: unknown): boolean => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

/** Only what the person changed: a form never sends back what it merely showed. `''` on a field that was empty is no change. */
export const changedFields = (before: Record<string, unknown>, after: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(after).filter(([name, value]) => value !== undefined && !same(before[name], value) && !(value === '' && (before[name] ?? null) === null)))

export interface Difference { field: string; base: unknown; mine: unknown; theirs: unknown; /** Both sides changed it, to different values. */ both: boolean }

/** What somebody else changed while a form was open, field by field, beside one's own. */
export const differences = (base: Record<string, unknown>, mine: Record<string, unknown>, theirs: Record<string, unknown>, fields: readonly string[]): Difference[] =>
  fields.filter(field => field in theirs && !same(base[field], theirs[field])).map(field => ({
    field, base: base[field], mine: mine[field], theirs: theirs[field], both: !same(base[field], mine[field]) && !same(mine[field], theirs[field]),
  }))
