import { Input } from 'antd'
import { spanWords } from '../date-presets.ts'
import { date as said, momentWords } from '../format.ts'
import { Nothing } from '../nothing.tsx'
import { isEmpty, type CellProps, type FieldKit, type FilterInputProps, type InputProps, type WordProps } from './kit.ts'

const DateCell = ({ value }: CellProps) => (isEmpty(value) ? <Nothing /> : <time className="cell" dateTime={String(value)}>{said(String(value))}</time>)

const DateInput = ({ value, onChange, field: _field, book: _book, row: _row, ...rest }: InputProps) => (
  <Input {...rest} type="date" max="9999-12-31" value={isEmpty(value) ? '' : String(value)} onChange={e => onChange?.(e.target.value || null)} className="short" />
)

/** A day, also for moments: a bare day means that day in the book's zone. */
export const DayFilter = ({ value, onChange, label, autoFocus }: FilterInputProps) => (
  <Input type="date" max="9999-12-31" value={value.slice(0, 10)} onChange={e => onChange(e.target.value)} aria-label={label} autoFocus={autoFocus} />
)

export const DayWord = ({ value }: WordProps) => <>{/^\d{4}-\d\d-\d\d/.test(value) ? said(value) : spanWords(value) ?? momentWords(value)}</>

export const date: FieldKit = { width: 110, align: 'right', Cell: DateCell, Input: DateInput, FilterInput: DayFilter, Word: DayWord }
