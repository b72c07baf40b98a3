import { ArrowUp } from 'lucide-react'
import { useState, type ReactNode } from 'react'
import { liveMark } from './marks.ts'
import { settle, waitingWords } from './settle.ts'

interface Page<R> { rows: readonly R[]; again: boolean }
interface State<R> { key: string; latest: readonly R[]; again: boolean; rows: readonly R[]; fresh: number; gone: number; /** What was known of others' changes when the rows were last read. */ mark: number }

/** Is somebody in the middle of reading or doing something in this list? Scrolled, selected, opened beside, focused or pointed at. */
const isHeld = (): boolean => {
  const table = document.querySelector<HTMLElement>('.list .qt')
  return Boolean(table && (table.scrollTop > 0 || table.matches(':hover') || table.contains(document.activeElement) || table.querySelector('.ant-table-row-selected'))) || document.querySelector('.peek') !== null
}

/**
 * A page of rows that does not move under one's eyes. What others changed updates rows in their places; rows that are new wait behind "3 new" while the list is being read.
 * What this person does themselves, and another page, filter or order (`key`), shows at once.
 */
export const useSteady = <R extends { id: string }, P extends Page<R>>(resource: string, key: string, page: P & Page<R>): P & { notice: ReactNode } => {
  const [state, setState] = useState<State<R>>(() => ({ key, latest: page.rows, again: page.again, rows: page.rows, fresh: 0, gone: 0, mark: liveMark(resource) }))
  let shown = state
  const moved = state.key !== key || state.latest !== page.rows
  if (moved || state.again !== page.again) {
    const mark = liveMark(resource)
    const byOthers = state.key === key && mark !== state.mark
    // a page that was empty, or not there yet, has nothing that could move
    const kept = !moved ? { rows: state.rows, fresh: state.fresh, gone: state.gone } : byOthers && state.rows.length > 0 && isHeld() ? settle(state.rows, page.rows) : { rows: page.rows, fresh: 0, gone: 0 }
    shown = { key, latest: page.rows, again: page.again, mark: page.again ? state.mark : mark, ...kept }
    setState(shown)
  }
  const words = waitingWords(shown)
  const show = (): void => {
    setState({ ...shown, rows: shown.latest, fresh: 0, gone: 0 })
    document.querySelector('.list .qt')?.scrollTo({ top: 0 })
  }
  return {
    ...page, rows: shown.rows, again: page.again && liveMark(resource) === shown.mark,
    notice: <div className="live-notice" role="status">{words && <button type="button" data-testid="live-new" onClick={show}><ArrowUp size={13} aria-hidden="true" />{words}</button>}</div>,
  }
}
