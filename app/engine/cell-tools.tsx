import { Check, Copy, Filter, FilterX, Pencil } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState, type CSSProperties, type KeyboardEvent as ReactKeyboardEvent } from 'react'
import type { Leaf } from '../../resources/engine/filter-grammar.ts'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { cellLeaf } from './cell-filter.ts'
import { isEmpty, type Row } from './fields/kit.ts'
import { useManifest } from './manifest.tsx'
import { titleOf } from './record.tsx'

const CellEditor = lazy(() => import('./cell-editor.tsx').then(m => ({ default: m.CellEditor })))

interface Props {
  resource: ManifestResource
  rows: readonly Row[]
  /** Adds a condition to the list. */
  onNarrow: (leaf: Leaf) => void
}
interface At { id: string; name: string }

const cellOf = (target: EventTarget | null): HTMLTableCellElement | null => (target instanceof Element ? target.closest<HTMLTableCellElement>('td[data-column]') : null)
const placeOf = (cell: HTMLTableCellElement): At | null => {
  const id = cell.closest<HTMLElement>('tr[data-row]')?.dataset.row
  return id ? { id, name: cell.dataset.column! } : null
}

/**
 * What can be done with the cell under the pointer or the focus, in one small bar for the whole table: filter by its value, leave it out, copy it, edit it. Arrow keys walk
 * from cell to cell, Enter or a double click edits, F10 with shift goes into the bar.
 */
export const CellTools = ({ resource, rows, onNarrow }: Props) => {
  const { book } = useManifest()
  const box = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState<At | null>(null)
  const [editing, setEditing] = useState<At | null>(null)
  const [copied, setCopied] = useState(false)
  const [style, setStyle] = useState<CSSProperties>({})
  const editable = resource.list.edit ?? []
  const mayEdit = (name: string): boolean => editable.includes(name) && resource.can.update !== false
  const region = (): HTMLElement | null => box.current?.parentElement ?? null
  const cellAt = ({ id, name }: At): HTMLTableCellElement | null => region()?.querySelector<HTMLTableCellElement>(`tr[data-row="${id}"] td[data-column="${name}"]`) ?? null

  const latest = useRef({ editing, mayEdit })
  useEffect(() => { latest.current = { editing, mayEdit } })

  useEffect(() => {
    const home = box.current?.parentElement
    if (!home) return
    const place = (cell: HTMLTableCellElement): void => {
      const found = placeOf(cell)
      if (!found || latest.current.editing) return
      const a = cell.getBoundingClientRect(), b = home.getBoundingClientRect()
      const left = a.left - b.left + home.scrollLeft, top = a.top - b.top + home.scrollTop
      setStyle({ top, height: a.height, ...(cell.classList.contains('right') ? { left } : { left: left + a.width, transform: 'translateX(-100%)' }) })
      setCopied(false)
      setAt(now => (now?.id === found.id && now.name === found.name ? now : found))
    }
    const over = (event: MouseEvent): void => {
      if (box.current?.contains(event.target as Node) || box.current?.contains(document.activeElement)) return
      const cell = cellOf(event.target)
      if (cell) place(cell); else setAt(null)
    }
    const leave = (): void => { if (!box.current?.contains(document.activeElement)) setAt(null) }
    const focus = (event: FocusEvent): void => { const cell = cellOf(event.target); if (cell) place(cell) }
    const edit = (cell: HTMLTableCellElement | null): boolean => {
      const found = cell && placeOf(cell)
      if (!found || !latest.current.mayEdit(found.name)) return false
      place(cell)
      setEditing(found)
      return true
    }
    const twice = (event: MouseEvent): void => { if (!(event.target as Element).closest('a, button, input')) edit(cellOf(event.target)) }
    const press = (event: KeyboardEvent): void => {
      if (event.key === 'ArrowRight' && (event.target as Element).matches('tr[data-row]')) {
        event.preventDefault()
        ;(event.target as Element).querySelector<HTMLElement>('td[data-column]')?.focus()
        return
      }
      const cell = cellOf(event.target)
      if (!cell || event.ctrlKey || event.metaKey || event.altKey || !(event.target === cell || (event.target as Element).matches('a.row-link'))) return
      const row = cell.parentElement!, index = [...row.children].indexOf(cell)
      const beside = (step: number): Element | null => { const next = row.children[index + step]; return next?.matches('td[data-column]') ? next : null }
      const vertical = (key: 'previousElementSibling' | 'nextElementSibling'): Element | null => row[key]?.matches('tr[data-row]') ? row[key].children[index] ?? null : null
      const to = event.key === 'ArrowLeft' ? beside(-1) : event.key === 'ArrowRight' ? beside(1) : event.key === 'ArrowUp' ? vertical('previousElementSibling') : event.key === 'ArrowDown' ? vertical('nextElementSibling') : null
      if (to instanceof HTMLElement) { event.preventDefault(); to.focus(); to.scrollIntoView({ block: 'nearest', inline: 'nearest' }); return }
      if (event.target !== cell) return
      if (event.key === 'Enter') { if (edit(cell)) event.preventDefault() } else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
        event.preventDefault()
        box.current?.querySelector('button')?.focus()
      }
    }
    const gone = (): void => { if (!latest.current.editing && !box.current?.contains(document.activeElement)) setAt(null) }
    home.addEventListener('mouseover', over)
    home.addEventListener('mouseleave', leave)
    home.addEventListener('focusin', focus)
    home.addEventListener('dblclick', twice)
    home.addEventListener('keydown', press)
    home.addEventListener('scroll', gone, { passive: true })
    return () => {
      home.removeEventListener('mouseover', over)
      home.removeEventListener('mouseleave', leave)
      home.removeEventListener('focusin', focus)
      home.removeEventListener('dblclick', twice)
      home.removeEventListener('keydown', press)
      home.removeEventListener('scroll', gone)
    }
  }, [])

  const place = editing ?? at
  const row = place && rows.find(r => r.id === place.id)
  const field = place && resource.fields[place.name]
  if (!place || !row || !field) return <div ref={box} className="cell-tools none" />

  const close = (): void => {
    setEditing(null)
    cellAt(place)?.focus()
  }
  if (editing) return <div ref={box} className="cell-tools editing" style={{ top: style.top, left: style.left, transform: style.transform }}><Suspense fallback={null}><CellEditor key={`${editing.id} ${editing.name}`} resource={resource} row={row} name={editing.name} onClose={close} /></Suspense></div>

  const value = row[place.name]
  const only = cellLeaf(place.name, field, value, false, book.timeZone), out = cellLeaf(place.name, field, value, true, book.timeZone)
  const copies = !isEmpty(value) && (field.copy === true || ('mono' in field && field.mono === true) || field.type === 'email')
  if (!only && !out && !copies && !mayEdit(place.name)) return <div ref={box} className="cell-tools none" />
  const what = `${field.label} of ${titleOf(resource, row)}`
  const walk = (event: ReactKeyboardEvent<HTMLDivElement>): void => {
    const buttons = [...event.currentTarget.querySelectorAll('button')], index = buttons.indexOf(document.activeElement as HTMLButtonElement)
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step !== 0) { event.preventDefault(); buttons[(index + step + buttons.length) % buttons.length]?.focus() }
    else if (event.key === 'Escape') { event.preventDefault(); event.stopPropagation(); cellAt(place)?.focus() }
  }
  const narrow = (leaf: Leaf): void => { setAt(null); onNarrow(leaf) }
  return (
    <div ref={box} className="cell-tools" role="toolbar" aria-label={what} style={style} onKeyDown={walk}>
      {mayEdit(place.name) && <button type="button" data-testid="cell-edit" aria-label={`Edit ${what}`} title="Edit (Enter)" onClick={() => { setEditing(place) }}><Pencil size={13} aria-hidden="true" /></button>}
      {copies && <button type="button" data-testid="cell-copy" aria-label={copied ? 'Copied' : `Copy ${what}`} title={copied ? 'Copied' : 'Copy'} onClick={() => { void navigator.clipboard.writeText(String(value)).then(() => { setCopied(true) }, () => undefined) }}>{copied ? <Check size={13} aria-hidden="true" /> : <Copy size={13} aria-hidden="true" />}</button>}
      {only && <button type="button" data-testid="cell-only" aria-label={`Filter by ${what}`} title="Filter by this" onClick={() => { narrow(only) }}><Filter size={13} aria-hidden="true" /></button>}
      {out && <button type="button" data-testid="cell-out" aria-label={`Leave out ${what}`} title="Leave out" onClick={() => { narrow(out) }}><FilterX size={13} aria-hidden="true" /></button>}
    </div>
  )
}
