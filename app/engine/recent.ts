/** Records this person opened last, in this browser: ids only, so that no name stays behind when they leave. Newest first. */
export interface Opened { resource: string; id: string }

const most = 12
const keyOf = (person: string): string => `quarterdeck.recent.${person}`
const isOpened = (value: unknown): value is Opened => typeof value === 'object' && value !== null && typeof (value as Opened).resource === 'string' && typeof (value as Opened).id === 'string'

/** The list with one more at its head; what stood there before moves up, once. */
export const withOpened = (list: readonly Opened[], opened: Opened): Opened[] => [opened, ...list.filter(o => o.resource !== opened.resource || o.id !== opened.id)].slice(0, most)

export const recentlyOpened = (person: string): Opened[] => {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(person)) ?? '[]')
    return Array.isArray(kept) ? kept.filter(isOpened).slice(0, most) : []
  } catch { return [] }
}

export const rememberOpened = (person: string, opened: Opened): void => {
  try { localStorage.setItem(keyOf(person), JSON.stringify(withOpened(recentlyOpened(person), opened))) } catch { /* a browser that keeps nothing */ }
}
