import { sql } from 'kysely'
import type { ResourceServer } from '../engine/registry.ts'
import { mentionsOf, type Colleague } from './mentions.ts'

/** Keeps who is mentioned in a note beside it, so that it can be listed and told to them. */
export const keepMentions: NonNullable<ResourceServer['afterWrite']> = async (_ctx, trx, { id, values }) => {
  if (typeof values.body !== 'string') return
  const people = values.body.includes('@') ? (await sql<Colleague>`select id, name from staff where active and deleted_at is null`.execute(trx)).rows : []
  const ids = mentionsOf(values.body, people)
  await sql`with gone as (delete from note_mentions where note_id = ${id} and not staff_id = any(${ids}::uuid[]))
    insert into note_mentions (note_id, staff_id) select ${id}, s from unnest(${ids}::uuid[]) s on conflict do nothing`.execute(trx)
}
