/** Order and width of the widgets of a home. Pure. */
export interface Placed { name: string; wide?: boolean }

/** What a home shows: kept widgets that still exist and may be read, in their order. */
export const placed = <W extends { name: string }>(kept: readonly Placed[], offered: readonly W[]): (Placed & { widget: W })[] =>
  kept.flatMap(place => { const widget = offered.find(w => w.name === place.name); return widget ? [{ ...place, widget }] : [] })

/** Figures side by side in one strip, each panel by itself. */
export const runs = <P extends { widget: { kind: 'figure' | 'panel' } }>(places: readonly P[]): P[][] =>
  places.reduce<P[][]>((all, place) => {
    const last = all.at(-1)
    if (place.widget.kind === 'figure' && last?.[0]?.widget.kind === 'figure') last.push(place)
    else all.push([place])
    return all
  }, [])

/** The entry at `from` moves to `to`; beyond the ends it stays. */
export const moved = <T,>(list: readonly T[], from: number, to: number): T[] => {
  if (from < 0 || from >= list.length || to < 0 || to >= list.length) return [...list]
  const rest = list.filter((_, i) => i !== from)
  return [...rest.slice(0, to), list[from]!, ...rest.slice(to)]
}
