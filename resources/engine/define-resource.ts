import type { Field } from './fields.ts'

/**
 * A filter as an object of the same keys as the query: `{ status: 'active', mrr_gte: 10000 }`. A relation to people understands `$me`, an instant
 * `$now`, `$now+7d`, `$now-12h`: what they mean is known when the filter is used.
 */
export type FilterObject = Record<string, string | number | boolean | readonly (string | number)[]>

/** A named filter, shown as a tab with its count above the list. */
export interface View { label: string; filter: FilterObject }

/** A tab on the record page: rows of another resource that point here. */
export interface Related { label: string; resource: string; by: string; columns?: readonly string[] }

/**
 * An act on rows, named by a noun. The verb that does it lies in api/<word>, keyed by resource and action name.
 * `when` is equality data, re-checked in SQL; rows that do not meet it are skipped with a reason.
 */
export interface Action {
  /** Verb and object, as on the button: "Suspend". */
  label: string
  on: readonly ('row' | 'bulk' | 'collection')[]
  when?: Record<string, string | number | boolean | null | readonly string[]>
  /** The sentence of the dialog; `{n}` is the number of rows. Without it the act runs at once. */
  confirm?: string
  /** What the person types in the dialog; validated by the same field rules. */
  form?: Record<string, Field>
  reason?: 'required' | 'optional'
  /** Characters a given reason has at least. */
  reasonMin?: number
  stepUp?: boolean
  danger?: boolean
  /** The action that takes it back. */
  inverse?: string
  /** Hours within which it can be undone. Default 24. */
  undoHours?: number
  /** Runs as a job instead of in the request, however few rows there are: for work that takes long. */
  job?: boolean
  /** Seconds that an effect outside waits before it leaves; until then undo calls it back. */
  delaySeconds?: number
  /** Other people have to agree: `needed` of them, always or only above a number of rows or above a value of an input field (in its own unit). Never the one who asks. */
  approval?: { needed: number; above?: { rows?: number; input?: Readonly<Record<string, number>> } }
  /** Above 200 rows the person types the number of rows before it runs. */
  typed?: boolean
  /** Money and other effects outside need an Idempotency-Key. */
  idempotency?: 'required'
  /** Shown where the act cannot run: "Already suspended". */
  unless?: string
}

export interface ResourceDefinition {
  /** Plural, kebab-case: the URL, the permission subject, and in snake_case the table. */
  name: string
  /** Singular and plural, sentence case. */
  label: readonly [string, string]
  /** Where it stands in the side bar; absent = reachable by links only. `icon` is a lucide name in kebab-case, `label` a shorter word than the plural. */
  nav?: { group: string; icon: string; order: number; label?: string }
  table?: string
  /** The field that names a row. */
  title: string
  /** The field shown as second line in search results. */
  subtitle?: string
  /** Which verbs exist at all; who may use them stands in resources/roles.ts. Default all. */
  verbs?: readonly ('read' | 'create' | 'update' | 'delete')[]
  fields: Record<string, Field>
  list: {
    columns: readonly string[]
    /** Field, with `-` for descending. */
    sort: string
    /** Fields whose sum over the filter is shown in the foot. */
    sums?: readonly string[]
    views?: Record<string, View>
    /** Fields offered first in "+ Filter". Default: all filterable columns. */
    filters?: readonly string[]
    /** Fields that can be changed in the list itself, one cell at a time, by those who may change them. */
    edit?: readonly string[]
    /** How the total is found: kept (cached 5 s), or estimated by the planner above a size. Default kept. */
    total?: 'kept' | 'estimate'
    empty?: string
  }
  show?: { sections?: readonly { title: string; fields: readonly string[] }[]; related?: readonly Related[] }
  form?: {
    sections: readonly { title: string; fields: readonly string[] }[]
    /** A pure rule over several fields: returns a sentence per wrong field. */
    check?: (values: Record<string, unknown>) => Record<string, string> | undefined
  }
  actions?: Record<string, Action>
  /** DELETE marks the row (deleted_at) and restore brings it back. */
  softDelete?: boolean
  /** Writes that need a fresh code of the authenticator. Actions say it themselves. */
  stepUp?: readonly ('create' | 'update' | 'delete' | 'restore')[]
  /** How a row scope of a person reaches the row: the path to an owner. Rows of resources without it are not narrowed. */
  scope?: { own: string }
  /**
   * Fields whose value names fields of another resource, such as a saved filter: shown only to those who may read all of them. `of` is the column with
   * that resource's name; for each group of fields, `column` (text[]) holds the names in use, which the domain keeps.
   */
  names?: { of: string; columns: readonly { fields: readonly string[]; column: string }[] }
  /** The field by which an import tells changed from new. */
  importKey?: string
  /** A fixed filter that no query escapes: mrr-movements lists only the live ledger. */
  only?: Record<string, string | number | boolean | null>
  /** Has a `version` column that moves with fields of ours. Default: true when anything can be written. */
  versioned?: boolean
}

/**
 * Declares a resource. Data only; the few functions in it are pure.
 *
 * @example
 * export const tags = defineResource({
 *   name: 'tags', label: ['Tag', 'Tags'], title: 'name',
 *   fields: { name: f.text({ label: 'Name', max: 40, unique: true, sort: true, search: true }) },
 *   list: { columns: ['name'], sort: 'name' },
 *   form: { sections: [{ title: 'Tag', fields: ['name'] }] },
 * })
 */
export const defineResource = <const R extends ResourceDefinition>(definition: R): R & ResourceDefinition => definition

/** `dueAt` -> `due_at`, `mrr-movements` -> `mrr_movements`. */
export const snake = (name: string): string => name.replaceAll('-', '_').replace(/[A-Z]/g, c => `_${c.toLowerCase()}`)

export const tableOf = (r: ResourceDefinition): string => r.table ?? snake(r.name)
export const columnOf = (name: string, field: Field): string => field.column ?? snake(name)
export const verbsOf = (r: ResourceDefinition): readonly ('read' | 'create' | 'update' | 'delete')[] =>
  r.verbs ?? (r.softDelete ? ['read', 'create', 'update', 'delete'] : ['read', 'create', 'update'])

/** Removing many rows and bringing them back: every resource that is soft-deleted has these two beside its own actions. */
const removal = (r: ResourceDefinition): Record<string, Action> => {
  if (!r.softDelete || !verbsOf(r).includes('delete')) return {}
  const many = r.label[1].toLowerCase(), stepUp = (verb: 'delete' | 'restore') => r.stepUp?.includes(verb) ? { stepUp: true } : {}
  return {
    delete: { label: 'Remove', on: ['bulk'], danger: true, typed: true, inverse: 'restore', confirm: `Remove {n} ${many}? They leave every list and can be brought back.`, ...stepUp('delete') },
    restore: { label: 'Bring back', on: ['bulk'], inverse: 'delete', unless: 'Not removed', ...stepUp('restore') },
  }
}

/** Names of actions that the engine has itself. */
export const ownActions: readonly string[] = ['delete', 'restore']
/** Every action of a resource by its name: the declared ones and the engine's own. */
export const actionsOf = (r: ResourceDefinition): Record<string, Action> => ({ ...removal(r), ...r.actions })
/** What roles.ts must grant for an action. */
export const rightOf = (action: string): string => ownActions.includes(action) ? 'delete' : `action:${action}`
export const versioned = (r: ResourceDefinition): boolean => r.versioned ?? verbsOf(r).some(v => v !== 'read')
