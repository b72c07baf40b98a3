import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Action } from '../../resources/engine/define-resource.ts'
import { count } from './format.ts'

interface Props {
  selected: number
  /** Bulk actions of the resource; destructive ones stand last. */
  actions: readonly [string, Action][]
  onAct: (name: string) => void
  onClose: () => void
  /** Beside the count: where "Select all N matching" stands. */
  more?: ReactNode
}

/** Floats over the table while rows are selected: how many, what can be done with them, close. */
export const BulkActionBar = ({ selected, actions, onAct, onClose, more }: Props) => {
  const ordered = actions.toSorted(([, a], [, b]) => Number(a.danger ?? false) - Number(b.danger ?? false))
  return (
    <div className="bulk-bar" role="region" aria-label="Selection" data-testid="bulk-bar">
      <b className="bulk-count" role="status">{count(selected)} selected</b>
      {more}
      {ordered.length > 0 && <i aria-hidden="true" />}
      {ordered.map(([name, action]) => (
        <button key={name} type="button" data-testid={`action-${name}`} onClick={() => { onAct(name) }}>{action.label}{action.confirm || action.form || action.reason ? '…' : ''}</button>
      ))}
      <i aria-hidden="true" />
      <button type="button" className="bulk-close" aria-label="Clear the selection" onClick={onClose}><X size={15} aria-hidden="true" /></button>
    </div>
  )
}
