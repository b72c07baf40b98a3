import { hashPassword } from 'better-auth/crypto'
import { sql } from 'kysely'
import { audit } from '../engine/audit.ts'
import type { Services } from '../engine/context.ts'
import { newId } from '../engine/ids.ts'
import { storePassword } from './links.ts'
import { plantSecret } from './second-factor.ts'

export interface SeedPerson { email: string; name: string; role: string; password: string; totpSecret?: string }

/**
 * Makes a person who can sign in at once, unless one with this address exists; answers their id. `totpSecret` (base32) gives them an authenticator
 * for step-up that sign-in does not ask for. For the demo and for tests.
 */
export async function seedStaff(services: Services, person: SeedPerson): Promise<string> {
  const email = person.email.toLowerCase()
  const { rows: [known] } = await sql<{ id: string }>`select id from staff where lower(email) = ${email}`.execute(services.db)
  if (known) return known.id
  const id = newId(), hash = await hashPassword(person.password)
  await services.db.transaction().execute(async trx => {
    await sql`insert into staff (id, name, email, role) values (${id}, ${person.name}, ${email}, ${person.role})`.execute(trx)
    await storePassword(trx, id, hash)
    if (person.totpSecret) await plantSecret(trx, services.config, id, person.totpSecret)
    await audit(trx, { actor: { kind: 'product', id: null, name: 'Quarterdeck' }, requestId: '', ip: null }, [{
      act: 'create', resource: 'staff', subjectId: id, changes: { name: { before: null, after: person.name }, email: { before: null, after: email }, role: { before: null, after: person.role } },
    }])
  })
  return id
}
