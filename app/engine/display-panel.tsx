import { Segmented, Select } from 'antd'
import { ArrowDown, ArrowUp, GripVertical, Plus, X } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { densities, type Density } from '../../resources/engine/preferences.ts'
import { isFixed, moved, offeredColumns, toggled } from './column-state.ts'
import type { Sort } from './list-query.ts'
import type { LookState } from './use-look.ts'

const words: Record<Density, string> = { compact: 'Compact', default: 'Normal', comfortable: 'Roomy' }

const SortLevels = ({ resource, sort, onSort }: { resource: ManifestResource; sort: readonly Sort[]; onSort: (sort: Sort[]) => void }) => {
  const sortable = Object.entries(resource.fields).filter(([, f]) => f.sortable)
  const free = sortable.filter(([name]) => !sort.some(s => s.field === name))
  return (
    <ul className="sort-levels" aria-label="Order">
      {sort.map((level, i) => (
        <li key={level.field}>
          <Select
            aria-label={i === 0 ? 'Sorted by' : 'Then by'} size="small" value={level.field} className="wide" popupMatchSelectWidth={false}
            options={[...(resource.fields[level.field] ? [] : [{ value: level.field, label: 'Id' }]), ...sortable.filter(([name]) => name === level.field || free.some(([n]) => n === name)).map(([name, f]) => ({ value: name, label: f.label }))]}
            onChange={field => { onSort(sort.map((s, at) => (at === i ? { ...s, field } : s))) }}
          />
          <button type="button" className="icon-button" aria-label={`${resource.fields[level.field]?.label ?? 'Id'}: ${level.order === 'asc' ? 'ascending' : 'descending'}; turn round`} title={level.order === 'asc' ? 'Ascending' : 'Descending'} onClick={() => { onSort(sort.map((s, at) => (at === i ? { ...s, order: s.order === 'asc' ? 'desc' : 'asc' } : s))) }}>
            {level.order === 'asc' ? <ArrowUp size={14} aria-hidden="true" /> : <ArrowDown size={14} aria-hidden="true" />}
          </button>
          <button type="button" className="icon-button" aria-label={`Do not sort by ${resource.fields[level.field]?.label ?? 'Id'}`} disabled={sort.length === 1} onClick={() => { onSort(sort.filter((_, at) => at !== i)) }}><X size={14} aria-hidden="true" /></button>
        </li>
      ))}
      {free.length > 0 && sort.length < 5 && <li><button type="button" className="quiet" data-testid="add-sort" onClick={() => { onSort([...sort, { field: free[0]![0], order: 'asc' }]) }}><Plus size={13} aria-hidden="true" />Then by</button></li>}
    </ul>
  )
}

interface Props { resource: ManifestResource; state: LookState; sort: readonly Sort[]; onSort: (sort: Sort[]) => void }

/** Order, row height and columns of a list: tick to show, drag or use the arrow keys on the grip to move. */
export const DisplayPanel = ({ resource, state: { look, chosen, change, reset }, sort, onSort }: Props) => {
  const [said, setSaid] = useState('')
  const list = useRef<HTMLUListElement>(null)
  const dragged = useRef<string | null>(null)
  const { columns } = look
  const rest = offeredColumns(resource).filter(name => !columns.includes(name))
  // keys come faster than answers: each move starts from the last one, and the grip keeps the focus wherever its row goes
  const order = useRef(columns)
  const held = useRef<string | null>(null)
  useEffect(() => { order.current = columns }, [columns])
  useLayoutEffect(() => {
    const grip = held.current === null ? null : list.current?.querySelector<HTMLButtonElement>(`[data-grip="${held.current}"]`)
    if (grip && document.activeElement === document.body) grip.focus()
  })
  const label = (name: string): string => resource.fields[name]?.label ?? name
  const move = (name: string, to: number): void => {
    const next = moved(order.current, name, to)
    order.current = next
    change({ columns: next })
    setSaid(`${label(name)}, ${next.indexOf(name) + 1} of ${next.length}`)
  }
  const onGrip = (event: React.KeyboardEvent, name: string): void => {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0
    if (step === 0) return
    event.preventDefault()
    held.current = name
    move(name, order.current.indexOf(name) + step)
  }
  return (
    <div className="display-panel" data-testid="display-panel">
      <h2>Order</h2>
      <SortLevels resource={resource} sort={sort} onSort={onSort} />
      <h2>Rows</h2>
      <Segmented<Density> block size="small" aria-label="Height of rows" value={look.density} options={densities.map(value => ({ value, label: words[value] }))} onChange={density => { change({ density }) }} />
      <div className="display-head"><h2>Columns</h2>{chosen && <button type="button" className="quiet" data-testid="reset-columns" onClick={reset}>Reset</button>}</div>
      <ul ref={list} className="column-list" aria-label="Columns">
        {columns.map(name => (
          <li
            key={name} draggable data-testid={`shown-${name}`}
            onDragStart={event => { dragged.current = name; event.dataTransfer.effectAllowed = 'move'; event.dataTransfer.setData('text/plain', name) }}
            onDragOver={event => { if (dragged.current) event.preventDefault() }}
            onDrop={event => { event.preventDefault(); if (dragged.current && dragged.current !== name) move(dragged.current, columns.indexOf(name)); dragged.current = null }}
            onDragEnd={() => { dragged.current = null }}
          >
            <label><input type="checkbox" checked disabled={isFixed(resource, name)} onChange={() => { change({ columns: toggled(columns, name) }) }} />{label(name)}</label>
            <button type="button" className="icon-button grip" data-grip={name} aria-label={`Move ${label(name)}: arrow up, arrow down`} title="Drag, or arrow keys" onBlur={event => { if (event.relatedTarget) held.current = null }} onKeyDown={event => { onGrip(event, name) }}><GripVertical size={14} aria-hidden="true" /></button>
          </li>
        ))}
        {rest.map(name => <li key={name} data-testid={`hidden-${name}`}><label><input type="checkbox" checked={false} onChange={() => { change({ columns: toggled(columns, name) }) }} />{label(name)}</label></li>)}
      </ul>
      <span className="sr" role="status">{said}</span>
    </div>
  )
}
