import { sql, type RawBuilder } from 'kysely'
import { to as copyTo } from 'pg-copy-streams'
import type { Readable } from 'node:stream'
import { Transform } from 'node:stream'
import { tableOf, versioned, type ResourceDefinition } from '../../../resources/engine/define-resource.ts'
import type { Field } from '../../../resources/engine/fields.ts'
import { toSql } from '../access.ts'
import { audit } from '../audit.ts'
import type { Ctx } from '../context.ts'
import { Problem } from '../errors.ts'
import { inline } from '../database.ts'
import { reference } from '../where.ts'
import { matching } from './list.ts'
import { orderBy, orderKeys, parseListQuery } from './query.ts'

let running = 0

/**
 * GET /r/export.csv: every row the filter matches, every column this person may read, streamed by COPY. Cells that a spreadsheet would take for a
 * formula get a leading apostrophe. Audited with filter and row count when the stream ends, complete or not.
 */
export async function exportCsv(ctx: Ctx, resource: ResourceDefinition, params: URLSearchParams): Promise<Readable> {
  for (const name of ['_start', '_end', '_after']) if (params.has(name)) throw new Problem('unknown_parameter', `An export takes no ${name}: it holds every row that matches.`)
  const scope = { access: ctx.access, registry: ctx.registry, timeZone: ctx.config.book.timeZone }
  const query = parseListQuery(params, resource, scope)
  const where = matching(ctx, resource, query)
  const keys = orderKeys(query.sort, resource, scope, 't')
  const names = ctx.access.fields(resource, 'read')
  const cells: RawBuilder<unknown>[] = [sql`t.id as ${sql.ref('id')}`]
  if (versioned(resource)) cells.push(sql`t.version as ${sql.ref('version')}`)
  for (const name of names) {
    const readable = ctx.access.field(resource, 'read', name)
    const cell = cellOf(resource.fields[name]!, reference(resource, name, 't', ctx))
    cells.push(sql`${readable === true ? cell : sql`case when ${toSql(readable, 't')} then ${cell} end`} as ${sql.ref(name)}`)
  }
  if (running >= 4) throw new Problem('rate_limited', 'Four exports are running. Try again when one has ended.', { retryAfter: 10 })
  const select = sql`select ${sql.join(cells)} from ${sql.table(tableOf(resource))} as t where ${where} order by ${orderBy(keys)}`.compile(ctx.db)
  const client = await ctx.slowPool.connect()
  running++
  const copy = client.query(copyTo(`copy (${inline(select.sql, select.parameters)}) to stdout with (format csv, header true)`))
  const lines = crlf()
  let ended = false
  const finish = (error?: Error) => {
    if (ended) return
    ended = true
    running--
    client.release(error ?? !copy.readableEnded)
    const rows = (copy as unknown as { rowCount?: number }).rowCount ?? null
    void ctx.db.transaction().execute(trx => audit(trx, ctx, [{ act: 'export', resource: resource.name, changes: { filter: { before: null, after: params.toString() }, rows: { before: null, after: rows }, complete: { before: null, after: !error && copy.readableEnded } } }]))
      .catch(e => ctx.log.error({ err: e, requestId: ctx.requestId }, 'an export could not be audited'))
  }
  copy.on('error', error => { finish(error); lines.destroy(error) })
  copy.on('end', () => finish())
  lines.on('close', () => { if (!ended) { copy.destroy(); finish(new Error('The reader went away.')) } })
  // a question that fails at once is an error, not a file that breaks off
  await new Promise<void>((resolve, reject) => { copy.once('readable', resolve); copy.once('end', resolve); copy.once('error', reject) })
  return copy.pipe(lines)
}

/** A value as CSV text, in SQL: numbers stay numbers, instants are ISO 8601 UTC, texts lose their power over spreadsheets. */
function cellOf(field: Field, ref: RawBuilder<unknown>): RawBuilder<unknown> {
  const guarded = (text: RawBuilder<unknown>) => sql`case when ascii(${text}) in (9, 13, 43, 45, 61, 64) then '''' || ${text} else ${text} end`
  switch (field.type) {
    case 'int': case 'money': case 'decimal': case 'score': case 'date': case 'relation': return ref
    case 'boolean': return sql`case when ${ref} then 'true' when not ${ref} then 'false' end`
    case 'instant': return sql`to_char(${ref} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
    case 'tags': return guarded(sql`array_to_string(${ref}, ', ')`)
    case 'json': return guarded(sql`(${ref})::text`)
    case 'enum': return ref
    default: return guarded(ref)
  }
}

/** RFC 4180 ends lines with CR LF; COPY writes LF. Newlines inside quotes stay as they are: every other part between quotes lies inside. */
function crlf(): Transform {
  let quoted = false
  return new Transform({
    highWaterMark: 1 << 16,
    transform(chunk: Buffer, _encoding, done) {
      const text = chunk.toString('latin1')
      if (!quoted && !text.includes('"')) { done(null, Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1')); return }
      const parts = text.split('"')
      for (let i = 0; i < parts.length; i++) if ((i % 2 === 1) === quoted) parts[i] = parts[i]!.replaceAll('\n', '\r\n')
      if (parts.length % 2 === 0) quoted = !quoted
      done(null, Buffer.from(parts.join('"'), 'latin1'))
    },
  })
}
