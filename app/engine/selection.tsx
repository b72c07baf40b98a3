import { useEffect, useMemo, useState } from 'react'
import { limits, type Leaf } from '../../resources/engine/filter-grammar.ts'
import type { Matching } from './act.ts'
import type { Row } from './fields/kit.ts'
import { count } from './format.ts'
import { filterBody, type ListQuery } from './list-query.ts'

export interface Selection {
  /** Checked rows, as the table shows them. */
  ids: readonly string[]
  size: number
  /** Whole page checked: all that match can be chosen instead. */
  pageIsFull: boolean
  all: boolean
  change: (ids: string[]) => void
  chooseAll: (expected: number) => void
  clear: () => void
  target: { ids: readonly string[] } | Matching
}

/**
 * Rows chosen in a list, across its pages: by name up to 200, or all that match the filter but those taken out again. Another filter is another
 * list: nothing stays chosen.
 */
export const useSelection = (rows: readonly Row[], leaves: readonly Leaf[], query: Pick<ListQuery, 'where' | 'q' | 'filters' | 'view'>): Selection => {
  const [named, setNamed] = useState<readonly string[]>([])
  const [all, setAll] = useState<{ expected: number; exclude: readonly string[] } | null>(null)
  const key = JSON.stringify([query.filters, query.where, query.q, query.view])
  const clear = (): void => { setNamed([]); setAll(null) }
  useEffect(() => { setNamed([]); setAll(null) }, [key])
  const filter = useMemo(() => filterBody(leaves, query.where, query.q), [leaves, query.where, query.q])
  const here = rows.map(r => r.id)
  const ids = all ? here.filter(id => !all.exclude.includes(id)) : named
  return {
    ids, all: all !== null, clear,
    size: all ? all.expected - all.exclude.length : named.length,
    pageIsFull: here.length > 0 && here.every(id => ids.includes(id)),
    change: next => {
      if (!all) { setNamed(next.slice(0, limits.ids)); return }
      const out = new Set(all.exclude)
      for (const id of here) if (next.includes(id)) out.delete(id); else out.add(id)
      setAll({ ...all, exclude: [...out] })
    },
    chooseAll: expected => { setAll({ expected, exclude: [] }) },
    target: all ? { filter, exclude: all.exclude, expected: all.expected - all.exclude.length } : { ids: named },
  }
}

/** Beside the number of chosen rows: the step from this page to everything that matches. */
export const SelectAll = ({ selection, total, exact }: { selection: Selection; total: number; exact: boolean }) =>
  !selection.all && selection.pageIsFull && total > selection.size ? <button type="button" className="bulk-all" data-testid="select-all-matching" onClick={() => { selection.chooseAll(total) }}>Select all {exact ? '' : 'about '}{count(total)} matching</button> : null
