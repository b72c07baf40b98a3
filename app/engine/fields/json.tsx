import { Input } from 'antd'
import { useState } from 'react'
import { Nothing } from '../nothing.tsx'
import { isEmpty, type CellProps, type FieldKit, type InputProps } from './kit.ts'
import { PlainWord, TextFilter } from './text.tsx'

const JsonCell = ({ value, place }: CellProps) => {
  if (isEmpty(value)) return <Nothing />
  return place === 'table' ? <span className="mono name" title={JSON.stringify(value)}>{JSON.stringify(value)}</span> : <pre className="raw" tabIndex={0}>{JSON.stringify(value, null, 2)}</pre>
}

const parse = (typed: string): unknown => {
  if (typed.trim() === '') return null
  try { return JSON.parse(typed) as unknown } catch { return Number.NaN }
}

const JsonInput = ({ value, onChange, field: _field, book: _book, row: _row, ...rest }: InputProps) => {
  const [draft, setDraft] = useState<string | null>(null)
  return <Input.TextArea {...rest} className="mono" autoSize={{ minRows: 4, maxRows: 20 }} value={draft ?? (isEmpty(value) ? '' : JSON.stringify(value, null, 2))} onChange={e => { setDraft(e.target.value); onChange?.(parse(e.target.value)) }} />
}

export const json: FieldKit = { width: 200, Cell: JsonCell, Input: JsonInput, FilterInput: TextFilter, Word: PlainWord, malformed: 'JSON, such as {"plan": "scale"}.' }
