import type { ManifestResource } from '../../resources/engine/manifest.ts'
import { densities, type Density } from '../../resources/engine/preferences.ts'
import type { ListQuery } from './list-query.ts'

/** How a table looks: which columns in which order, how wide, how dense. */
export interface Look { columns: readonly string[]; widths: Readonly<Record<string, number>>; density: Density }
/** What was chosen of it; the rest is as the definition and the person's settings have it. */
export interface Chosen { columns?: readonly string[]; widths?: Readonly<Record<string, number>>; density?: Density }

export const leastWidth = 60, mostWidth = 900

/** Fields that can be columns: all that come with a list. The title stands first. */
export const offeredColumns = (resource: ManifestResource): string[] => {
  const names = Object.entries(resource.fields).filter(([, field]) => !field.heavy).map(([name]) => name)
  return [...resource.list.columns, ...names.filter(name => !resource.list.columns.includes(name))]
}

const isText = (value: unknown): value is string => typeof value === 'string'

/** A kept choice, whatever was kept: unknown fields fall out, nonsense is nothing chosen. */
export const readChosen = (kept: unknown, resource: ManifestResource): Chosen => {
  if (typeof kept !== 'object' || kept === null) return {}
  const { columns, widths, density } = kept as Record<string, unknown>
  const offered = offeredColumns(resource)
  const known = Array.isArray(columns) ? [...new Set(columns.filter(isText))].filter(name => offered.includes(name)) : []
  const wide = typeof widths === 'object' && widths !== null ? Object.fromEntries(Object.entries(widths).filter(([name, w]) => offered.includes(name) && Number.isInteger(w) && (w as number) >= leastWidth && (w as number) <= mostWidth)) as Record<string, number> : {}
  return { ...(known.length > 0 && { columns: known }), ...(Object.keys(wide).length > 0 && { widths: wide }), ...(densities.includes(density as Density) && { density: density as Density }) }
}

/** The look of a list: what its address says, else what the person keeps for it, else what the definition says. */
export const lookOf = (resource: ManifestResource, query: Pick<ListQuery, 'columns' | 'widths' | 'density'>, kept: Chosen, density: Density): Look => {
  const said = readChosen(query, resource)
  return { columns: said.columns ?? kept.columns ?? resource.list.columns, widths: said.widths ?? kept.widths ?? {}, density: said.density ?? kept.density ?? density }
}

/** The title of a row stays: it is what a row is called. */
export const isFixed = (resource: ManifestResource, name: string): boolean => name === resource.title

export const toggled = (columns: readonly string[], name: string): string[] => (columns.includes(name) ? columns.filter(c => c !== name) : [...columns, name])

/** The column at another place; beyond an end means the end. */
export const moved = (columns: readonly string[], name: string, to: number): string[] => {
  const rest = columns.filter(c => c !== name)
  if (rest.length === columns.length) return [...columns]
  const at = Math.min(Math.max(to, 0), rest.length)
  return [...rest.slice(0, at), name, ...rest.slice(at)]
}

/** The same number of px within bounds; undefined takes the wish back. */
export const resized = (widths: Readonly<Record<string, number>>, name: string, width: number | null): Record<string, number> => {
  const { [name]: _, ...rest } = widths
  return width === null ? rest : { ...rest, [name]: Math.min(Math.max(Math.round(width), leastWidth), mostWidth) }
}
