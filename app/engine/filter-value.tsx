import type { Manifest, ManifestField } from '../../resources/engine/manifest.ts'
import { kitOf } from './fields/kits.ts'
import { valuesOf, type Choice } from './filter-words.ts'

/** The draft of a condition: what is chosen, and its values as they stand in the address. */
export interface Draft { choice: Choice; values: string[] }

/** Has the draft all values its operator takes? */
export const isFilled = ({ choice, values }: Draft): boolean => {
  const needs = valuesOf(choice)
  return needs === 'none' || (needs === 'two' ? (values[0] ?? '') !== '' && (values[1] ?? '') !== '' : needs === 'one' ? (values[0] ?? '') !== '' : values.some(v => v !== ''))
}

interface Props { field: ManifestField; label: string; book: Manifest['book']; draft: Draft; onChange: (values: string[]) => void; autoFocus?: boolean }

/** The inputs that an operator asks for: none, one, two or many values of the field's type. */
export const ValueInputs = ({ field, label, book, draft, onChange, autoFocus = false }: Props) => {
  const kit = kitOf(field.type), Many = kit.ManyInput
  const { choice, values } = draft, needs = valuesOf(choice)
  const one = (index: number) => (value: string): void => { const next = [values[0] ?? '', values[1] ?? '']; next[index] = value; onChange(needs === 'one' ? [value] : next) }
  return (
    <>
      {needs === 'one' && <kit.FilterInput key="one" value={values[0] ?? ''} onChange={one(0)} field={field} book={book} label={label} autoFocus={autoFocus} />}
      {needs === 'two' && <div className="two"><kit.FilterInput value={values[0] ?? ''} onChange={one(0)} field={field} book={book} label={`${label}, from`} autoFocus={autoFocus} /><span>and</span><kit.FilterInput value={values[1] ?? ''} onChange={one(1)} field={field} book={book} label={`${label}, to`} /></div>}
      {needs === 'many' && (Many ? <Many values={values} onChange={onChange} field={field} book={book} label={label} autoFocus={autoFocus} /> : <kit.FilterInput value={values[0] ?? ''} onChange={one(0)} field={field} book={book} label={label} autoFocus={autoFocus} />)}
    </>
  )
}
