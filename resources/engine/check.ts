import { operatorsOf, suffixes } from './filter-grammar.ts'
import { ownActions, verbsOf, type ResourceDefinition } from './define-resource.ts'
import { roles } from '../roles.ts'

/** A wrong declaration, in a numbered sentence that names it and says what to do. */
export interface Fault { level: 'error' | 'warning'; sentence: string }

/** What the check needs to know of the server: which actions have a verb. */
export interface VerbBook { server(name: string): { actions?: Record<string, unknown>; computed?: Record<string, unknown> } }

const camel = /^[a-z][A-Za-z0-9]*$/

/** Checks definitions against each other, roles and verbs, before anything starts. */
export function checkDeclarations(resources: readonly ResourceDefinition[], book: VerbBook, all: typeof roles = roles): Fault[] {
  const faults: Fault[] = []
  const error = (n: number, r: string, text: string) => faults.push({ level: 'error', sentence: `E${String(n).padStart(2, '0')} ${r}: ${text}` })
  const names = new Map<string, ResourceDefinition>()
  for (const r of resources) {
    if (names.has(r.name)) error(1, r.name, 'is declared twice. Give one of them another name.')
    names.set(r.name, r)
  }
  for (const r of resources) {
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(r.name)) error(2, r.name, 'must be plural words in kebab-case.')
    if (!(r.title in r.fields)) error(3, r.name, `its title "${r.title}" is no field of it.`)
    for (const [name, field] of Object.entries(r.fields)) {
      if (!camel.test(name)) error(4, r.name, `the field "${name}" must be lowerCamelCase without underscore.`)
      if (['id', 'version', 'q'].includes(name)) error(5, r.name, `"${name}" is the engine's own name. Rename the field.`)
      const suffix = suffixes.find(s => name.endsWith(`_${s}`))
      if (suffix) error(6, r.name, `the field "${name}" ends like the operator _${suffix}. Rename it.`)
      if (field.type === 'relation') {
        const target = names.get(field.resource)
        if (!/(Id|By)$/.test(name)) error(7, r.name, `the relation "${name}" must end in Id, or in By for who did it.`)
        if (!target) error(8, r.name, `the relation "${name}" points at "${field.resource}", which does not exist.`)
        for (const path of field.paths ?? []) if (target && !(path in target.fields)) error(9, r.name, `the path "${name.slice(0, -2)}.${path}" leads to no field of ${field.resource}.`)
      }
      if (field.search && !['text', 'email'].includes(field.type)) error(10, r.name, `"${name}" is searched but is no text.`)
      if (field.type === 'money' && field.currency !== 'book' && !(field.currency in r.fields)) error(11, r.name, `the currency of "${name}" is the field "${field.currency}", which does not exist.`)
      if (field.filter === true && !operatorsOf[field.type].length) error(12, r.name, `"${name}" cannot be filtered: its type has no operators.`)
      if (field.type === 'text' && field.pattern) try { new RegExp(field.pattern, 'u') } catch { error(13, r.name, `the pattern of "${name}" is no regular expression.`) }
    }
    const known = (list: readonly string[] | undefined, where: string) => { for (const n of list ?? []) if (!(n in r.fields)) error(14, r.name, `${where} names "${n}", which is no field of it.`) }
    known(r.list.columns, 'list.columns')
    for (const n of r.list.columns) if (r.fields[n]?.heavy) error(24, r.name, `list.columns names "${n}", which is heavy and comes with the single row only.`)
    known(r.list.sums, 'list.sums')
    known(r.list.filters, 'list.filters')
    known(r.list.edit, 'list.edit')
    for (const n of r.list.edit ?? []) if (r.fields[n]?.readonly || r.fields[n]?.immutable) error(29, r.name, `list.edit names "${n}", which cannot be changed.`)
    const sort = r.list.sort.replace(/^-/, '')
    if (sort !== 'id' && !r.fields[sort]?.sort) error(15, r.name, `list.sort names "${sort}", which is not sortable. Add sort: true and an index.`)
    for (const s of r.show?.sections ?? []) known(s.fields, `the section "${s.title}"`)
    for (const s of r.form?.sections ?? []) known(s.fields, `the form section "${s.title}"`)
    for (const rel of r.show?.related ?? []) {
      const target = names.get(rel.resource)
      if (target && !(rel.by in target.fields)) error(16, r.name, `the tab "${rel.label}" is by "${rel.by}", which is no field of ${rel.resource}.`)
    }
    for (const [name, action] of Object.entries(r.actions ?? {})) {
      if (ownActions.includes(name)) error(26, r.name, `"${name}" is an action of the engine. Give yours another name.`)
      for (const field of Object.keys(action.approval?.above?.input ?? {})) if (!action.form?.[field]) error(27, r.name, `the approval of "${name}" looks at "${field}", which is no field of its form.`)
      if (!book.server(r.name).actions?.[name]) error(17, r.name, `the action "${name}" has no verb. Add it to api/<word>/index.ts.`)
      if (action.inverse && !r.actions?.[action.inverse]) error(18, r.name, `the action "${name}" is taken back by "${action.inverse}", which does not exist.`)
      known(Object.keys(action.when ?? {}), `the condition of "${name}"`)
    }
    for (const name of Object.keys(book.server(r.name).actions ?? {})) if (!r.actions?.[name]) error(19, r.name, `the verb "${name}" belongs to no declared action.`)
    if (verbsOf(r).includes('create') && !r.form) error(20, r.name, 'can be created but has no form.')
    if (r.importKey && !(r.importKey in r.fields)) error(21, r.name, `its importKey "${r.importKey}" is no field of it.`)
  }
  for (const [role, { grants }] of Object.entries(all)) for (const [name, grant] of Object.entries(grants)) {
    const r = names.get(name)
    if (!r) continue
    for (const fields of [grant.read, grant.create, grant.update]) if (Array.isArray(fields)) for (const f of fields) if (!(f in r.fields)) error(22, `roles.ts, ${role}`, `names the field "${f}" of ${name}, which does not exist.`)
    for (const own of [grant.own, grant.readOwn, grant.readAsked, ...(grant.readAlso ?? []).flatMap(also => Object.keys(also))]) if (own && !(own in r.fields)) error(23, `roles.ts, ${role}`, `owns ${name} by "${own}", which is no field of it.`)
  }
  return faults
}
