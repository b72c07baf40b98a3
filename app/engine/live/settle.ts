/** A list that stays where it is: the same rows in the same places with their newest values; `fresh` rows wait to be shown, `gone` ones are still there. */
export const settle = <R extends { id: string }>(shown: readonly R[], latest: readonly R[]): { rows: readonly R[]; fresh: number; gone: number } => {
  const newest = new Map(latest.map(row => [row.id, row]))
  const known = new Set(shown.map(row => row.id))
  return { rows: shown.map(row => newest.get(row.id) ?? row), fresh: latest.filter(row => !known.has(row.id)).length, gone: shown.filter(row => !newest.has(row.id)).length }
}

/** '3 new', 'The list has changed', or null when nothing waits. `more`: how many the whole list has grown by, where the page alone does not tell. */
export const waitingWords = ({ fresh, gone }: { fresh: number; gone: number }): string | null => (fresh > 0 ? `${fresh} new` : gone > 0 ? 'The list has changed' : null)
