import type { ComponentType } from 'react'
import type { Field } from '../../../resources/engine/fields.ts'
import type { Manifest, ManifestField } from '../../../resources/engine/manifest.ts'

export type Row = Record<string, unknown> & { id: string }

export interface CellProps {
  value: unknown
  field: ManifestField
  row: Row
  book: Manifest['book']
  /** In a table a value is cut to one line, among facts it stands whole. */
  place: 'table' | 'facts'
}

/** A form input. `value` and `onChange` speak the API's own type; a draft that is none of it is NaN and fails the form's rule. */
export interface InputProps {
  id?: string
  value?: unknown
  onChange?: (value: unknown) => void
  field: ManifestField
  row?: Record<string, unknown>
  book: Manifest['book']
  'aria-label'?: string
  'aria-describedby'?: string
  'aria-invalid'?: boolean | 'true' | 'false'
  autoFocus?: boolean
  'data-testid'?: string
}

/** One value of a filter, as it stands in the address. */
export interface FilterInputProps { value: string; onChange: (value: string) => void; field: ManifestField; book: Manifest['book']; label: string; autoFocus?: boolean }
/** Several values of a filter (`in`, `nin`). */
export interface ManyInputProps { values: string[]; onChange: (values: string[]) => void; field: ManifestField; book: Manifest['book']; label: string; autoFocus?: boolean }
export interface WordProps { value: string; field: ManifestField; book: Manifest['book'] }

/** The browser side of a field type; the server side has the same name in resources/engine/fields. */
export interface FieldKit {
  /** Default width of its column in px. */
  width: number
  align?: 'right'
  Cell: ComponentType<CellProps>
  Input: ComponentType<InputProps>
  FilterInput: ComponentType<FilterInputProps>
  ManyInput?: ComponentType<ManyInputProps>
  /** A filter value inside a chip. */
  Word: ComponentType<WordProps>
  /** The sentence when a draft is not a value of this type. */
  malformed?: string
}

/** A manifest field seen as its declared type; the caller has looked at `type`. */
export const as = <F extends Field>(field: ManifestField): F => field as unknown as F

export const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
