import { Input } from 'antd'
import { useExact, useZone } from '../display.ts'
import { relativeTime } from '../format.ts'
import { Nothing } from '../nothing.tsx'
import { useNow } from '../now.tsx'
import { toLocal, toUtc } from '../zone.ts'
import { DayFilter, DayWord } from './date.tsx'
import { isEmpty, type CellProps, type FieldKit, type InputProps } from './kit.ts'

/** Relative, exact on hover, in the person's zone; with the book's clock where that differs. */
export const Moment = ({ iso }: { iso: string }) => {
  const now = useNow(), zone = useZone(), exact = useExact()
  return <time dateTime={iso} title={exact(iso)}>{relativeTime(iso, now, zone)}</time>
}

const InstantCell = ({ value, place }: CellProps) => {
  const exact = useExact()
  if (isEmpty(value)) return <Nothing />
  const iso = String(value)
  return place === 'table' ? <span className="cell"><Moment iso={iso} /></span> : <span>{exact(iso)} <span className="muted">(<Moment iso={iso} />)</span></span>
}

const InstantInput = ({ value, onChange, field: _field, book: _book, row: _row, ...rest }: InputProps) => {
  const zone = useZone()
  return <Input {...rest} type="datetime-local" max="9999-12-31T23:59" suffix={<span className="unit">{zone}</span>} value={isEmpty(value) ? '' : toLocal(String(value), zone)} onChange={e => onChange?.(e.target.value ? toUtc(e.target.value, zone) : null)} />
}

export const instant: FieldKit = { width: 120, align: 'right', Cell: InstantCell, Input: InstantInput, FilterInput: DayFilter, Word: DayWord }
