import { Button, Modal, Select } from 'antd'
import { Plus, X } from 'lucide-react'
import { useMemo, useState } from 'react'
import { limits, type Leaf, type Where } from '../../resources/engine/filter-grammar.ts'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { filterable } from './filter-panel.tsx'
import { isFilled, ValueInputs } from './filter-value.tsx'
import { choicesFor, operatorWords, valuesOf } from './filter-words.ts'
import { useManifest } from './manifest.tsx'
import { conditionsOf, isGroup, newCondition, newGroup, treeOf, whereOf, whyNotYet, withPart, type Condition, type Group, type Part } from './where-tree.ts'

type Fields = ReturnType<typeof filterable>
interface PartProps<P extends Part> { part: P; fields: Fields; onChange: (key: number, change: (part: Part) => Part | null) => void }

const ConditionRow = ({ part, fields, onChange }: PartProps<Condition>) => {
  const { book } = useManifest()
  const found = fields.find(f => f.name === part.field)
  const offered = found ? choicesFor(found.field.type, found.field.operators, found.field.nullable === true) : []
  const choices = found && !offered.includes(part.choice) ? [part.choice, ...offered] : offered
  const set = (next: Partial<Condition>): void => { onChange(part.key, () => ({ ...part, ...next })) }
  const pick = (name: string): void => {
    const next = fields.find(f => f.name === name)
    if (next) onChange(part.key, () => ({ ...newCondition(name, choicesFor(next.field.type, next.field.operators, next.field.nullable === true)[0]!), key: part.key }))
  }
  return (
    <li className="where-row" data-testid="where-condition">
      <Select aria-label="Field" value={part.field || undefined} placeholder="Field" autoFocus={part.field === ''} showSearch optionFilterProp="label" options={fields.map(f => ({ value: f.name, label: f.label }))} onChange={pick} popupMatchSelectWidth={false} className="where-field" />
      {found && <Select aria-label={`${found.label}, condition`} value={part.choice} options={choices.map(c => ({ value: c, label: operatorWords(found.field.type, c) }))} onChange={choice => { set({ choice, values: valuesOf(choice) === 'one' ? part.values.slice(0, 1) : part.values }) }} popupMatchSelectWidth={false} className="where-operator" />}
      <div className="where-values">{found && <ValueInputs field={found.field} label={found.label} book={book} draft={part} onChange={values => { set({ values }) }} />}</div>
      <button type="button" className="icon-button" aria-label={`Remove the condition${found ? ` on ${found.label}` : ''}`} onClick={() => { onChange(part.key, () => null) }}><X size={14} aria-hidden="true" /></button>
    </li>
  )
}

const GroupBox = ({ part, fields, onChange, depth }: PartProps<Group> & { depth: number }) => {
  const add = (added: Part): void => { onChange(part.key, p => (isGroup(p) ? { ...p, parts: [...p.parts, added] } : p)) }
  return (
    <fieldset className="where-group">
      <legend className="sr">{depth === 1 ? 'Conditions' : 'Group of conditions'}</legend>
      <div className="where-join">
        <Select aria-label="How the conditions are joined" value={part.join} options={[{ value: 'and', label: 'All of these' }, { value: 'or', label: 'Any of these' }]} onChange={join => { onChange(part.key, p => ({ ...p, join }) as Group) }} />
        {depth > 1 && <button type="button" className="icon-button" aria-label="Remove the group" onClick={() => { onChange(part.key, () => null) }}><X size={14} aria-hidden="true" /></button>}
      </div>
      <ul>
        {part.parts.map(p => (isGroup(p) ? <li key={p.key}><GroupBox part={p} fields={fields} onChange={onChange} depth={depth + 1} /></li> : <ConditionRow key={p.key} part={p} fields={fields} onChange={onChange} />))}
      </ul>
      <div className="where-add">
        <button type="button" className="quiet" data-testid="add-condition" onClick={() => { add(newCondition('', 'eq')) }}><Plus size={13} aria-hidden="true" />Condition</button>
        {depth < limits.depth && <button type="button" className="quiet" data-testid="add-group" onClick={() => { add(newGroup(part.join === 'and' ? 'or' : 'and', [newCondition('', 'eq')])) }}><Plus size={13} aria-hidden="true" />Group</button>}
      </div>
    </fieldset>
  )
}

interface Props { resource: ManifestResource; where: Where | null; chips: readonly Leaf[]; onApply: (where: Where | null) => void; onClose: () => void }

/** Nested conditions in people's words: all of these, any of these, groups inside groups. */
export const WhereEditor = ({ resource, where, chips, onApply, onClose }: Props) => {
  const manifest = useManifest()
  const fields = useMemo(() => filterable(manifest, resource), [manifest, resource])
  const [tree, setTree] = useState<Group>(() => { const start = treeOf(where, chips); return start.parts.length > 0 ? start : newGroup('or', [newCondition('', 'eq'), newCondition('', 'eq')]) })
  const change: PartProps<Part>['onChange'] = (key, act) => { setTree(now => withPart(now, key, act)) }
  const blank = conditionsOf(tree).every(c => c.field === '' || !isFilled(c))
  const why = whyNotYet(tree)
  return (
    <Modal
      open title="Conditions" width={720} onCancel={onClose} className="where-editor"
      footer={[<span key="why" className="where-why" role="status">{!blank && why}</span>, <Button key="cancel" onClick={onClose}>Cancel</Button>, <Button key="apply" type="primary" disabled={why !== null} data-testid="apply-where" onClick={() => { onApply(whereOf(tree)) }}>Apply</Button>]}
    >
      <GroupBox part={tree} fields={fields} onChange={change} depth={1} />
    </Modal>
  )
}
