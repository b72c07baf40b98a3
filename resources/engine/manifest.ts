import type { Action, Related, View } from './define-resource.ts'
import type { Field } from './fields.ts'
import type { Operator } from './filter-grammar.ts'
import type { Display } from './preferences.ts'

/**
 * What GET /v1/admin/meta answers: the product as this person may see it. Fields one may not read are absent. The browser builds its
 * routes, side bar, lists, pages and forms from this alone.
 */
export interface Manifest {
  me: { id: string; name: string; email: string; role: string; roleLabel: string; stepUpUntil: string | null; mustEnrol: boolean; display: Display }
  book: { currency: string; timeZone: string; company: string; livemode: boolean; demo: boolean }
  /** Custom pages this person may open (`revenue`), beside the resources. */
  pages: readonly string[]
  resources: readonly ManifestResource[]
}

export interface ManifestResource {
  name: string
  label: readonly [string, string]
  nav?: { group: string; icon: string; order: number; label?: string }
  title: string
  subtitle?: string
  fields: Record<string, ManifestField>
  list: { columns: readonly string[]; sort: string; sums: readonly string[]; views: Record<string, View>; filters: readonly string[]; edit?: readonly string[]; empty?: string }
  show: { sections: readonly { title: string; fields: readonly string[] }[]; related: readonly Related[] }
  form: { sections: readonly { title: string; fields: readonly string[] }[] }
  /** What this person may do. `own` = only rows that the server says are theirs (`authorId` = me). */
  can: { create: boolean; update: boolean | 'own'; delete: boolean | 'own'; restore: boolean; export: boolean; import: boolean; history: boolean }
  actions: Record<string, Action>
  /** Writes that need a fresh code: asked for before the form is sent, or when the server says so. */
  stepUp?: readonly string[]
  versioned: boolean
  /** The field by which an import tells changed rows from new ones; only for those who may import. */
  importKey?: string
}

/** A readable field. The definition's own properties, cut to what the browser needs, plus what this person may do with it. */
export type ManifestField = Omit<Field, 'column' | 'privacy' | 'audit' | 'sensitive'> & {
  /** Operators offered; empty = may not be filtered. */
  operators: readonly Operator[]
  sortable: boolean
  creatable: boolean
  updatable: boolean
  /** Must be given on create. */
  required: boolean
}

/** `GET /v1/admin/<resource>/summary?<filter>`: the foot and the tabs of a list in one answer. */
export interface ListSummary {
  /** Rows that match the filter; `exact` false = an estimate. */
  total: number
  exact: boolean
  /** Size of each scope tab (its own filter alone), `all` included. */
  views: Record<string, number>
  /** Sums of `list.sums` over the filter, in the book's currency. */
  sums: Record<string, number>
}

/** One entry of `GET /v1/admin/<resource>/:id/history`, newest first. */
export interface HistoryEntry {
  at: string
  actor: { id: string | null; name: string }
  onBehalfOf?: { id: string; name: string }
  act: string
  reason: string | null
  requestId: string | null
  changes: Record<string, { before: unknown; after: unknown }>
  /** This person can take it back: by `DELETE /operations/<id>`, together with all rows of the same act. */
  undo?: { id: string; rows: number }
}
