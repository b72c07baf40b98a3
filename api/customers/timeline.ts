import { sql } from 'kysely'
import type { Ctx } from '../engine/context.ts'
import { Problem } from '../engine/errors.ts'
import { undosOf, type Undo } from '../engine/operations/undos.ts'
import { show } from '../engine/rest/show.ts'
import { actsOf, kinds, rowsOf, sources, type Before, type Kind } from './timeline-sources.ts'
import { wordsOf, type Words } from './timeline-words.ts'

/** One thing that happened. `link` is a page of the panel; `amount` is in minor units of `currency`. */
export interface Entry extends Words { id: string; at: string; kind: Kind; icon: string; /** This person can take it back, with all rows of the same act. */ undo?: Undo }
export interface Timeline { entries: Entry[]; next: string | undefined }

const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)$/

/** `before` is a moment, or the cursor of the page above. */
function readBefore(text: string | null): Before | undefined {
  if (text === null) return undefined
  if (instant.test(text) && !Number.isNaN(Date.parse(text))) return { at: text }
  const [at, id] = Buffer.from(text, 'base64url').toString('utf8').split('|')
  if (!at || !id || !instant.test(at) || Number.isNaN(Date.parse(at)) || !/^[a-z-]{3,20}:[0-9a-f-]{36}$/.test(id)) throw new Problem('malformed', 'before must be a moment such as 2026-11-25T09:00:00Z, or the cursor of the page above.')
  return { at, id }
}

/**
 * GET /customers/:id/timeline: everything that happened with a customer, newest first, from all the places this person may see. Each place gives its newest
 * rows by its own index; one statement merges them.
 */
export async function timeline(ctx: Ctx, id: string, params: URLSearchParams): Promise<Timeline> {
  for (const key of params.keys()) if (!['before', 'limit', 'kind'].includes(key)) throw new Problem('unknown_parameter', `The parameter "${key.slice(0, 80)}" is not known.`)
  const kind = params.get('kind') as Kind | null
  if (kind !== null && !kinds.includes(kind)) throw new Problem('malformed', `kind is one of ${kinds.join(', ')}.`)
  const limit = params.get('limit') === null ? 50 : Number(params.get('limit'))
  if (!Number.isInteger(limit) || limit < 1 || limit > 200) throw new Problem('malformed', 'limit is a whole number from 1 to 200.')
  const before = readBefore(params.get('before'))
  const customers = ctx.registry.named('customers')!
  const row = await show(ctx, customers, id)
  const readable = ctx.access.fields(customers, 'read').filter(name => ctx.access.field(customers, 'read', name) === true)
  const parts = sources.filter(s => !kind || s.kind === kind).flatMap(s => rowsOf(ctx, s, id, before, limit + 1) ?? [])
  if (!kind || kind === 'staff') parts.push(actsOf(ctx, id, readable, before, limit + 1))
  if (!parts.length) return { entries: [], next: undefined }
  const { rows } = await sql<{ at: string; id: string; row_id: string | null; data: Record<string, any> }>`
    select to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at, e.id, e.row_id, e.data from (${sql.join(parts, sql` union all `)}) e order by e.at desc, e.id desc limit ${limit + 1}`.execute(ctx.db)
  const shown = rows.slice(0, limit), last = shown.at(-1)
  const set = new Set(readable)
  const undos = await undosOf(ctx, customers, row, shown.map(r => r.data.request).filter(request => typeof request === 'string'))
  return {
    entries: shown.map(r => {
      const name = r.id.slice(0, r.id.indexOf(':'))
      const source = sources.find(s => s.name === name)
      return { id: r.id, at: `${r.at.slice(0, 23)}Z`, kind: source?.kind ?? 'staff', icon: source?.icon ?? 'user-cog', ...wordsOf(name, r.data, r.row_id, customers, set), ...(undos.has(`${r.data.request} ${r.data.act}`) ? { undo: undos.get(`${r.data.request} ${r.data.act}`)! } : {}) }
    }),
    next: rows.length > limit && last ? Buffer.from(`${last.at}|${last.id}`).toString('base64url') : undefined,
  }
}
