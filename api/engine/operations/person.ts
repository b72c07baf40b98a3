import { sql, type Kysely } from 'kysely'

import type { Ctx, Services } from '../context.ts'
import { Problem } from '../errors.ts'
import { accessOf } from '../http/session.ts'

/**
 * The context of a person who is not here: their role, scope and name as they are now, so that a right taken away, or a person, is gone at the next chunk.
 * Throws `forbidden` with a sentence.
 */
export async function contextOfPerson(services: Services, db: Kysely<any>, id: string | null, more: Pick<Ctx, 'requestId' | 'now'> & Pick<Partial<Ctx>, 'onBehalfOf'>): Promise<Ctx> {
  const { rows: [person] } = await sql<{ id: string; name: string; role: string; row_scope: 'own' | null; active: boolean; deleted_at: Date | null }>`select id, name, role, row_scope, active, deleted_at from staff where id = ${id}`.execute(db)
  if (!person || !person.active || person.deleted_at) throw new Problem('forbidden', `${person?.name ?? 'Who asked for this'} is not active any more.`)
  const access = accessOf(services, { id: person.id, role: person.role, rowScope: person.row_scope })
  return { ...services, actor: { kind: 'person', id: person.id, name: person.name }, access, ip: null, ...more }
}
