import { Input } from 'antd'
import { decimal as said } from '../format.ts'
import { Nothing } from '../nothing.tsx'
import { isEmpty, type CellProps, type FieldKit, type FilterInputProps, type InputProps, type WordProps } from './kit.ts'

const pattern = /^[-+]?\d+(\.\d+)?$/
const DecimalCell = ({ value }: CellProps) => (isEmpty(value) ? <Nothing /> : <span className="numeric">{said(String(value))}</span>)

/** A decimal travels as a string, so that no digit is lost. */
const DecimalInput = ({ value, onChange, field: _field, book: _book, row: _row, ...rest }: InputProps) => (
  <Input {...rest} inputMode="decimal" autoComplete="off" value={isEmpty(value) ? '' : String(value)} onChange={e => onChange?.(e.target.value.trim() === '' ? null : e.target.value.trim())} />
)

const DecimalFilter = ({ value, onChange, label, autoFocus }: FilterInputProps) => (
  <Input value={value} inputMode="decimal" onChange={e => onChange(e.target.value.trim())} aria-label={label} autoFocus={autoFocus} />
)

const DecimalWord = ({ value }: WordProps) => <>{pattern.test(value) ? said(value) : value}</>

export const decimal: FieldKit = { width: 110, align: 'right', Cell: DecimalCell, Input: DecimalInput, FilterInput: DecimalFilter, Word: DecimalWord, malformed: 'A number, such as 1.0836.' }
