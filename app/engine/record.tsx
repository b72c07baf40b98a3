import type { ReactNode } from 'react'
import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { optionOf } from './fields/enum.tsx'
import { as, isEmpty, type Row } from './fields/kit.ts'
import { kitOf } from './fields/kits.ts'
import { initials } from './format.ts'
import { useManifest } from './manifest.tsx'
import { StatusMark } from './status-mark.tsx'
import type { EnumField } from '../../resources/engine/fields.ts'

/** How a row is called: its title field, else the beginning of its id. */
export const titleOf = (resource: ManifestResource, row: Record<string, unknown>): string => {
  const title = row[resource.title]
  const field = resource.fields[resource.title]
  if (isEmpty(title)) return `${resource.label[0]} ${String(row.id).slice(0, 8)}`
  return field?.type === 'enum' ? optionOf(field, title).label : String(title)
}

/** Rows with a name and an email are people or companies: they get initials. */
export const hasAvatar = (resource: ManifestResource): boolean => resource.title === 'name' && ['customers', 'users', 'staff', 'people'].includes(resource.name)

export const Avatar = ({ name, round }: { name: string; round?: boolean }) => <span className={`avatar ${round ? 'round' : ''}`} aria-hidden="true">{initials(name)}</span>

/** The field that says how a row stands, if it has one: shown beside its name. */
export const statusField = (resource: ManifestResource): string | undefined => Object.entries(resource.fields).find(([, f]) => f.type === 'enum' && as<EnumField>(f).look === 'status')?.[0]

export const RowStatus = ({ resource, row }: { resource: ManifestResource; row: Record<string, unknown> }) => {
  const name = statusField(resource)
  if (!name || isEmpty(row[name])) return null
  const cancelling = row.status === 'active' && !isEmpty(row.cancelsAt)
  return <StatusMark option={cancelling ? { value: 'cancelling', label: 'Cancelling', tone: 'caution', glyph: 'dashed' } : optionOf(resource.fields[name]!, row[name])} />
}

/** A field's value as its type shows it. */
export const Value = ({ resource, row, name, place }: { resource: ManifestResource; row: Row; name: string; place: 'table' | 'facts' }): ReactNode => {
  const { book } = useManifest()
  const field = resource.fields[name]
  if (!field) return null
  const { Cell } = kitOf(field.type)
  return <Cell value={row[name]} field={field} row={row} book={book} place={place} />
}

/** Fields worth a large figure: money and scores, then counts, then times that are set; at most `most`. */
export const figureFields = (resource: ManifestResource, row: Record<string, unknown>, most = 5): string[] => {
  const shown = resource.show.sections.flatMap(s => s.fields)
  const order = shown.length > 0 ? shown : Object.keys(resource.fields)
  const of = (types: readonly string[]): string[] => order.filter(name => types.includes(resource.fields[name]?.type ?? '') && name !== 'mrrNative')
  const chosen = [...of(['money']), ...of(['score'])]
  return chosen.length === 0 ? [] : [...new Set([...chosen, ...of(['int']), ...of(['date', 'instant']).filter(name => !isEmpty(row[name]))])].slice(0, most)
}
