import { Button, Input, Popover, Select } from 'antd'
import { Plus, X } from 'lucide-react'
import { Fragment, useState } from 'react'
import { isLeaf, type Leaf, type Where } from '../../resources/engine/filter-grammar.ts'
import type { Manifest, ManifestField, ManifestResource } from '../../resources/engine/manifest.ts'
import { kitOf } from './fields/kits.ts'
import { choiceOf, choicesFor, operatorWords, valuesOf, type Choice } from './filter-words.ts'
import { useManifest } from './manifest.tsx'

type Book = Manifest['book']

/** The field behind a leaf, also through a relation (`customer.status`), with its label in words. */
export const fieldOf = (manifest: Manifest, resource: ManifestResource, name: string): { field: ManifestField; label: string } | null => {
  const own = resource.fields[name]
  if (own) return { field: own, label: own.label }
  const [relation, path = ''] = name.split('.')
  const through = resource.fields[`${relation}Id`] as (ManifestField & { resource?: string }) | undefined
  const field = manifest.resources.find(r => r.name === through?.resource)?.fields[path]
  return through && field ? { field, label: `${through.label}: ${field.label}` } : null
}

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(v => String(v))

/** `MRR at least €250.00` */
export const FilterWords = ({ leaf, resource }: { leaf: Leaf; resource: ManifestResource }) => {
  const manifest = useManifest()
  const found = fieldOf(manifest, resource, leaf.field)
  if (!found) return <>{leaf.field}</>
  const { field, label } = found
  const choice = choiceOf(leaf.op, leaf.value)
  const { Word } = kitOf(field.type)
  const values = valuesOf(choice) === 'none' ? [] : listOf(leaf.value)
  const shown = values.slice(0, 3)
  const joint = leaf.op === 'between' ? ' and ' : ', '
  return (
    <>
      {label} {operatorWords(field.type, choice)}{values.length > 0 && ' '}
      {values.length > 0 && <b>{shown.map((value, i) => <Fragment key={value}>{i > 0 && joint}<Word value={value} field={field} book={manifest.book} /></Fragment>)}{values.length > shown.length && ` and ${values.length - shown.length} more`}</b>}
    </>
  )
}

const WhereWords = ({ where, resource }: { where: Where; resource: ManifestResource }) => {
  if (isLeaf(where)) return <FilterWords leaf={where} resource={resource} />
  const [parts, joint] = 'and' in where ? [where.and, ' and '] : [where.or, ' or ']
  return <>{parts.map((part, i) => <Fragment key={i}>{i > 0 && joint}{isLeaf(part) ? <WhereWords where={part} resource={resource} /> : <>(<WhereWords where={part} resource={resource} />)</>}</Fragment>)}</>
}

interface EditorProps { field: ManifestField; label: string; book: Book; initial: { choice: Choice; values: string[] } | null; onApply: (op: Leaf['op'], value: Leaf['value']) => void; onCancel: () => void }

const Editor = ({ field, label, book, initial, onApply, onCancel }: EditorProps) => {
  const offered = choicesFor(field.type, field.operators, field.nullable === true)
  const choices = initial && !offered.includes(initial.choice) ? [initial.choice, ...offered] : offered
  const [choice, setChoice] = useState<Choice>(initial?.choice ?? offered[0] ?? 'eq')
  const [values, setValues] = useState<string[]>(initial?.values ?? [])
  const kit = kitOf(field.type)
  const needs = valuesOf(choice)
  const filled = needs === 'none' || (needs === 'two' ? (values[0] ?? '') !== '' && (values[1] ?? '') !== '' : needs === 'one' ? (values[0] ?? '') !== '' : values.some(v => v !== ''))
  const one = (index: number) => (value: string): void => { const next = [values[0] ?? '', values[1] ?? '']; next[index] = value; setValues(needs === 'one' ? [value] : next) }
  const apply = (): void => {
    if (!filled) return
    if (choice === 'empty' || choice === 'filled') onApply('null', String(choice === 'empty'))
    else onApply(choice, needs === 'one' ? values[0]! : needs === 'two' ? values.slice(0, 2) : values.filter(v => v !== ''))
  }
  const Many = kit.ManyInput
  return (
    <form className="filter-editor" onSubmit={event => { event.preventDefault(); apply() }}>
      <p className="editor-title">{label}</p>
      {choices.length > 1 && <Select aria-label="Condition" value={choice} onChange={next => { setChoice(next); if (valuesOf(next) === 'one') setValues(values.slice(0, 1)) }} options={choices.map(c => ({ value: c, label: operatorWords(field.type, c) }))} className="wide" />}
      {needs === 'one' && <kit.FilterInput key="one" value={values[0] ?? ''} onChange={one(0)} field={field} book={book} label={label} autoFocus />}
      {needs === 'two' && <div className="two"><kit.FilterInput value={values[0] ?? ''} onChange={one(0)} field={field} book={book} label={`${label}, from`} autoFocus /><span>and</span><kit.FilterInput value={values[1] ?? ''} onChange={one(1)} field={field} book={book} label={`${label}, to`} /></div>}
      {needs === 'many' && (Many ? <Many values={values} onChange={setValues} field={field} book={book} label={label} autoFocus /> : <kit.FilterInput value={values[0] ?? ''} onChange={one(0)} field={field} book={book} label={label} autoFocus />)}
      <div className="editor-actions"><Button onClick={onCancel}>Cancel</Button><Button type="primary" htmlType="submit" disabled={!filled}>Apply</Button></div>
    </form>
  )
}

const Chip = ({ leaf, resource, onChange, onRemove }: { leaf: Leaf; resource: ManifestResource; onChange: (leaf: Leaf) => void; onRemove: () => void }) => {
  const manifest = useManifest()
  const [open, setOpen] = useState(false)
  const found = fieldOf(manifest, resource, leaf.field)
  return (
    <span className="chip" data-testid={`filter-${leaf.field}`}>
      <Popover
        trigger="click" placement="bottomLeft" arrow={false} open={open} onOpenChange={setOpen} destroyOnHidden
        content={found && <Editor field={found.field} label={found.label} book={manifest.book} initial={{ choice: choiceOf(leaf.op, leaf.value), values: listOf(leaf.value) }} onApply={(op, value) => { setOpen(false); onChange({ field: leaf.field, op, value }) }} onCancel={() => { setOpen(false) }} />}
      >
        <button type="button" className="chip-words"><FilterWords leaf={leaf} resource={resource} /></button>
      </Popover>
      <button type="button" className="chip-remove" aria-label={`Remove the filter on ${found?.label ?? leaf.field}`} onClick={onRemove}><X size={13} aria-hidden="true" /></button>
    </span>
  )
}

const AddFilter = ({ resource, onAdd }: { resource: ManifestResource; onAdd: (leaf: Leaf) => void }) => {
  const { book } = useManifest()
  const [open, setOpen] = useState(false)
  const [chosen, setChosen] = useState<string | null>(null)
  const [text, setText] = useState('')
  const filterable = Object.entries(resource.fields).filter(([, f]) => choicesFor(f.type, f.operators, f.nullable === true).length > 0).map(([name]) => name)
  const ordered = [...resource.list.filters.filter(name => filterable.includes(name)), ...filterable.filter(name => !resource.list.filters.includes(name))]
  const found = ordered.filter(name => resource.fields[name]!.label.toLowerCase().includes(text.trim().toLowerCase()))
  const field = chosen ? resource.fields[chosen] : undefined
  const close = (): void => { setOpen(false); setChosen(null); setText('') }
  if (ordered.length === 0) return null
  return (
    <Popover
      trigger="click" placement="bottomLeft" arrow={false} open={open} onOpenChange={next => { if (next) setOpen(true); else close() }} destroyOnHidden
      content={chosen && field ? <Editor field={field} label={field.label} book={book} initial={null} onApply={(op, value) => { close(); onAdd({ field: chosen, op, value }) }} onCancel={close} /> : (
        <div className="filter-fields">
          {ordered.length > 8 && <Input aria-label="Find a field" placeholder="Find a field" autoFocus value={text} onChange={e => { setText(e.target.value) }} onPressEnter={() => { if (found[0]) setChosen(found[0]) }} />}
          <ul>{found.map((name, i) => <li key={name}><button type="button" className="option" autoFocus={ordered.length <= 8 && i === 0} data-testid={`add-filter-${name}`} onClick={() => { setChosen(name) }}>{resource.fields[name]!.label}</button></li>)}</ul>
          {found.length === 0 && <p className="hint">No field is called that.</p>}
        </div>
      )}
    >
      <button type="button" className="add-filter" data-testid="add-filter"><Plus size={14} aria-hidden="true" />Filter</button>
    </Popover>
  )
}

interface Props {
  resource: ManifestResource
  filters: readonly Leaf[]
  where: Where | null
  onChange: (next: { filters: Leaf[]; where: Where | null }) => void
}

/** Filters as chips in people's words: click one to edit it, the cross removes it, `+ Filter` adds one. */
export const FilterPanel = ({ resource, filters, where, onChange }: Props) => {
  const replace = (index: number, leaf: Leaf): void => { onChange({ filters: filters.map((f, i) => (i === index ? leaf : f)), where }) }
  const add = (leaf: Leaf): void => { onChange({ filters: [...filters.filter(f => f.field !== leaf.field || f.op !== leaf.op), leaf], where }) }
  return (
    <div className="chips" role="group" aria-label="Filters">
      {filters.map((leaf, i) => <Chip key={`${leaf.field} ${leaf.op}`} leaf={leaf} resource={resource} onChange={next => { replace(i, next) }} onRemove={() => { onChange({ filters: filters.filter((_, at) => at !== i), where }) }} />)}
      {where && (
        <span className="chip" data-testid="filter-_where">
          <span className="chip-words still"><WhereWords where={where} resource={resource} /></span>
          <button type="button" className="chip-remove" aria-label="Remove the nested filter" onClick={() => { onChange({ filters: [...filters], where: null }) }}><X size={13} aria-hidden="true" /></button>
        </span>
      )}
      <AddFilter resource={resource} onAdd={add} />
      {(filters.length > 0 || where) && <button type="button" className="clear" data-testid="clear-filters" onClick={() => { onChange({ filters: [], where: null }) }}>Clear</button>}
    </div>
  )
}
