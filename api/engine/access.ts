import { createMongoAbility, type MongoAbility, type RawRuleOf } from '@casl/ability'
import { sql, type RawBuilder } from 'kysely'
import type { Condition } from '@ucast/mongo2js'
import { columnOf, snake, tableOf, verbsOf, type ResourceDefinition } from '../../resources/engine/define-resource.ts'
import type { Fields, Role } from '../../resources/engine/define-role.ts'

export type Verb = 'read' | 'create' | 'update' | 'delete'

/** True, false, or a SQL condition over the row named by an alias. */
export type Predicate = boolean | ((alias: string) => RawBuilder<boolean>)

export interface Person { id: string; role: string; rowScope: 'own' | null }

type Ability = MongoAbility<[string, string]>
type Rule = ReturnType<Ability['rulesFor']>[number]

/** Which field names a grant's `Fields` means for this definition. */
export function fieldsOf(resource: ResourceDefinition, fields: Fields | undefined): string[] | undefined {
  if (fields === undefined) return undefined
  const all = Object.keys(resource.fields)
  if (fields === true) return all
  if ('without' in fields) return all.filter(name => !resource.fields[name]!.sensitive || !fields.without.includes(resource.fields[name]!.sensitive!))
  return fields.filter(name => name in resource.fields)
}

/**
 * The one permission point. Rules of a role become a CASL ability; its answers become SQL, once per action and field, and list, count, show,
 * bulk, export, history, search, charts and jobs all use these same conditions.
 */
export class Access {
  readonly person: Person
  readonly role: Role
  readonly ability: Ability
  readonly #resources: Map<string, ResourceDefinition>
  readonly #cache = new Map<string, Predicate>()

  constructor(person: Person, role: Role, resources: readonly ResourceDefinition[], rules?: RawRuleOf<Ability>[]) {
    this.person = person
    this.role = role
    this.#resources = new Map(resources.map(r => [r.name, r]))
    this.ability = createMongoAbility<Ability>(rules ?? resources.flatMap(r => rulesOf(person, role, r, resources)))
  }

  /** Condition for rows on which the person may do this at all. */
  rows(resource: ResourceDefinition, verb: string): Predicate {
    return this.#compiled(resource, verb, undefined)
  }

  /**
   * Condition for rows whose field the person may read or write, among the rows on which they may do it at all: true where the field follows the row.
   * So always to be used together with `rows`.
   */
  field(resource: ResourceDefinition, verb: Verb, field: string): Predicate {
    return this.#compiled(resource, verb, field)
  }

  /** May this be done on at least some row? Nothing is promised of a particular one. */
  may(resource: ResourceDefinition, verb: string): boolean { return this.rows(resource, verb) !== false }

  /** Fields that may be read (or written) on at least some row, in the definition's order. */
  fields(resource: ResourceDefinition, verb: Verb): string[] {
    return Object.keys(resource.fields).filter(name => this.field(resource, verb, name) !== false)
  }

  page(name: string): boolean { return this.role.pages.includes(name) }

  #compiled(resource: ResourceDefinition, verb: string, field: string | undefined): Predicate {
    const key = `${resource.name}\0${verb}\0${field ?? ''}`
    let found = this.#cache.get(key)
    if (found === undefined) {
      const rules = this.ability.rulesFor(verb, resource.name, field)
      const ofRow = field === undefined ? [] : this.ability.rulesFor(verb, resource.name)
      found = rules.length > 0 && rules.length === ofRow.length && rules.every((rule, i) => rule === ofRow[i]) ? this.rows(resource, verb) !== false
        : compile(rules, resource, this.#resources)
      if (verb === 'read' && field !== undefined && found !== false) found = and(found, this.#told(resource, field))
      this.#cache.set(key, found)
    }
    return found
  }

  /** A field whose value names fields of another resource is shown on the rows that name readable ones only. */
  #told(resource: ResourceDefinition, field: string): Predicate {
    const column = resource.names?.columns.find(c => c.fields.includes(field))?.column
    if (!resource.names || !column) return true
    const { of } = resource.names
    const lists = [...this.#resources.values()].filter(r => this.may(r, 'read')).map(r => sql`when ${r.name} then ${this.#nameable(r)}::text[]`)
    return alias => lists.length ? sql<boolean>`(${sql.ref(`${alias}.${column}`)} <@ case ${sql.ref(`${alias}.${of}`)} ${sql.join(lists, sql` `)} end)` : literal(false)
  }

  /** What a filter of this resource may name: its readable fields, and those of others through declared paths. */
  #nameable(resource: ResourceDefinition): string[] {
    const open = (r: ResourceDefinition, name: string) => r.names !== undefined || this.field(r, 'read', name) !== false
    return ['id', ...Object.entries(resource.fields).filter(([name]) => open(resource, name)).flatMap(([name, field]) => {
      const target = field.type === 'relation' && field.paths ? this.#resources.get(field.resource) : undefined
      const paths = target && field.type === 'relation' && this.may(target, 'read') ? field.paths!.filter(path => open(target, path)) : []
      return [name, ...paths.map(path => `${name.slice(0, -2)}.${path}`)]
    })]
  }
}

const grantOf = (role: Role, resource: ResourceDefinition) => role.grants[resource.name] ?? role.grants['*']
const grants = (role: Role, resource: ResourceDefinition, action: string): boolean => {
  const { actions } = grantOf(role, resource) ?? {}
  return actions === true || (actions?.includes(action) ?? false)
}

/** CASL rules of a role for one resource: what the definition offers, cut to what roles.ts grants and to the person's row scope. */
function rulesOf(person: Person, role: Role, resource: ResourceDefinition, all: readonly ResourceDefinition[]): RawRuleOf<Ability>[] {
  const grant = grantOf(role, resource)
  if (!grant) return []
  const scope = person.rowScope === 'own' && resource.scope ? { [resource.scope.own]: person.id } : undefined
  const rules: RawRuleOf<Ability>[] = []
  const add = (action: string, fields: Fields | undefined, extra?: Record<string, unknown>) => {
    const names = fieldsOf(resource, fields)
    if (!names) return
    const conditions = { ...scope, ...extra }
    rules.push({ action, subject: resource.name, ...(action === 'delete' || names.length === 0 ? {} : { fields: names }), ...(Object.keys(conditions).length ? { conditions } : {}) })
  }
  const own = grant.own ? { [grant.own]: person.id } : undefined
  const offered = verbsOf(resource)
  if (offered.includes('read')) add('read', grant.read, grant.readOwn ? { [grant.readOwn]: person.id } : undefined)
  if (offered.includes('read') && grant.readAsked) {
    const asked = all.flatMap(r => Object.entries(r.actions ?? {}).filter(([name, action]) => action.approval && grants(role, r, name)).map(([name]) => `${r.name}/${name}`))
    if (asked.length) add('read', grant.read, { [grant.readAsked]: { $in: asked } })
  }
  if (offered.includes('read')) for (const also of grant.readAlso ?? []) add('read', grant.read, Object.fromEntries(Object.entries(also).map(([field, value]) => [field, value === '$role' ? person.role : value])))
  if (offered.includes('create')) add('create', grant.create)
  if (offered.includes('update')) add('update', grant.update, own)
  if (offered.includes('delete') && grant.delete) add('delete', true, own)
  if (grant.import && offered.includes('create')) add('import', true)
  for (const action of Object.keys(resource.actions ?? {})) if (grants(role, resource, action)) add(`action:${action}`, true)
  return rules
}

const literal = (b: boolean): RawBuilder<boolean> => b ? sql<boolean>`true` : sql<boolean>`false`
export const and = (a: Predicate, b: Predicate): Predicate =>
  a === false || b === false ? false : a === true ? b : b === true ? a : alias => sql<boolean>`(${a(alias)} and ${b(alias)})`
const or = (a: Predicate, b: Predicate): Predicate =>
  a === true || b === true ? true : a === false ? b : b === false ? a : alias => sql<boolean>`(${a(alias)} or ${b(alias)})`
/** NULL-safe: what is unknown does not match, so its negation does. */
const not = (a: Predicate): Predicate => typeof a === 'boolean' ? !a : alias => sql<boolean>`(not coalesce(${a(alias)}, false))`
export const toSql = (p: Predicate, alias: string): RawBuilder<boolean> => typeof p === 'boolean' ? literal(p) : p(alias)

/** Rules come highest priority first; the first that matches decides. So fold from the lowest up. */
function compile(rules: readonly Rule[], resource: ResourceDefinition, all: Map<string, ResourceDefinition>): Predicate {
  let allowed: Predicate = false
  for (const rule of [...rules].reverse()) {
    const matches: Predicate = rule.ast ? condition(rule.ast, resource, all) : true
    allowed = rule.inverted ? and(allowed, not(matches)) : or(allowed, matches)
  }
  return allowed
}

/** A CASL condition as SQL with CASL's own meaning of NULL: `ne` and `nin` include it, orders see it as JavaScript does. */
function condition(ast: Condition<unknown>, resource: ResourceDefinition, all: Map<string, ResourceDefinition>): Predicate {
  if (['and', 'or', 'nor', 'not'].includes(ast.operator)) {
    const parts = (ast.value as Condition<unknown>[]).map(c => condition(c, resource, all))
    if (ast.operator === 'and') return parts.reduce(and, true)
    if (ast.operator === 'or') return parts.reduce(or, false)
    return not(parts.reduce(or, false))
  }
  return atom((ast as unknown as { field: string }).field, ast.operator, ast.value, resource, all)
}

function atom(path: string, operator: string, value: unknown, resource: ResourceDefinition, all: Map<string, ResourceDefinition>): Predicate {
  const dot = path.indexOf('.')
  if (dot > 0) return throughRelation(path.slice(0, dot), path.slice(dot + 1), operator, value, resource, all)
  const field = resource.fields[path]
  const column = path === 'id' ? 'id' : field ? columnOf(path, field) : undefined
  if (!column) throw new Error(`Permission for ${resource.name} names the unknown field ${path}.`)
  return alias => comparison(sql`${sql.ref(`${alias}.${column}`)}`, operator, value)
}

function throughRelation(name: string, rest: string, operator: string, value: unknown, resource: ResourceDefinition, all: Map<string, ResourceDefinition>): Predicate {
  const fieldName = `${name}Id`
  const field = resource.fields[fieldName]
  const target = field?.type === 'relation' ? all.get(field.resource) : undefined
  if (!field || !target) throw new Error(`Permission for ${resource.name} follows ${name}, which is no relation of it.`)
  const inner = atom(rest, operator, value, target, all)
  return alias => sql<boolean>`exists (select 1 from ${sql.table(tableOf(target))} as ${sql.ref(`${alias}_${snake(name)}`)}
    where ${sql.ref(`${alias}_${snake(name)}.id`)} = ${sql.ref(`${alias}.${columnOf(fieldName, field)}`)} and ${toSql(inner, `${alias}_${snake(name)}`)})`
}

/** JavaScript takes null for 0 beside a number, and for smaller than anything else. */
const nullIsGreater = (value: unknown): boolean => (null as unknown as number) > (value as number)

function comparison(ref: RawBuilder<unknown>, operator: string, value: unknown): RawBuilder<boolean> {
  switch (operator) {
    case 'eq': return value === null ? sql<boolean>`(${ref} is null)` : sql<boolean>`(${ref} = ${value})`
    case 'ne': return value === null ? sql<boolean>`(${ref} is not null)` : sql<boolean>`(${ref} is distinct from ${value})`
    case 'in': case 'nin': {
      const list = value as unknown[]
      const present = list.filter(v => v !== null)
      const hasNull = present.length < list.length
      const inside = present.length ? sql<boolean>`(${ref} is not null and ${ref} in (${sql.join(present)}))` : sql<boolean>`false`
      const matched = hasNull ? sql<boolean>`(${inside} or ${ref} is null)` : inside
      return operator === 'in' ? matched : sql<boolean>`(not ${matched})`
    }
    case 'lt': case 'lte': case 'gt': case 'gte': {
      const compared = sql<boolean>`${ref} ${sql.raw({ lt: '<', lte: '<=', gt: '>', gte: '>=' }[operator])} ${value}`
      return operator.startsWith('g') === nullIsGreater(value) ? sql<boolean>`(${ref} is null or ${compared})` : sql<boolean>`(${ref} is not null and ${compared})`
    }
    default: throw new Error(`Permission uses the operator ${operator}, which has no translation to SQL.`)
  }
}
