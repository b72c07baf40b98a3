import type { Sensitivity } from './fields.ts'

/** Which fields: all of them, exactly these, or all but these groups. */
export type Fields = true | readonly string[] | { without: readonly Sensitivity[] }

/** What a role may do with one resource. What is not said is denied. */
export interface Grant {
  read?: Fields
  create?: Fields
  update?: Fields
  delete?: true
  /** Names of actions, or all. */
  actions?: true | readonly string[]
  import?: true
  /** Create, update and delete only rows whose field is the person's own id. */
  own?: string
  /** Read only rows whose field is the person's own id. */
  readOwn?: string
  /** Read also rows that ask for an action which this role may do: the field holds `<resource>/<action>`. */
  readAsked?: string
  /** Read also rows for which one of these holds: equalities, in which `$role` is the person's own role. */
  readAlso?: readonly Readonly<Record<string, string>>[]
}

export interface Role {
  label: string
  /** Grants by resource. `*` is every resource that has no line of its own. */
  grants: Record<string, Grant>
  /** Custom pages beside the resources. */
  pages: readonly string[]
}

export const defineRole = (role: Role): Role => role
