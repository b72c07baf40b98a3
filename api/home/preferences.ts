import { sql, type Kysely } from 'kysely'
import { plainDisplay, preferenceLimits, preferenceOf, type Display } from '../../resources/engine/preferences.ts'
import type { Ctx } from '../engine/context.ts'
import { Problem } from '../engine/errors.ts'

/** The key, if something can be kept under it by this person; resources they may not read sound like resources that do not exist. */
function known(ctx: Ctx, key: string) {
  const preference = preferenceOf(key)
  const resource = preference?.resource === undefined ? undefined : ctx.registry.named(preference.resource)
  if (!preference || (preference.resource !== undefined && (!resource || !ctx.access.may(resource, 'read')))) throw new Problem('not_found', 'Nothing is kept under that name.')
  return preference
}

/** Everything the person keeps, by key. */
export async function preferences(ctx: Ctx): Promise<Record<string, unknown>> {
  const { rows } = await sql<{ key: string; value: unknown }>`select key, value from staff_preferences where staff_id = ${ctx.actor.id} order by key`.execute(ctx.db)
  return Object.fromEntries(rows.map(r => [r.key, r.value]))
}

/** One of them; null when it was never set. */
export async function preference(ctx: Ctx, key: string): Promise<unknown> {
  known(ctx, key)
  const { rows: [row] } = await sql<{ value: unknown }>`select value from staff_preferences where staff_id = ${ctx.actor.id} and key = ${key}`.execute(ctx.db)
  return row?.value ?? null
}

/**
 * Keeps a value for the person who asks, or forgets it (null). No audit row: like the theme it says how one looks at things, and changes
 * nothing that anybody else can see.
 */
export async function keepPreference(ctx: Ctx, key: string, value: unknown): Promise<void> {
  const { check } = known(ctx, key)
  if (value === undefined) throw new Problem('malformed', 'Say what to keep: { "value": ... }, or null to forget it.')
  if (value === null) { await sql`delete from staff_preferences where staff_id = ${ctx.actor.id} and key = ${key}`.execute(ctx.db); return }
  const text = JSON.stringify(value)
  if (Buffer.byteLength(text) > preferenceLimits.bytes) throw new Problem('too_large', `What is kept under one name has at most ${preferenceLimits.bytes / 1024} kB.`)
  const wrong = check(value)
  if (wrong) throw new Problem('unprocessable', wrong, { errors: { value: [wrong] } })
  if (text.includes('\\u0000')) throw new Problem('malformed', 'The text holds a character that cannot be stored.')
  const { rows } = await sql`insert into staff_preferences (staff_id, key, value)
    select ${ctx.actor.id}, ${key}, ${text}::jsonb where exists (select 1 from staff_preferences where staff_id = ${ctx.actor.id} and key = ${key})
      or (select count(*) from staff_preferences where staff_id = ${ctx.actor.id}) < ${preferenceLimits.keys}
    on conflict (staff_id, key) do update set value = excluded.value, updated_at = now() returning 1`.execute(ctx.db)
  if (!rows.length) throw new Problem('unprocessable', `At most ${preferenceLimits.keys} settings can be kept.`)
}

/** How a person wants things shown, with what they never chose filled in. */
export async function displayOf(db: Kysely<any>, staffId: string): Promise<Display> {
  const { rows: [row] } = await sql<{ value: Partial<Display> }>`select value from staff_preferences where staff_id = ${staffId} and key = 'display'`.execute(db)
  return { ...plainDisplay, ...row?.value }
}
