import { actionsOf, rightOf, verbsOf, versioned, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import { operatorsOf } from '../../../resources/engine/filter-grammar.ts'
import type { Manifest, ManifestField, ManifestResource } from '../../../resources/engine/manifest.ts'
import type { Predicate } from '../access.ts'
import type { Ctx } from '../context.ts'
import { writable } from './body.ts'
import { mayImport } from './import/plan.ts'
import { viewsOf } from './list.ts'

/** GET /meta: the product as this person may see it. */
export function manifest(ctx: Ctx, me: Manifest['me']): Manifest {
  return {
    me,
    book: { ...ctx.config.book, company: ctx.config.company, livemode: ctx.config.stripe.livemode, demo: ctx.config.demo },
    pages: ctx.access.role.pages,
    resources: ctx.registry.resources.filter(r => ctx.access.may(r, 'read')).map(r => describe(ctx, r)),
  }
}

const grade = (p: Predicate): boolean | 'own' => typeof p === 'boolean' ? p : 'own'

function describe(ctx: Ctx, r: ResourceDefinition): ManifestResource {
  const verbs = verbsOf(r)
  const readable = ctx.access.fields(r, 'read')
  const shown = (names: readonly string[]) => names.filter(n => readable.includes(n))
  const fields: Record<string, ManifestField> = {}
  for (const name of readable) {
    const { column: _c, exact: _e, privacy: _p, audit: _a, sensitive: _s, ...field } = r.fields[name]! as any
    const always = ctx.access.field(r, 'read', name) === true
    fields[name] = {
      ...field,
      operators: always && field.filter !== false ? operatorsOf[r.fields[name]!.type] : [],
      sortable: always && Boolean(field.sort),
      creatable: verbs.includes('create') && writable(r.fields[name]!, 'create') && ctx.access.field(r, 'create', name) !== false,
      updatable: verbs.includes('update') && writable(r.fields[name]!, 'update') && ctx.access.field(r, 'update', name) !== false,
      required: writable(r.fields[name]!, 'create') && !field.nullable && field.default === undefined && field.type !== 'tags',
    }
  }
  const sections = (list: readonly { title: string; fields: readonly string[] }[] | undefined) =>
    (list ?? [{ title: r.label[0], fields: readable }]).map(s => ({ title: s.title, fields: shown(s.fields) })).filter(s => s.fields.length)
  const formFields = (s: { title: string; fields: readonly string[] }) => ({ title: s.title, fields: s.fields.filter(n => fields[n] && (fields[n].creatable || fields[n].updatable)) })
  const viewNames = new Set(viewsOf(ctx, r).map(([name]) => name))
  return {
    name: r.name, label: r.label, nav: r.nav, title: r.title, subtitle: r.subtitle && readable.includes(r.subtitle) ? r.subtitle : undefined, fields,
    list: {
      columns: shown(r.list.columns), sort: readable.includes(r.list.sort.replace('-', '')) ? r.list.sort : '-id', sums: shown(r.list.sums ?? []),
      views: Object.fromEntries(Object.entries(r.list.views ?? {}).filter(([name]) => viewNames.has(name))),
      filters: shown(r.list.filters ?? r.list.columns), edit: verbs.includes('update') ? shown(r.list.edit ?? []).filter(n => fields[n]!.updatable) : [], empty: r.list.empty,
    },
    show: {
      sections: sections(r.show?.sections),
      related: (r.show?.related ?? []).filter(rel => {
        const target = ctx.registry.named(rel.resource)
        return target && ctx.access.may(target, 'read') && ctx.access.field(target, 'read', rel.by) === true
      }),
    },
    form: { sections: (r.form?.sections ?? []).map(formFields).filter(s => s.fields.length) },
    can: {
      create: verbs.includes('create') && ctx.access.may(r, 'create'),
      update: verbs.includes('update') ? grade(ctx.access.rows(r, 'update')) : false,
      delete: r.softDelete && verbs.includes('delete') ? grade(ctx.access.rows(r, 'delete')) : false,
      restore: Boolean(r.softDelete) && ctx.access.may(r, 'delete'), export: true, import: mayImport(ctx, r), history: versioned(r),
    },
    actions: Object.fromEntries(Object.entries(actionsOf(r)).filter(([name]) => ctx.access.may(r, rightOf(name)))),
    stepUp: r.stepUp, versioned: versioned(r), ...(mayImport(ctx, r) ? { importKey: r.importKey } : {}),
  }
}
