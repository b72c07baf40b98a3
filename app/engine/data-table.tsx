import { Table } from 'antd'
import { useEffect, useRef, useState, type HTMLAttributes, type ReactNode } from 'react'
import { ColumnEdge } from './column-edge.tsx'
import type { Sort } from './list-query.ts'

export interface Column<R> {
  /** Field name; part of the test id `column-<name>`. */
  name: string
  title: string
  width: number
  /** The width is somebody's choice: it is kept exactly. */
  chosenWidth?: boolean
  align?: 'right'
  sortable?: boolean
  render: (row: R) => ReactNode
}

interface Props<R extends { id: string }> {
  /** Name of the region: "Customers". */
  label: string
  columns: readonly Column<R>[]
  rows: readonly R[]
  /** Names a row, for its checkbox. */
  nameOf: (row: R) => string
  sort?: readonly Sort[]
  /** `additive` with shift: one more sort key. */
  onSort?: (field: string, additive: boolean) => void
  selection?: { ids: readonly string[]; onChange: (ids: string[]) => void }
  openId?: string | null
  onOpen?: (row: R) => void
  dimmed?: boolean
  density?: 'compact' | 'default' | 'comfortable'
  /** Room below the last row, so that a floating bar hides none. */
  roomBelow?: boolean
  /** Drop the last columns instead of scrolling sideways, down to three: while a panel stands beside. */
  dropColumns?: boolean
  /** Head edges can be dragged: a width in px, or null to forget it. */
  onResize?: (name: string, width: number | null) => void
  /** Something that floats over the cells; stands inside the scrolling region. */
  tools?: ReactNode
}

const interactive = 'a, button, input, label, select, textarea, [role=button]'
const selectionWidth = 50
/** Widths are wishes: columns give up this much before the table scrolls sideways. */
const squeeze = 0.84
/** About what a head of that many letters needs at 12 px, with its padding. */
const headWidth = (title: string): number => Math.round(title.length * 6.4) + 32

const useWidth = (): [React.RefObject<HTMLDivElement | null>, number] => {
  const ref = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  useEffect(() => {
    const box = ref.current
    if (!box) return
    const observer = new ResizeObserver(() => { setWidth(box.clientWidth) })
    observer.observe(box)
    return () => { observer.disconnect() }
  }, [])
  return [ref, width]
}

const fitting = <R,>(columns: readonly Column<R>[], width: number, used: number): readonly Column<R>[] => {
  let left = width - used
  const at = columns.findIndex(column => { left -= column.width * squeeze; return left < 0 })
  return at === -1 ? columns : columns.slice(0, Math.max(3, at))
}

/** One real table in a scrolling region: head, selection and first column stick by CSS, so that it stays readable to every tool. */
export const DataTable = <R extends { id: string }>({ label, columns: given, rows, nameOf, sort = [], onSort, selection, openId, onOpen, dimmed, density = 'default', roomBelow, dropColumns, onResize, tools }: Props<R>) => {
  const [region, width] = useWidth()
  const margin = selection ? selectionWidth : 0
  const columns = dropColumns && width > 0 ? fitting(given, width, margin + 24) : given
  const wished = columns.reduce((sum, column) => sum + column.width, 0)
  const last = columns.length - 1
  const scale = width > 0 ? Math.min(1, Math.max(squeeze, (width - margin) / wished)) : 1
  const widthOf = (column: Column<R>): number => column.chosenWidth ? column.width : Math.max(Math.floor(column.width * scale), headWidth(column.title))
  const least = columns.reduce((sum, column) => sum + widthOf(column), margin)

  const head = (column: Column<R>): ReactNode => {
    const at = sort.findIndex(s => s.field === column.name)
    if (!column.sortable || !onSort) return <span className="head-words" title={column.title}>{column.title}</span>
    const order = sort[at]?.order
    return (
      <button type="button" className={`head-sort ${order ?? ''}`} onClick={event => { onSort(column.name, event.shiftKey) }} title={`Sort by ${column.title}; with shift also by it`}>
        <span>{column.title}</span>
        <svg width="8" height="8" viewBox="0 0 8 8" aria-hidden="true"><path d={order === 'asc' ? 'M4 1 7.6 7H.4z' : 'M4 7 .4 1h7.2z'} fill="currentColor" /></svg>
        {sort.length > 1 && at >= 0 && <span className="sort-rank">{at + 1}</span>}
      </button>
    )
  }

  const headCell = (column: Column<R>): HTMLAttributes<HTMLTableCellElement> => {
    const order = sort.find(s => s.field === column.name)?.order
    return { 'data-testid': `column-${column.name}`, ...(order && { 'aria-sort': order === 'asc' ? 'ascending' : 'descending' }) } as HTMLAttributes<HTMLTableCellElement>
  }

  return (
    <div
      ref={region} className={`qt ${density} ${dimmed ? 'dimmed' : ''} ${roomBelow ? 'room-below' : ''} ${selection ? 'with-selection' : ''}`} role="region" aria-label={label} tabIndex={0} aria-busy={dimmed}
      onScroll={event => { event.currentTarget.toggleAttribute('data-scrolled', event.currentTarget.scrollLeft > 0) }}
    >
      <Table<R>
        size="small" tableLayout="fixed" pagination={false} rowKey="id" dataSource={rows as R[]} style={{ minWidth: least }} locale={{ emptyText: <span /> }}
        columns={columns.map((column, i) => ({
          key: column.name, width: widthOf(column),
          title: onResize && i < last ? <>{head(column)}<ColumnEdge title={column.title} width={widthOf(column)} onResize={width => { onResize(column.name, width) }} /></> : head(column), align: column.align, className: `${i === 0 ? 'first' : ''} ${column.align === 'right' ? 'right' : ''}`,
          onHeaderCell: () => headCell(column), ...(tools !== undefined && { onCell: () => ({ 'data-column': column.name, tabIndex: -1 }) as HTMLAttributes<HTMLTableCellElement> }), render: (_: unknown, row: R) => column.render(row),
        }))}
        rowSelection={selection && {
          columnWidth: selectionWidth, preserveSelectedRowKeys: true, selectedRowKeys: [...selection.ids], onChange: keys => { selection.onChange(keys.map(String)) },
          getCheckboxProps: row => ({ 'aria-label': `Select ${nameOf(row)}` }) as object,
        }}
        rowClassName={row => (row.id === openId ? 'open' : '')}
        onRow={row => ({
          'data-row': row.id,
          onClick: event => {
            if (!onOpen || (event.target as HTMLElement).closest(interactive) || getSelection()?.toString()) return
            onOpen(row)
          },
        }) as HTMLAttributes<HTMLTableRowElement>}
      />
      {tools}
    </div>
  )
}
