import { Input } from 'antd'
import { exactTime, relativeTime } from '../format.ts'
import { Nothing } from '../nothing.tsx'
import { useNow } from '../now.tsx'
import { toLocal, toUtc } from '../zone.ts'
import { DayFilter, DayWord } from './date.tsx'
import { isEmpty, type CellProps, type FieldKit, type InputProps } from './kit.ts'

/** Relative, exact on hover, with zone. */
export const Moment = ({ iso, zone }: { iso: string; zone: string }) => {
  const now = useNow()
  return <time dateTime={iso} title={exactTime(iso, zone)}>{relativeTime(iso, now, zone)}</time>
}

const InstantCell = ({ value, book, place }: CellProps) => {
  if (isEmpty(value)) return <Nothing />
  const iso = String(value)
  return place === 'table' ? <span className="cell"><Moment iso={iso} zone={book.timeZone} /></span> : <span>{exactTime(iso, book.timeZone)} <span className="muted">(<Moment iso={iso} zone={book.timeZone} />)</span></span>
}

const InstantInput = ({ value, onChange, field: _field, book, row: _row, ...rest }: InputProps) => (
  <Input {...rest} type="datetime-local" max="9999-12-31T23:59" suffix={<span className="unit">{book.timeZone}</span>} value={isEmpty(value) ? '' : toLocal(String(value), book.timeZone)} onChange={e => onChange?.(e.target.value ? toUtc(e.target.value, book.timeZone) : null)} />
)

export const instant: FieldKit = { width: 120, align: 'right', Cell: InstantCell, Input: InstantInput, FilterInput: DayFilter, Word: DayWord }
