import type { KeyboardEvent, PointerEvent } from 'react'
import { leastWidth, mostWidth } from './column-state.ts'

const step = 16

/** The right edge of a column's head: drag it, or arrow left and right; a double click or Delete gives the column its own width back. */
export const ColumnEdge = ({ title, width, onResize }: { title: string; width: number; onResize: (width: number | null) => void }) => {
  const begin = (event: PointerEvent<HTMLSpanElement>): void => {
    if (event.button !== 0) return
    event.preventDefault()
    const edge = event.currentTarget, cell = edge.closest('th'), table = edge.closest('table')
    if (!cell || !table) return
    const index = [...cell.parentElement!.children].indexOf(cell)
    const col = table.querySelectorAll<HTMLElement>('colgroup > col')[index]
    const from = event.clientX, start = cell.getBoundingClientRect().width, whole = table.getBoundingClientRect().width
    let now = start
    edge.setPointerCapture(event.pointerId)
    // while it is dragged only the column element moves: no row is drawn again
    const move = (e: globalThis.PointerEvent): void => {
      now = Math.min(Math.max(Math.round(start + e.clientX - from), leastWidth), mostWidth)
      if (col) col.style.width = `${now}px`
      table.style.width = `${whole + now - start}px`
    }
    const end = (e: globalThis.PointerEvent): void => {
      edge.removeEventListener('pointermove', move)
      edge.removeEventListener('pointerup', end)
      edge.removeEventListener('pointercancel', end)
      table.style.width = ''
      if (e.type === 'pointerup' && now !== start) onResize(now)
    }
    edge.addEventListener('pointermove', move)
    edge.addEventListener('pointerup', end)
    edge.addEventListener('pointercancel', end)
  }
  const press = (event: KeyboardEvent): void => {
    const by = event.key === 'ArrowLeft' ? -step : event.key === 'ArrowRight' ? step : 0
    if (by === 0 && event.key !== 'Delete') return
    event.preventDefault()
    event.stopPropagation()
    onResize(by === 0 ? null : Math.min(Math.max(width + by, leastWidth), mostWidth))
  }
  return (
    <span
      className="column-edge" role="separator" aria-orientation="vertical" aria-label={`Width of ${title}`} aria-valuenow={width} aria-valuemin={leastWidth} aria-valuemax={mostWidth} tabIndex={0}
      title="Drag, or arrow keys" onPointerDown={begin} onKeyDown={press} onDoubleClick={() => { onResize(null) }} onClick={event => { event.stopPropagation() }}
    />
  )
}
