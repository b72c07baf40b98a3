import { Input } from 'antd'
import { useState } from 'react'
import type { MoneyField } from '../../../resources/engine/fields.ts'
import type { Manifest, ManifestField } from '../../../resources/engine/manifest.ts'
import { cellMoney, money as said, toMajor, toMinor } from '../format.ts'
import { Nothing } from '../nothing.tsx'
import { as, isEmpty, type CellProps, type FieldKit, type FilterInputProps, type InputProps, type WordProps } from './kit.ts'

/** The ISO code of a row's amount: its own currency field, or the book's. */
export const currencyOf = (field: ManifestField, row: Record<string, unknown> | undefined, book: Manifest['book']): string => {
  const named = as<MoneyField>(field).currency
  const own = named === 'book' ? undefined : row?.[named]
  return typeof own === 'string' && own !== '' ? own : book.currency
}

const MoneyCell = ({ value, field, row, book }: CellProps) => {
  if (isEmpty(value)) return <Nothing />
  const currency = currencyOf(field, row, book)
  const minor = Number(value)
  const short = cellMoney(minor, currency)
  const exact = said(minor, currency, { signed: as<MoneyField>(field).signed })
  return <span className="numeric" title={short === said(minor, currency) ? undefined : exact}>{short === said(minor, currency) ? exact : short}</span>
}

const MoneyInput = ({ value, onChange, field, row, book, ...rest }: InputProps) => {
  const [draft, setDraft] = useState<string | null>(null)
  const currency = currencyOf(field, row, book)
  const read = (typed: string): number | null => (typed.trim() === '' ? null : toMinor(typed, currency) ?? Number.NaN)
  return (
    <Input
      {...rest} inputMode="decimal" autoComplete="off" prefix={<span className="unit">{currency.toUpperCase()}</span>}
      value={draft ?? (isEmpty(value) || Number.isNaN(value) ? '' : toMajor(Number(value), currency))}
      onChange={e => { setDraft(e.target.value); onChange?.(read(e.target.value)) }} onBlur={() => { if (!Number.isNaN(value)) setDraft(null) }}
    />
  )
}

const MoneyFilter = ({ value, onChange, book, label, autoFocus }: FilterInputProps) => {
  const [draft, setDraft] = useState(() => (/^-?\d+$/.test(value) ? toMajor(Number(value), book.currency) : ''))
  return (
    <Input
      value={draft} inputMode="decimal" aria-label={label} autoFocus={autoFocus} prefix={<span className="unit">{book.currency.toUpperCase()}</span>}
      onChange={e => { setDraft(e.target.value); const minor = toMinor(e.target.value, book.currency); onChange(minor === null ? '' : String(minor)) }}
    />
  )
}

const MoneyWord = ({ value, book }: WordProps) => <>{/^-?\d{1,15}$/.test(value) ? said(Number(value), book.currency) : value}</>

export const money: FieldKit = { width: 120, align: 'right', Cell: MoneyCell, Input: MoneyInput, FilterInput: MoneyFilter, Word: MoneyWord, malformed: 'An amount, such as 1,490.00.' }
