import { Select } from 'antd'
import type { TagsField } from '../../../resources/engine/fields.ts'
import { Nothing } from '../nothing.tsx'
import { as, isEmpty, type CellProps, type FieldKit, type InputProps } from './kit.ts'
import { PlainWord, TextFilter, TextMany } from './text.tsx'

const TagsCell = ({ value, place }: CellProps) => {
  if (isEmpty(value)) return <Nothing />
  const all = value as string[]
  const shown = place === 'table' ? all.slice(0, 2) : all
  return (
    <span className={place === 'table' ? 'labels one-line' : 'labels'} title={place === 'table' ? all.join(', ') : undefined}>
      {shown.map(tag => <span key={tag} className="label" dir="auto">{tag}</span>)}
      {all.length > shown.length && <span className="muted">+{all.length - shown.length}</span>}
    </span>
  )
}

const TagsInput = ({ value, onChange, field, book: _book, row: _row, ...rest }: InputProps) => (
  <Select
    {...rest} aria-invalid={rest['aria-invalid'] === true || rest['aria-invalid'] === 'true'} mode="tags" open={false} suffixIcon={null} maxCount={as<TagsField>(field).max}
    value={Array.isArray(value) ? (value as string[]) : []} onChange={v => onChange?.(v)} tokenSeparators={[',']} className="wide" placeholder="Enter after each"
  />
)

export const tags: FieldKit = { width: 160, Cell: TagsCell, Input: TagsInput, FilterInput: TextFilter, ManyInput: TextMany, Word: PlainWord }
