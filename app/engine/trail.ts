/** The list a record was opened from: its address and the ids it showed, so that the record page knows its place and its neighbours. */
export interface Trail { resource: string; search: string; ids: readonly string[]; start: number; total: number }

let last: Trail | null = null

export const leaveTrail = (trail: Trail): void => { last = trail }

/** Where `id` stood in the list it was opened from, if it was. */
export const trailOf = (resource: string, id: string): { at: number; total: number; search: string; before: string | null; after: string | null } | null => {
  if (!last || last.resource !== resource) return null
  const index = last.ids.indexOf(id)
  return index === -1 ? null : { at: last.start + index + 1, total: last.total, search: last.search, before: last.ids[index - 1] ?? null, after: last.ids[index + 1] ?? null }
}
