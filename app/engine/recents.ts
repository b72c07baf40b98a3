export interface Recent { resource: string; id: string }

const most = 8
const keyOf = (me: string): string => `quarterdeck.recent.${me}`

/** Records this person opened in this browser, the latest first. Names are asked for when they are shown, with the rights of then. */
export const recentsOf = (me: string): Recent[] => {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(keyOf(me)) ?? '[]')
    return Array.isArray(kept) ? kept.filter((r): r is Recent => typeof r === 'object' && r !== null && typeof (r as Recent).resource === 'string' && typeof (r as Recent).id === 'string').slice(0, most) : []
  } catch { return [] }
}

export const remember = (me: string, recent: Recent): void => {
  const rest = recentsOf(me).filter(r => r.resource !== recent.resource || r.id !== recent.id)
  try { localStorage.setItem(keyOf(me), JSON.stringify([recent, ...rest].slice(0, most))) } catch { /* a full or closed store loses nothing that matters */ }
}
