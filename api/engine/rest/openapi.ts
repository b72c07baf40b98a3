import { actionsOf, rightOf, versioned, verbsOf, type Action, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import type { Field } from '../../../resources/engine/fields.ts'
import { operatorsOf } from '../../../resources/engine/filter-grammar.ts'
import type { Ctx } from '../context.ts'
import { writable } from './body.ts'
import { mayImport } from './import/plan.ts'

/** A door made by hand, as api/doors.ts tells it. */
export interface Door {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** With `{name}` for its parameters. */
  path: string
  summary: string
  /** Needs no session. */
  open?: boolean
  query?: readonly { name: string; schema: unknown; required: boolean }[]
  /** JSON schema of the body. */
  body?: unknown
  /** Told only to who may open this page, or read this resource. */
  page?: string
  resource?: string
}

type Schema = Record<string, unknown>
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` })
const json = (schema: unknown) => ({ content: { 'application/json': { schema } } })
const problem = (description: string) => ({ description, ...json(ref('Problem')) })
const parameter = (name: string) => ({ $ref: `#/components/parameters/${name}` })

/** The JSON schema of a field's values. */
export function schemaOf(field: Field): Schema {
  const base = plain(field)
  return { ...field.nullable && typeof base.type === 'string' ? { ...base, type: [base.type, 'null'], ...(base.enum ? { enum: [...base.enum as unknown[], null] } : {}) } : base, title: field.label, ...(field.help ? { description: field.help } : {}) }
}

function plain(field: Field): Schema {
  switch (field.type) {
    case 'text': return { type: 'string', maxLength: field.max ?? 10_000, ...(field.min ? { minLength: field.min } : {}), ...(field.pattern ? { pattern: field.pattern } : {}) }
    case 'email': return { type: 'string', format: 'email', maxLength: 254 }
    case 'int': return { type: 'integer', ...(field.min === undefined ? {} : { minimum: field.min }), ...(field.max === undefined ? {} : { maximum: field.max }) }
    case 'money': return { type: 'integer', description: 'Minor units.' }
    case 'decimal': return { type: 'string', pattern: '^-?\\d+(\\.\\d+)?$' }
    case 'enum': return { type: 'string', enum: field.options.map(o => o.value) }
    case 'boolean': return { type: 'boolean' }
    case 'date': return { type: 'string', format: 'date' }
    case 'instant': return { type: 'string', format: 'date-time' }
    case 'tags': return { type: 'array', items: { type: 'string' }, ...(field.max ? { maxItems: field.max } : {}) }
    case 'relation': return { type: 'string', format: 'uuid' }
    case 'json': return {}
    case 'score': return { type: 'integer', minimum: 0, maximum: 100 }
  }
}

const objectOf = (fields: Record<string, Field>, names: readonly string[], required: readonly string[] = []): Schema =>
  ({ type: 'object', additionalProperties: false, properties: Object.fromEntries(names.map(n => [n, schemaOf(fields[n]!)])), ...(required.length ? { required } : {}) })

/** Filters of a list: every readable field with every operator its type understands. */
const filtersOf = (ctx: Ctx, r: ResourceDefinition): unknown[] => ctx.access.fields(r, 'read').flatMap(name => {
  const field = r.fields[name]!
  if (field.filter === false || ctx.access.field(r, 'read', name) !== true) return []
  const { title: _t, description: _d, ...schema } = schemaOf({ ...field, nullable: false })
  const single = field.type === 'tags' ? { type: 'string' } : schema
  return operatorsOf[field.type].map(op => ({
    name: op === 'eq' ? name : `${name}_${op}`, in: 'query', ...(['in', 'nin', 'between'].includes(op) ? { schema: { type: 'array', items: single }, explode: true, style: 'form' } : { schema: op === 'null' ? { type: 'boolean' } : single }),
  }))
})

const ifMatch = { name: 'If-Match', in: 'header', schema: { type: 'string' }, description: 'The ETag of the row that was seen.' }
const once = { name: 'Idempotency-Key', in: 'header', schema: { type: 'string', maxLength: 255 } }
const idPath = { name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }
const paging = ['start', 'end', 'after', 'sort', 'order', 'q', 'where']

function actionBody(action: Action): Schema {
  const fields = { ...action.form, ...(action.reason ? { reason: { type: 'text', label: 'Reason', max: 1_000, min: action.reasonMin } as Field } : {}) }
  const required = [...Object.entries(action.form ?? {}).filter(([, f]) => !f.nullable && f.default === undefined).map(([n]) => n), ...(action.reason === 'required' ? ['reason'] : [])]
  return objectOf(fields, Object.keys(fields), required)
}

const importBody: Schema = { type: 'object', required: ['csv'], additionalProperties: false, properties: { csv: { type: 'string' }, mapping: { type: 'object', additionalProperties: { type: 'string' }, description: 'Column head -> field.' }, dryRun: { type: 'boolean', default: false } } }

/** Rows by ids, or by a filter with the number that was seen. */
const bulkBody = (action: Action): Schema => ({
  type: 'object', additionalProperties: false,
  properties: { ids: { type: 'array', items: { type: 'string', format: 'uuid' }, maxItems: 200 }, filter: { type: 'object' }, exclude: { type: 'array', items: { type: 'string', format: 'uuid' } }, expected: { type: 'integer', minimum: 0 }, input: actionBody(action) },
})

/** The generated routes of one resource, cut to what this person may see and do. */
function pathsOf(ctx: Ctx, r: ResourceDefinition): Record<string, Record<string, unknown>> {
  const root = `/v1/admin/${r.name}`, verbs = verbsOf(r), [one, many] = r.label
  const refusals = { 400: problem('Malformed or unknown.'), 401: problem('Not signed in.'), 403: problem('Not allowed, or a fresh authenticator code is needed.') }
  const missing = { 404: problem('Not there, or out of reach.') }
  const row = { ...json(ref(r.name)), headers: versioned(r) ? { ETag: { schema: { type: 'string' } } } : {} }
  const op = (id: string, summary: string, more: Record<string, unknown>) => ({ operationId: `${r.name}.${id}`, summary, tags: [r.name], ...more })
  const paths: Record<string, Record<string, unknown>> = {}
  const add = (path: string, method: string, operation: unknown) => { (paths[path] ??= {})[method] = operation }
  add(root, 'get', op('list', `List ${many.toLowerCase()}`, {
    parameters: [...paging.map(parameter), ...filtersOf(ctx, r)],
    responses: { 200: { description: 'A page.', headers: { 'x-total-count': { schema: { type: 'integer' } }, 'x-next-cursor': { schema: { type: 'string' } } }, ...json({ type: 'array', items: ref(r.name) }) }, ...refusals },
  }))
  add(`${root}/summary`, 'get', op('summary', `Total, sums and tab counts of ${many.toLowerCase()}`, { parameters: filtersOf(ctx, r), responses: { 200: { description: 'Numbers.', ...json({ type: 'object' }) }, ...refusals } }))
  add(`${root}/export.csv`, 'get', op('export', `Export ${many.toLowerCase()}`, { parameters: [...['sort', 'order', 'q', 'where'].map(parameter), ...filtersOf(ctx, r)], responses: { 200: { description: 'CSV, RFC 4180.', content: { 'text/csv': { schema: { type: 'string' } } } }, ...refusals } }))
  add(`${root}/{id}`, 'get', op('show', `Show a ${one.toLowerCase()}`, { parameters: [idPath], responses: { 200: { description: 'The row.', ...row }, ...refusals, ...missing } }))
  add(`${root}/{id}/history`, 'get', op('history', `What was done to a ${one.toLowerCase()}`, { parameters: [idPath], responses: { 200: { description: 'Newest first.', ...json({ type: 'array', items: { type: 'object' } }) }, ...refusals, ...missing } }))
  const rule = { 415: problem('Not JSON.'), 422: problem('A value breaks a rule.') }
  const write = (verb: 'create' | 'update') => Object.keys(r.fields).filter(n => writable(r.fields[n]!, verb) && ctx.access.field(r, verb, n) !== false)
  if (verbs.includes('create') && ctx.access.may(r, 'create')) {
    const names = write('create'), required = names.filter(n => !r.fields[n]!.nullable && r.fields[n]!.default === undefined && r.fields[n]!.type !== 'tags')
    add(root, 'post', op('create', `Make a ${one.toLowerCase()}`, { parameters: [once], requestBody: { required: true, ...json(objectOf(r.fields, names, required)) }, responses: { 201: { description: 'The row.', ...row }, ...refusals, ...rule } }))
  }
  if (mayImport(ctx, r)) add(`${root}/import`, 'post', op('import', `Import ${many.toLowerCase()} from a CSV`, {
    parameters: [once], responses: { 200: { description: 'With dryRun what it would do, else the operation, finished.', ...json({ type: 'object' }) }, 202: { description: 'Not finished yet.', ...json(ref('Operation')) }, ...refusals, ...rule, 413: problem('The file is too large.') },
    requestBody: { required: true, content: { ...json(importBody).content, 'multipart/form-data': { schema: { type: 'object', required: ['file'], properties: { file: { type: 'string', format: 'binary' }, mapping: { type: 'string', description: 'JSON: column head -> field.' }, dryRun: { enum: ['true', 'false'] } } } } } },
  }))
  if (verbs.includes('update') && ctx.access.may(r, 'update'))
    add(`${root}/{id}`, 'patch', op('update', `Change a ${one.toLowerCase()}`, { parameters: [idPath, { ...ifMatch, required: true }, once], requestBody: { required: true, ...json(objectOf(r.fields, write('update'))) }, responses: { 200: { description: 'The row.', ...row }, ...refusals, ...missing, ...rule, 412: problem('Changed since; the present row is told as current.'), 428: problem('If-Match is missing.') } }))
  if (r.softDelete && verbs.includes('delete') && ctx.access.may(r, 'delete')) {
    add(`${root}/{id}`, 'delete', op('delete', `Delete a ${one.toLowerCase()}`, { parameters: [idPath, ifMatch, once], responses: { 200: { description: 'The row.', ...row }, ...refusals, ...missing, 412: problem('Changed since.') } }))
    add(`${root}/{id}/restore`, 'post', op('restore', `Restore a ${one.toLowerCase()}`, { parameters: [idPath, ifMatch, once], responses: { 200: { description: 'The row.', ...row }, ...refusals, ...missing } }))
  }
  for (const [name, action] of Object.entries(actionsOf(r))) {
    if (!ctx.access.may(r, rightOf(name))) continue
    const done = { 200: { description: 'Finished.', ...json(ref('Operation')) }, 202: { description: 'Not finished yet.', ...json(ref('Operation')) }, ...refusals, ...rule }
    const header = { ...once, required: action.idempotency === 'required' }
    if (action.on.includes('row')) add(`${root}/{id}/actions/${name}`, 'post', op(`action.${name}`, action.label, { parameters: [idPath, header], requestBody: json({ type: 'object', additionalProperties: false, properties: { input: actionBody(action) } }), responses: { ...done, ...missing } }))
    if (action.on.includes('collection')) add(`${root}/actions/${name}`, 'post', op(`collection.${name}`, action.label, { parameters: [header], requestBody: json({ type: 'object', additionalProperties: false, properties: { input: actionBody(action) } }), responses: done }))
    if (action.on.includes('bulk')) add(`${root}/bulk/${name}/preview`, 'post', op(`preview.${name}`, `${action.label}: what it would do`, { responses: { 200: { description: 'Numbers; nothing is written.', ...json({ type: 'object' }) }, ...refusals, ...rule, 409: problem('The selection moved.') }, parameters: [], requestBody: { required: true, ...json(bulkBody(action)) } }))
    if (action.on.includes('bulk')) add(`${root}/bulk/${name}`, 'post', op(`bulk.${name}`, `${action.label}: many`, {
      parameters: [header], responses: { ...done, 409: problem('The selection moved.') },
      requestBody: { required: true, ...json(bulkBody(action)) },
    }))
  }
  return paths
}

function doorPath(door: Door): unknown {
  const names = [...door.path.matchAll(/\{(\w+)\}/g)].map(m => m[1]!)
  return {
    operationId: `${door.method}${door.path.replace(/[^A-Za-z0-9]+/g, '.')}`.replace(/\.$/, ''), summary: door.summary, ...(door.open ? { security: [] } : {}),
    parameters: [...names.map(name => ({ name, in: 'path', required: true, schema: { type: 'string' } })), ...(door.query ?? []).map(q => ({ ...q, in: 'query' }))],
    ...(door.body ? { requestBody: { required: true, ...json(door.body) } } : {}),
    responses: { 200: { description: 'Done.' }, default: problem('Refused, with a sentence.') },
  }
}

/** GET /openapi.json: OpenAPI 3.1 of what this person may see and do: the doors made by hand and the generated routes of each readable resource. */
export function openApi(ctx: Ctx, doors: readonly Door[], cookieName: string): Record<string, unknown> {
  const readable = ctx.registry.resources.filter(r => ctx.access.may(r, 'read'))
  const paths: Record<string, Record<string, unknown>> = {}
  for (const door of doors) {
    if (door.page && !ctx.access.page(door.page)) continue
    if (door.resource && !readable.some(r => r.name === door.resource)) continue
    ;(paths[door.path] ??= {})[door.method] = doorPath(door)
  }
  for (const r of readable) for (const [path, methods] of Object.entries(pathsOf(ctx, r))) paths[path] = { ...paths[path], ...methods }
  const text = { type: 'string' }
  return {
    openapi: '3.1.0',
    info: { title: 'Quarterdeck', version: '1', description: 'Unsafe requests carry an Origin equal to the public address. Money is in minor units, times are UTC.' },
    servers: [{ url: ctx.config.publicUrl }],
    security: [{ session: [] }],
    tags: readable.map(r => ({ name: r.name, description: r.label[1] })),
    paths,
    components: {
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: cookieName } },
      parameters: {
        start: { name: '_start', in: 'query', schema: { type: 'integer', minimum: 0, maximum: 10_000 } }, end: { name: '_end', in: 'query', schema: { type: 'integer', minimum: 0 } },
        after: { name: '_after', in: 'query', schema: text, description: 'The cursor of x-next-cursor.' }, sort: { name: '_sort', in: 'query', schema: text, description: 'Fields, by comma.' },
        order: { name: '_order', in: 'query', schema: text, description: 'asc or desc for each field.' }, q: { name: 'q', in: 'query', schema: { type: 'string', maxLength: 500 } },
        where: { name: '_where', in: 'query', schema: text, description: 'Nested conditions as JSON: and, or, or field, op and value.' },
      },
      schemas: {
        Problem: { type: 'object', required: ['message', 'code', 'requestId'], properties: { message: text, code: text, requestId: text, errors: { type: 'object', additionalProperties: { type: 'array', items: text } } } },
        Operation: { type: 'object', required: ['id', 'resource', 'action', 'state', 'total', 'done', 'skipped', 'failed', 'undoable'], properties: {
          id: { type: 'string', format: 'uuid' }, resource: text, action: text, state: { enum: ['waiting', 'running', 'done', 'failed', 'cancelled', 'undone'] }, total: { type: 'integer' }, done: { type: 'integer' },
          skipped: { type: 'integer' }, failed: { type: 'integer' }, results: { type: 'array', items: { type: 'object' } }, undoable: { type: 'boolean' }, undoUntil: { type: ['string', 'null'], format: 'date-time' }, error: text, runsAt: { type: 'string', format: 'date-time' },
          approval: { type: 'object', properties: { needed: { type: 'integer' }, approvedBy: { type: 'array', items: text } } },
          createdBy: { type: ['string', 'null'] }, createdAt: { type: 'string', format: 'date-time' }, once: { type: 'object', description: 'Shown in this answer and never again.' },
        } },
        ...Object.fromEntries(readable.map(r => {
          const row = objectOf(r.fields, ctx.access.fields(r, 'read'))
          return [r.name, { ...row, title: r.label[0], required: ['id'], properties: { id: { type: 'string', format: 'uuid' }, ...(versioned(r) ? { version: { type: 'integer' } } : {}), ...row.properties as object } }]
        })),
      },
    },
  }
}
