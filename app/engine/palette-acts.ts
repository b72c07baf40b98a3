import { useEffect, useRef } from 'react'

/** Something the palette offers on the page one is on: an act on the record that is open. */
export interface PaletteAct { key: string; words: string; second?: string; run: () => void }

const sets: { current: readonly PaletteAct[] }[] = []

/** Offers acts in the palette while the component is there. */
export const usePaletteActs = (acts: readonly PaletteAct[]): void => {
  const latest = useRef(acts)
  useEffect(() => { latest.current = acts })
  useEffect(() => {
    sets.push(latest)
    return () => { sets.splice(sets.indexOf(latest), 1) }
  }, [])
}

/** What is offered now. */
export const paletteActs = (): readonly PaletteAct[] => sets.flatMap(set => set.current)
