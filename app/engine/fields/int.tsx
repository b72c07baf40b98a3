import { Input } from 'antd'
import { useState } from 'react'
import type { IntField } from '../../../resources/engine/fields.ts'
import { count } from '../format.ts'
import { Nothing } from '../nothing.tsx'
import { as, isEmpty, type CellProps, type FieldKit, type FilterInputProps, type InputProps, type WordProps } from './kit.ts'

const IntCell = ({ value, field }: CellProps) => (isEmpty(value) ? <Nothing /> : <span className="numeric">{count(Number(value))}{as<IntField>(field).unit ? ` ${as<IntField>(field).unit}` : ''}</span>)

const parse = (typed: string): number | null => {
  const tidy = typed.replace(/[\s,\u00a0]/g, '').replace('\u2212', '-')
  return tidy === '' ? null : /^[-+]?\d{1,15}$/.test(tidy) ? Number(tidy) : Number.NaN
}

const IntInput = ({ value, onChange, field, book: _book, row: _row, ...rest }: InputProps) => {
  const [draft, setDraft] = useState<string | null>(null)
  return (
    <Input
      {...rest} inputMode="numeric" autoComplete="off" suffix={as<IntField>(field).unit} value={draft ?? (isEmpty(value) ? '' : String(value))}
      onChange={e => { setDraft(e.target.value); onChange?.(parse(e.target.value)) }} onBlur={() => { if (!Number.isNaN(value)) setDraft(null) }}
    />
  )
}

const IntFilter = ({ value, onChange, label, autoFocus, field }: FilterInputProps) => (
  <Input value={value} inputMode="numeric" onChange={e => onChange(e.target.value.trim())} aria-label={label} autoFocus={autoFocus} suffix={as<IntField>(field).unit} />
)

const IntWord = ({ value }: WordProps) => <>{/^[-+]?\d+$/.test(value) ? count(Number(value)) : value}</>

export const int: FieldKit = { width: 90, align: 'right', Cell: IntCell, Input: IntInput, FilterInput: IntFilter, Word: IntWord, malformed: 'A whole number, such as 12.' }
