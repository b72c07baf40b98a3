import { Button, Input, Popover, Select } from 'antd'
import { ListTree, Plus, X } from 'lucide-react'
import { Fragment, lazy, Suspense, useState } from 'react'
import { isLeaf, type Leaf, type Where } from '../../resources/engine/filter-grammar.ts'
import type { Manifest, ManifestField, ManifestResource } from '../../resources/engine/manifest.ts'
import { datePresets, presetOf } from './date-presets.ts'
import { kitOf } from './fields/kits.ts'
import { isFilled, ValueInputs } from './filter-value.tsx'
import { choiceOf, choicesFor, operatorWords, valuesOf, type Choice } from './filter-words.ts'
import { lower } from './format.ts'
import { useManifest } from './manifest.tsx'

const WhereEditor = lazy(() => import('./where-editor.tsx').then(m => ({ default: m.WhereEditor })))

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

/** Everything a list may be filtered by, own fields first, then fields of the rows it points at; with the label in words. */
export const filterable = (manifest: Manifest, resource: ManifestResource): { name: string; label: string; field: ManifestField }[] => {
  const offers = (f: ManifestField): boolean => choicesFor(f.type, f.operators, f.nullable === true).length > 0
  const own = Object.entries(resource.fields).filter(([, f]) => offers(f))
  const first = resource.list.filters.filter(name => own.some(([n]) => n === name))
  const names = [...first, ...own.map(([name]) => name).filter(name => !first.includes(name))]
  const paths = own.flatMap(([name, f]) => ((f as ManifestField & { paths?: readonly string[] }).paths ?? []).map(path => `${name.slice(0, -2)}.${path}`))
  return [...names, ...paths].flatMap(name => { const found = fieldOf(manifest, resource, name); return found && offers(found.field) ? [{ name, ...found }] : [] })
}

const isTime = (field: ManifestField): boolean => field.type === 'date' || field.type === 'instant'

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value : [value]).map(v => String(v))

/** `MRR at least €250.00` */
export const FilterWords = ({ leaf, resource }: { leaf: Leaf; resource: ManifestResource }) => {
  const manifest = useManifest()
  const found = fieldOf(manifest, resource, leaf.field)
  if (!found) return <>{leaf.field}</>
  const { field, label } = found
  const preset = isTime(field) ? presetOf(leaf) : undefined
  if (preset) return <>{label} <b>{lower(preset.label)}</b></>
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
  const filled = isFilled({ choice, values })
  const current = initial && presetOf({ op: initial.choice as Leaf['op'], value: valuesOf(initial.choice) === 'two' ? initial.values : initial.values[0] })
  const apply = (): void => {
    if (!filled) return
    if (choice === 'empty' || choice === 'filled') onApply('null', String(choice === 'empty'))
    else onApply(choice, valuesOf(choice) === 'one' ? values[0]! : valuesOf(choice) === 'two' ? values.slice(0, 2) : values.filter(v => v !== ''))
  }
  return (
    <form className="filter-editor" onSubmit={event => { event.preventDefault(); apply() }}>
      <p className="editor-title">{label}</p>
      {isTime(field) && field.operators.includes('between') && (
        <div className="presets" role="group" aria-label={`${label}, spans`}>
          {datePresets.map(preset => <button key={preset.label} type="button" className="option" aria-pressed={preset === current} onClick={() => { onApply(preset.op, typeof preset.value === 'string' ? preset.value : [...preset.value]) }}>{preset.label}</button>)}
        </div>
      )}
      {choices.length > 1 && <Select aria-label="Condition" value={choice} onChange={next => { setChoice(next); if (valuesOf(next) === 'one') setValues(values.slice(0, 1)) }} options={choices.map(c => ({ value: c, label: operatorWords(field.type, c) }))} className="wide" />}
      <ValueInputs field={field} label={label} book={book} draft={{ choice, values }} onChange={setValues} autoFocus />
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

const AddFilter = ({ resource, onAdd, onGroup }: { resource: ManifestResource; onAdd: (leaf: Leaf) => void; onGroup: () => void }) => {
  const manifest = useManifest()
  const [open, setOpen] = useState(false)
  const [chosen, setChosen] = useState<string | null>(null)
  const [text, setText] = useState('')
  const all = open ? filterable(manifest, resource) : []
  const found = all.filter(f => f.label.toLowerCase().includes(text.trim().toLowerCase()))
  const entry = all.find(f => f.name === chosen)
  const close = (): void => { setOpen(false); setChosen(null); setText('') }
  return (
    <Popover
      trigger="click" placement="bottomLeft" arrow={false} open={open} onOpenChange={next => { if (next) setOpen(true); else close() }} destroyOnHidden
      content={entry ? <Editor field={entry.field} label={entry.label} book={manifest.book} initial={null} onApply={(op, value) => { close(); onAdd({ field: entry.name, op, value }) }} onCancel={close} /> : (
        <div className="filter-fields">
          {all.length > 8 && <Input aria-label="Find a field" placeholder="Find a field" autoFocus value={text} onChange={e => { setText(e.target.value) }} onPressEnter={() => { if (found[0]) setChosen(found[0].name) }} />}
          <ul>{found.map((f, i) => <li key={f.name}><button type="button" className="option" autoFocus={all.length <= 8 && i === 0} data-testid={`add-filter-${f.name}`} onClick={() => { setChosen(f.name) }}>{f.label}</button></li>)}</ul>
          {found.length === 0 && <p className="hint">No field is called that.</p>}
          <div className="filter-group-entry"><button type="button" className="option" data-testid="add-filter-group" onClick={() => { close(); onGroup() }}><ListTree size={14} aria-hidden="true" />Any of several conditions</button></div>
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

/** Filters as chips in people's words: click one to edit it, the cross removes it, `+ Filter` adds one; several can become a group of conditions. */
export const FilterPanel = ({ resource, filters, where, onChange }: Props) => {
  // which chips join the nested conditions that are edited; null while none are
  const [editing, setEditing] = useState<readonly Leaf[] | null>(null)
  const replace = (index: number, leaf: Leaf): void => { onChange({ filters: filters.filter((f, i) => i === index || f.field !== leaf.field || f.op !== leaf.op).map(f => (f === filters[index] ? leaf : f)), where }) }
  const add = (leaf: Leaf): void => { onChange({ filters: [...filters.filter(f => f.field !== leaf.field || f.op !== leaf.op), leaf], where }) }
  const some = Object.values(resource.fields).some(f => f.operators.length > 0)
  return (
    <div className="chips" role="group" aria-label="Filters">
      {filters.map((leaf, i) => <Chip key={`${leaf.field} ${leaf.op}`} leaf={leaf} resource={resource} onChange={next => { replace(i, next) }} onRemove={() => { onChange({ filters: filters.filter((_, at) => at !== i), where }) }} />)}
      {where && (
        <span className="chip" data-testid="filter-_where">
          <button type="button" className="chip-words" onClick={() => { setEditing([]) }}><WhereWords where={where} resource={resource} /></button>
          <button type="button" className="chip-remove" aria-label="Remove the nested filter" onClick={() => { onChange({ filters: [...filters], where: null }) }}><X size={13} aria-hidden="true" /></button>
        </span>
      )}
      {some && <AddFilter resource={resource} onAdd={add} onGroup={() => { setEditing([]) }} />}
      {filters.length > 1 && <button type="button" className="clear" data-testid="combine-filters" title="Make the filters one group of conditions, joined by and or or" onClick={() => { setEditing(filters) }}>Combine…</button>}
      {(filters.length > 0 || where) && <button type="button" className="clear" data-testid="clear-filters" onClick={() => { onChange({ filters: [], where: null }) }}>Clear</button>}
      {editing && (
        <Suspense fallback={null}>
          <WhereEditor
            resource={resource} where={where} chips={editing} onClose={() => { setEditing(null) }}
            onApply={next => { setEditing(null); onChange({ filters: filters.filter(f => !editing.includes(f)), where: next }) }}
          />
        </Suspense>
      )}
    </div>
  )
}
