import { sql, type Kysely } from 'kysely'
import { audit, type AuditEntry } from '../engine/audit.ts'
import type { Actor, Services } from '../engine/context.ts'
import { Problem } from '../engine/errors.ts'
import { isId } from '../engine/ids.ts'
import type { WriteKey } from '../usage/write-key.ts'
import { visitMinutes } from './impersonate.ts'
import { readHandOver } from './impersonation-token.ts'

/** A visit as the company's product is told of it. */
export interface Visit {
  id: string
  state: 'waiting' | 'active' | 'ended' | 'lapsed'
  mode: 'read-only' | 'full'
  staff: { id: string; name: string }
  customer: { externalId: string | null; name: string } | null
  user: { externalId: string | null; name: string; email: string | null } | null
  begunAt: string | null
  until: string | null
  /** Kinds of acts that are refused while it lasts. */
  denied: readonly string[]
}

/** What nobody does in somebody else's name, whatever the mode. */
export const deniedKinds = ['money', 'email', 'password', 'second-factor', 'api-keys', 'export', 'erasure', 'roles', 'impersonation'] as const
const kinds = ['view', 'change', ...deniedKinds] as const
export type Kind = (typeof kinds)[number]

interface Row {
  id: string; mode: Visit['mode']; state: Visit['state']; begun_at: Date | null; expires_at: Date | null; staff_id: string; staff_name: string; staff_active: boolean; allowed: boolean | null
  customer_id: string | null; customer: string | null; customer_external: string | null; user_id: string | null; user: string | null; user_external: string | null; email: string | null
}
export interface Sender { requestId: string; ip: string | null }

/** How a visit stands, as SQL over a row of impersonations. */
export const stateOf = (alias: string) => sql`case when ${sql.ref(`${alias}.ended_at`)} is not null or ${sql.ref(`${alias}.expires_at`)} <= now() then 'ended' when ${sql.ref(`${alias}.begun_at`)} is not null then 'active'
  when ${sql.ref(`${alias}.handover_until`)} <= now() then 'lapsed' else 'waiting' end`

async function read(db: Kysely<any>, id: string, lock = false): Promise<Row> {
  const { rows: [row] } = isId(id) ? await sql<Row>`select i.id, i.mode, i.begun_at, i.expires_at, i.staff_id, s.name as staff_name, s.active and s.deleted_at is null as staff_active, ${stateOf('i')} as state,
      c.id as customer_id, c.name as customer, c.external_id as customer_external, c.impersonation_allowed as allowed, u.id as user_id, u.name as "user", u.external_id as user_external, u.email
    from impersonations i join staff s on s.id = i.staff_id left join customers c on c.id = i.customer_id left join users u on u.id = i.user_id where i.id = ${id} ${lock ? sql`for update of i` : sql``}`.execute(db) : { rows: [] }
  if (!row) throw new Problem('not_found', 'There is no such impersonation.')
  // who left, or a customer who says no meanwhile, ends it for the product too
  return row.staff_active && row.allowed !== false ? row : { ...row, state: row.state === 'lapsed' ? 'lapsed' : 'ended' }
}

const visitOf = (r: Row): Visit => ({
  id: r.id, state: r.state, mode: r.mode, staff: { id: r.staff_id, name: r.staff_name }, customer: r.customer_id ? { externalId: r.customer_external, name: r.customer! } : null,
  user: r.user_id ? { externalId: r.user_external, name: r.user!, email: r.email } : null, begunAt: r.begun_at?.toISOString() ?? null, until: r.expires_at?.toISOString() ?? null,
  denied: r.mode === 'read-only' ? ['change', ...deniedKinds] : deniedKinds,
})

/** Both names stand in each row: who acts, and in whose name. */
const note = (trx: Kysely<any>, sender: Sender, r: Row, entry: Omit<AuditEntry, 'resource' | 'subjectId'>): Promise<void> => {
  const actor: Actor = { kind: 'person', id: r.staff_id, name: r.staff_name }
  return audit(trx, { ...sender, actor, onBehalfOf: { id: (r.user_id ?? r.customer_id)!, name: (r.user ?? r.customer)! } }, [{ ...entry, resource: 'impersonations', subjectId: r.id }])
}

/**
 * Takes a hand-over link into use, once: checks signature, times and that it is for this visit, begins the visit and tells the product who comes as whom. Used
 * again, too late or revoked: 409. Not ours or for another visit: 422.
 */
export async function redeem({ db, config }: Services, sender: Sender, key: WriteKey, id: string, token: string): Promise<Visit> {
  const claims = readHandOver(config.masterKeys, token)
  if (!claims || claims.jti !== id || claims.iss !== config.publicUrl || claims.aud !== (config.impersonationUrl && new URL(config.impersonationUrl).origin)) throw new Problem('unprocessable', 'The token is not one of ours, or belongs to another impersonation.')
  return db.transaction().execute(async trx => {
    const row = await read(trx, id, true)
    if (row.state !== 'waiting' || claims.exp * 1000 <= Date.now()) throw new Problem('conflict', row.begun_at ? 'This link was used already. It works once.' : row.state === 'ended' ? 'This impersonation was ended before it began.' : 'This link is too old. Ask for another in Quarterdeck.')
    const { rows: [begun] } = await sql<{ begun_at: Date; expires_at: Date }>`update impersonations set begun_at = now(), expires_at = now() + ${visitMinutes} * interval '1 minute', version = version + 1, updated_at = now() where id = ${id} returning begun_at, expires_at`.execute(trx)
    await note(trx, sender, row, { act: 'redemption', changes: { writeKey: { before: null, after: key.name } } })
    return visitOf({ ...row, ...begun!, state: 'active' })
  })
}

/** How a visit stands: the product asks at each request, or every few seconds. */
export const visit = async (db: Kysely<any>, id: string): Promise<Visit> => visitOf(await read(db, id))

/** Ends a visit from the product's side. Ending twice is no error. */
export const leave = ({ db }: Services, sender: Sender, id: string): Promise<Visit> => db.transaction().execute(async trx => {
  const row = await read(trx, id, true)
  if (row.state !== 'active' && row.state !== 'waiting') return visitOf(row)
  await sql`update impersonations set ended_at = now(), ended_by = ${row.staff_id}, version = version + 1, updated_at = now() where id = ${id}`.execute(trx)
  await note(trx, sender, row, { act: 'ending' })
  return visitOf({ ...row, state: 'ended' })
})

/**
 * May this be done in somebody else's name? Allowed acts are written down under both names; what is denied is written down too and answered 403, as is anything once the visit has ended.
 */
export async function visitorActs({ db }: Services, sender: Sender, id: string, { kind, what }: { kind: string; what: string }): Promise<{ allowed: true; until: string }> {
  if (!(kinds as readonly string[]).includes(kind)) throw new Problem('unprocessable', `kind is one of ${kinds.join(', ')}.`, { errors: { kind: [`One of ${kinds.join(', ')}.`] } })
  // what is refused is written down too, so the refusal is told after the commit
  const answer = await db.transaction().execute(async trx => {
    const row = await read(trx, id, true)
    const denied = row.state !== 'active' ? 'This impersonation has ended.' : !visitOf(row).denied.includes(kind) ? undefined
      : kind === 'change' ? 'This visit is read-only.' : `This is never done in somebody else’s name: ${kind.replace('-', ' ')}.`
    await note(trx, sender, row, { act: denied ? `${kind}-refusal` : kind, reason: what || null })
    return denied ?? { allowed: true as const, until: row.expires_at!.toISOString() }
  })
  if (typeof answer === 'string') throw new Problem('forbidden', answer)
  return answer
}
