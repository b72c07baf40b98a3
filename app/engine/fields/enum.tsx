import { Select } from 'antd'
import type { EnumField } from '../../../resources/engine/fields.ts'
import type { ManifestField } from '../../../resources/engine/manifest.ts'
import { Nothing } from '../nothing.tsx'
import { StatusMark, type StatusOption } from '../status-mark.tsx'
import { as, isEmpty, type CellProps, type FieldKit, type FilterInputProps, type InputProps, type ManyInputProps, type WordProps } from './kit.ts'

/** The option behind a value; an unknown value shows itself. */
export const optionOf = (field: ManifestField, value: unknown): StatusOption => as<EnumField>(field).options.find(o => o.value === value) ?? { value: String(value), label: String(value), tone: 'plain' }

export const EnumCell = ({ value, field }: CellProps) => {
  if (isEmpty(value)) return <Nothing />
  const option = optionOf(field, value)
  const { look = 'plain' } = as<EnumField>(field)
  if (look === 'status') return <StatusMark option={option} />
  if (look === 'tag') return <span className={`tag ${option.tone ?? 'plain'}`}>{option.label}</span>
  return <span className={`cell ${option.tone === 'negative' ? 'negative-text' : option.tone === 'muted' ? 'muted' : ''}`}>{option.label}</span>
}

const choices = (field: ManifestField) => as<EnumField>(field).options.map(o => ({ value: o.value, label: o.label }))

const EnumInput = ({ value, onChange, field, book: _book, row: _row, ...rest }: InputProps) => (
  <Select {...rest} aria-invalid={rest['aria-invalid'] === true || rest['aria-invalid'] === 'true'} value={isEmpty(value) ? undefined : (value as string)} onChange={v => onChange?.(v ?? null)} options={choices(field)} allowClear={field.nullable} showSearch optionFilterProp="label" className="wide" />
)

const EnumFilter = ({ value, onChange, field, label, autoFocus }: FilterInputProps) => (
  <Select value={value || undefined} onChange={onChange} options={choices(field)} aria-label={label} autoFocus={autoFocus} showSearch optionFilterProp="label" className="wide" />
)

/** Few options are ticked one by one; many are searched. */
const EnumMany = ({ values, onChange, field, label, autoFocus }: ManyInputProps) =>
  as<EnumField>(field).options.length > 12 ? (
    <Select mode="multiple" value={values} onChange={onChange} options={choices(field)} aria-label={label} autoFocus={autoFocus} optionFilterProp="label" className="wide" />
  ) : (
    <fieldset className="ticks">
      <legend className="sr">{label}</legend>
      {as<EnumField>(field).options.map((o, i) => (
        <label key={o.value}>
          <input type="checkbox" autoFocus={autoFocus && i === 0} checked={values.includes(o.value)} onChange={e => onChange(e.target.checked ? [...values, o.value] : values.filter(v => v !== o.value))} />
          <StatusOrWord field={field} option={o} />
        </label>
      ))}
    </fieldset>
  )

const StatusOrWord = ({ field, option }: { field: ManifestField; option: StatusOption }) => (as<EnumField>(field).look === 'status' ? <StatusMark option={option} /> : <span>{option.label}</span>)

const EnumWord = ({ value, field }: WordProps) => <>{optionOf(field, value).label}</>

export const enumeration: FieldKit = { width: 130, Cell: EnumCell, Input: EnumInput, FilterInput: EnumFilter, ManyInput: EnumMany, Word: EnumWord }
