import { sql } from 'kysely'
import { f } from '../../resources/engine/fields.ts'
import { email as emailKind } from '../../resources/engine/fields/email.ts'
import { audit } from '../engine/audit.ts'
import type { Services } from '../engine/context.ts'
import { newId } from '../engine/ids.ts'
import { makeLink } from './links.ts'

/**
 * Makes an active administrator of the person with this address and a link by which they set a password, good for seven days; an existing one
 * keeps name and, unless told otherwise, second factor. For who holds the keys of the server: the only way in when nobody can sign in.
 */
export async function createAdmin(services: Pick<Services, 'config' | 'db'>, person: { email: string; name?: string; resetSecondFactor?: boolean }): Promise<{ id: string; existed: boolean; link: string; expiresAt: string }> {
  const read = emailKind.accept(person.email, f.email({ label: 'The address' }))
  if ('error' in read) throw new Error(read.error)
  const email = String(read.ok).toLowerCase()
  const by = { actor: { kind: 'product' as const, id: null, name: 'create-admin' }, requestId: '', ip: null }
  return services.db.transaction().execute(async trx => {
    const { rows: [known] } = await sql<{ id: string; role: string; active: boolean }>`select id, role, active from staff where lower(email) = ${email} for update`.execute(trx)
    const id = known?.id ?? newId()
    if (known) await sql`update staff set role = 'admin', active = true, deleted_at = null, row_scope = null, version = version + 1, updated_at = now() where id = ${id}`.execute(trx)
    else await sql`insert into staff (id, name, email, role) values (${id}, ${person.name ?? email.split('@')[0]}, ${email}, 'admin')`.execute(trx)
    if (person.resetSecondFactor) {
      await sql`delete from staff_two_factors where staff_id = ${id}`.execute(trx)
      await sql`update staff set two_factor_enabled = false where id = ${id}`.execute(trx)
      await sql`delete from staff_sessions where staff_id = ${id}`.execute(trx)
    }
    const link = await makeLink({ config: services.config, queue: null }, trx, id, 'invitation', { now: new Date(), createdBy: null })
    await audit(trx, by, [{
      act: known ? 'update' : 'create', resource: 'staff', subjectId: id,
      changes: { role: { before: known?.role ?? null, after: 'admin' }, active: { before: known?.active ?? null, after: true }, ...(person.resetSecondFactor ? { twoFactorEnabled: { before: true, after: false } } : {}) },
    }])
    return { id, existed: Boolean(known), link: link.link, expiresAt: link.expiresAt }
  })
}
