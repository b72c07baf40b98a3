import { Checkbox, Select } from 'antd'
import type { BooleanField } from '../../../resources/engine/fields.ts'
import type { ManifestField } from '../../../resources/engine/manifest.ts'
import { Nothing } from '../nothing.tsx'
import { as, isEmpty, type CellProps, type FieldKit, type FilterInputProps, type InputProps, type WordProps } from './kit.ts'

/** The word for a truth: as declared (`['Live', 'Test']`), else Yes and No. */
export const truth = (field: ManifestField, value: boolean): string => (as<BooleanField>(field).words ?? ['Yes', 'No'])[value ? 0 : 1]

const BooleanCell = ({ value, field }: CellProps) => (isEmpty(value) ? <Nothing /> : <span className={value ? 'cell' : 'cell muted'}>{truth(field, value === true)}</span>)

const BooleanInput = ({ value, onChange, field, id, 'data-testid': testId, autoFocus, 'aria-describedby': described }: InputProps) => (
  <Checkbox id={id} data-testid={testId} autoFocus={autoFocus} aria-describedby={described} checked={value === true} onChange={e => onChange?.(e.target.checked)}>{truth(field, value === true)}</Checkbox>
)

const BooleanFilter = ({ value, onChange, field, label, autoFocus }: FilterInputProps) => (
  <Select value={value || undefined} onChange={onChange} aria-label={label} autoFocus={autoFocus} className="wide" options={[{ value: 'true', label: truth(field, true) }, { value: 'false', label: truth(field, false) }]} />
)

const BooleanWord = ({ value, field }: WordProps) => <>{truth(field, value === 'true')}</>

export const boolean: FieldKit = { width: 90, Cell: BooleanCell, Input: BooleanInput, FilterInput: BooleanFilter, Word: BooleanWord }
