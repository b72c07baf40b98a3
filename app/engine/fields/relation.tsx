import { useSelect } from '@refinedev/antd'
import { Select } from 'antd'
import { useEffect } from 'react'
import { Link } from 'react-router'
import type { RelationField } from '../../../resources/engine/fields.ts'
import type { ManifestField } from '../../../resources/engine/manifest.ts'
import { useResource } from '../manifest.tsx'
import { Nothing } from '../nothing.tsx'
import { useTitle, useTitleStore } from '../titles.tsx'
import { as, isEmpty, type CellProps, type FieldKit, type FilterInputProps, type InputProps, type ManyInputProps, type WordProps } from './kit.ts'

/** The name of the row an id points at; a link where that resource has pages of its own. */
export const RelationName = ({ resource, id, link = true }: { resource: string; id: string; link?: boolean }) => {
  const title = useTitle(resource, id)
  const target = useResource(resource)
  if (title === undefined) return <span className="waiting" aria-busy="true">&nbsp;</span>
  if (title === null) return <span className="mono muted" title={id}>{id.slice(0, 8)}</span>
  return link && target?.nav ? <Link to={`/${resource}/${id}`} className="name" dir="auto" title={title} onClick={e => { e.stopPropagation() }}>{title}</Link> : <span className="name" dir="auto" title={title}>{title}</span>
}

const RelationCell = ({ value, field }: CellProps) => (isEmpty(value) ? <Nothing /> : <RelationName resource={as<RelationField>(field).resource} id={String(value)} />)

/** Options found by the server as one types; those already chosen keep their names. */
const useOptions = (field: ManifestField, chosen: string[], inFilter = false): { options: { value: string; label: string }[]; onSearch: (text: string) => void; loading: boolean } => {
  const { resource: name } = as<RelationField>(field)
  const target = useResource(name)
  const store = useTitleStore()
  const title = target?.title ?? 'name'
  const { selectProps, query } = useSelect({
    resource: name, optionLabel: row => String(row[title] ?? ''), optionValue: row => String(row.id), pagination: { pageSize: 30, currentPage: 1, mode: 'server' }, debounce: 200, defaultValue: chosen.filter(id => id !== '$me'),
    sorters: target?.fields[title]?.sortable ? [{ field: title, order: 'asc' }] : [],
    onSearch: text => (text ? [{ field: 'q', operator: 'eq', value: text }] : []), errorNotification: false,
  })
  const options = (selectProps.options ?? []).map(o => ({ value: String(o.value), label: String(o.label) }))
  useEffect(() => { for (const o of options) store.put(name, o.value, o.label) })
  const me = inFilter && name === 'people' ? [{ value: '$me', label: 'Me' }] : []
  return { options: [...me, ...options], onSearch: text => selectProps.onSearch?.(text), loading: query.isFetching }
}

const RelationInput = ({ value, onChange, field, book: _book, row: _row, ...rest }: InputProps) => {
  const chosen = isEmpty(value) ? undefined : String(value)
  const { options, onSearch, loading } = useOptions(field, chosen ? [chosen] : [])
  return <Select {...rest} aria-invalid={rest['aria-invalid'] === true || rest['aria-invalid'] === 'true'} showSearch filterOption={false} options={options} onSearch={onSearch} loading={loading} value={chosen} allowClear={field.nullable} onChange={v => onChange?.(v ?? null)} className="wide" />
}

const RelationFilter = ({ value, onChange, field, label, autoFocus }: FilterInputProps) => {
  const { options, onSearch, loading } = useOptions(field, value ? [value] : [], true)
  return <Select showSearch filterOption={false} options={options} onSearch={onSearch} loading={loading} value={value || undefined} onChange={onChange} aria-label={label} autoFocus={autoFocus} className="wide" />
}

const RelationMany = ({ values, onChange, field, label, autoFocus }: ManyInputProps) => {
  const { options, onSearch, loading } = useOptions(field, values, true)
  return <Select mode="multiple" filterOption={false} options={options} onSearch={onSearch} loading={loading} value={values} onChange={onChange} aria-label={label} autoFocus={autoFocus} className="wide" />
}

const RelationWord = ({ value, field }: WordProps) => value === '$me' ? <>me</> : <RelationName resource={as<RelationField>(field).resource} id={value} link={false} />

export const relation: FieldKit = { width: 160, Cell: RelationCell, Input: RelationInput, FilterInput: RelationFilter, ManyInput: RelationMany, Word: RelationWord }
