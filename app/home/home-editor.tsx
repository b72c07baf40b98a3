import { Button, Drawer } from 'antd'
import { ArrowDown, ArrowUp, GripVertical, Plus, X } from 'lucide-react'
import { useEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useManifest } from '../engine/manifest.tsx'
import { moved, placed, type Placed } from './layout.ts'
import type { Widget } from './widget.ts'

interface Props { layout: readonly Placed[]; /** Widgets this person may read. */ offered: readonly Widget[]; /** Was it arranged by this person? */ isOwn: boolean; /** null = the home of the role again. */ onChange: (next: Placed[] | null) => void; onClose: () => void }

/** Arranges the home: what stands on it in which order, by buttons, by dragging, or with Alt and the arrow keys. Each change is kept at once. */
export const HomeEditor = ({ layout, offered, isOwn, onChange, onClose }: Props) => {
  const { me } = useManifest()
  const [said, setSaid] = useState('')
  const [dragged, setDragged] = useState<string | null>(null)
  const list = useRef<HTMLOListElement>(null)
  const refocus = useRef<{ name: string; control: string } | null>(null)
  const shown = placed(layout, offered)
  const rest = offered.filter(w => !shown.some(p => p.name === w.name)).toSorted((a, b) => a.label.localeCompare(b.label))
  const kept = shown.map(({ name, wide }) => (wide ? { name, wide } : { name }))

  // a row that moves takes the focus along
  useEffect(() => {
    const { name, control } = refocus.current ?? {}
    refocus.current = null
    if (!name) return
    const row = list.current?.querySelector<HTMLElement>(`[data-name="${name}"]`)
    ;(row?.querySelector<HTMLElement>(`[data-control="${control}"]:not(:disabled)`) ?? row)?.focus()
  })

  const move = (from: number, to: number, control: string): void => {
    if (to < 0 || to >= kept.length || from === to) return
    refocus.current = { name: kept[from]!.name, control }
    setSaid(`${shown[from]!.widget.label}: ${to + 1} of ${kept.length}.`)
    onChange(moved(kept, from, to))
  }
  const add = (widget: Widget): void => {
    setSaid(`${widget.label} was added.`)
    refocus.current = { name: widget.name, control: 'remove' }
    onChange([...kept, { name: widget.name }])
  }
  const remove = (at: number): void => {
    setSaid(`${shown[at]!.widget.label} was taken off.`)
    const neighbour = kept[at + 1] ?? kept[at - 1]
    if (neighbour) refocus.current = { name: neighbour.name, control: 'remove' }
    onChange(kept.filter((_, i) => i !== at))
  }
  const press = (event: KeyboardEvent, at: number): void => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    move(at, event.key === 'ArrowUp' ? at - 1 : at + 1, (event.target as HTMLElement).dataset.control ?? '')
  }

  return (
    <Drawer open title="Arrange your home" width={400} onClose={onClose} className="home-editor" footer={<div className="home-editor-foot">{isOwn && <Button data-testid="reset-home" onClick={() => { setSaid('Your home is as it was.'); onChange(null) }}>As {me.roleLabel.toLowerCase()} begins</Button>}<Button type="primary" onClick={onClose}>Done</Button></div>}>
      <p className="hint" id="home-editor-hint">Drag, use the arrows, or hold Alt and press an arrow key.</p>
      <ol ref={list} className="home-editor-list" aria-label="On your home" aria-describedby="home-editor-hint" data-testid="home-shown">
        {shown.map(({ name, wide, widget }, at) => (
          <li
            key={name} data-name={name} tabIndex={-1} draggable className={dragged === name ? 'dragged' : undefined} onKeyDown={event => { press(event, at) }}
            onDragStart={event => { event.dataTransfer.effectAllowed = 'move'; setDragged(name) }} onDragEnd={() => { setDragged(null) }}
            onDragOver={event => { if (dragged) event.preventDefault() }} onDrop={event => { event.preventDefault(); move(kept.findIndex(k => k.name === dragged), at, ''); setDragged(null) }}
          >
            <GripVertical size={14} aria-hidden="true" className="grip" />
            <span className="home-editor-name">{widget.label}</span>
            {widget.kind === 'panel' && <button type="button" className="quiet" aria-pressed={wide === true} data-control="wide" onClick={() => { onChange(kept.map((k, i) => (i === at ? (wide ? { name } : { name, wide: true }) : k))) }}>Wide</button>}
            <button type="button" className="icon-button" data-control="up" aria-label={`${widget.label} up`} title="Up" disabled={at === 0} onClick={() => { move(at, at - 1, 'up') }}><ArrowUp size={14} aria-hidden="true" /></button>
            <button type="button" className="icon-button" data-control="down" aria-label={`${widget.label} down`} title="Down" disabled={at === shown.length - 1} onClick={() => { move(at, at + 1, 'down') }}><ArrowDown size={14} aria-hidden="true" /></button>
            <button type="button" className="icon-button" data-control="remove" aria-label={`Take ${widget.label} off`} title="Take off" onClick={() => { remove(at) }}><X size={14} aria-hidden="true" /></button>
          </li>
        ))}
      </ol>
      {rest.length > 0 && (
        <>
          <h3 className="home-editor-more">Can be added</h3>
          <ul className="home-editor-list" data-testid="home-offered">
            {rest.map(widget => <li key={widget.name}><span className="home-editor-name">{widget.label}</span><button type="button" className="icon-button" data-testid={`add-${widget.name}`} aria-label={`Add ${widget.label}`} title="Add" onClick={() => { add(widget) }}><Plus size={14} aria-hidden="true" /></button></li>)}
          </ul>
        </>
      )}
      <p className="sr" role="status">{said}</p>
    </Drawer>
  )
}
