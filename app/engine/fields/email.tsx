import { Input } from 'antd'
import { CopyButton } from '../copy-button.tsx'
import { Nothing } from '../nothing.tsx'
import { isEmpty, type CellProps, type FieldKit, type InputProps } from './kit.ts'
import { PlainWord, TextFilter, TextMany } from './text.tsx'

const EmailCell = ({ value, field, place }: CellProps) => {
  if (isEmpty(value)) return <Nothing />
  const text = String(value)
  if (place === 'table') return <span className="name" title={text}>{text}</span>
  return <span className="with-copy"><span className="whole">{text}</span><CopyButton text={text} what={field.label} /></span>
}

const EmailInput = ({ value, onChange, field, book: _book, row: _row, ...rest }: InputProps) => (
  <Input {...rest} type="email" autoComplete="off" value={typeof value === 'string' ? value : ''} maxLength={320} onChange={e => onChange?.(e.target.value === '' && field.nullable ? null : e.target.value)} />
)

export const email: FieldKit = { width: 220, Cell: EmailCell, Input: EmailInput, FilterInput: TextFilter, ManyInput: TextMany, Word: PlainWord }
