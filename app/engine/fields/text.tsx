import { Input, Select } from 'antd'
import type { TextField } from '../../../resources/engine/fields.ts'
import { CopyButton } from '../copy-button.tsx'
import { Nothing } from '../nothing.tsx'
import { as, isEmpty, type CellProps, type FieldKit, type FilterInputProps, type InputProps, type ManyInputProps, type WordProps } from './kit.ts'

export const TextCell = ({ value, field, place }: CellProps) => {
  if (isEmpty(value)) return <Nothing />
  const declared = as<TextField>(field)
  const text = String(value)
  const className = `${declared.mono ? 'mono ' : ''}${place === 'table' ? 'name' : declared.multiline ? 'prose' : 'whole'}`
  return (
    <span className={place === 'facts' && field.copy ? 'with-copy' : 'cell'}>
      <span className={className} dir="auto" title={place === 'table' ? text : undefined}>{text}</span>
      {place === 'facts' && field.copy && <CopyButton text={text} what={field.label} />}
    </span>
  )
}

export const TextInput = ({ value, onChange, field, book: _book, row: _row, ...rest }: InputProps) => {
  const declared = as<TextField>(field)
  const props = { ...rest, value: typeof value === 'string' ? value : '', maxLength: declared.max, onChange: (e: { target: { value: string } }) => onChange?.(e.target.value === '' && field.nullable ? null : e.target.value) }
  return declared.multiline ? <Input.TextArea {...props} autoSize={{ minRows: 3, maxRows: 12 }} /> : <Input {...props} className={declared.mono ? 'mono' : undefined} />
}

export const TextFilter = ({ value, onChange, label, autoFocus }: FilterInputProps) => (
  <Input value={value} onChange={e => onChange(e.target.value)} aria-label={label} autoFocus={autoFocus} maxLength={500} />
)

/** Any words, one after the other: Enter or a comma ends one. */
export const TextMany = ({ values, onChange, label, autoFocus }: ManyInputProps) => (
  <Select mode="tags" open={false} suffixIcon={null} value={values} onChange={onChange} aria-label={label} autoFocus={autoFocus} tokenSeparators={[',', '\n', '\t']} placeholder="One or more, Enter after each" className="wide" />
)

export const PlainWord = ({ value }: WordProps) => <bdi>{value}</bdi>

export const text: FieldKit = { width: 170, Cell: TextCell, Input: TextInput, FilterInput: TextFilter, ManyInput: TextMany, Word: PlainWord }
