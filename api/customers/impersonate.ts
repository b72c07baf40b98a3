import { sql } from 'kysely'
import { audit } from '../engine/audit.ts'
import type { Ctx } from '../engine/context.ts'
import { Problem } from '../engine/errors.ts'
import { newId } from '../engine/ids.ts'
import type { ActionVerb } from '../engine/registry.ts'
import { signHandOver } from './impersonation-token.ts'

/** How long the link may lie before it is used, and how long a visit lasts from then on. */
export const handOverSeconds = 120, visitMinutes = 30

interface Target {
  customer_id: string | null; customer: string | null; customer_external: string | null; allowed: boolean | null
  user_id: string | null; user: string | null; user_external: string | null; user_status: string | null; email: string | null; admin: boolean
}

const noAddress = 'Impersonation is not set up: the address of your product is missing. Set IMPERSONATION_URL, such as https://app.example.com/impersonate?token={token}.'

/** Why this visit may not be; nothing when it may. */
function refusal(ctx: Ctx, own: string, target: Target): Problem | undefined {
  const no = (text: string) => new Problem('forbidden', text)
  if (target.email && target.email.toLowerCase() === own.toLowerCase()) return no('This is you. Nobody impersonates themselves.')
  if (target.admin) return no('This person is an administrator of Quarterdeck. Administrators are not impersonated.')
  if (target.allowed === false) return no(`${target.customer ?? 'This customer'} does not allow impersonation. Ask them to show you, or to allow it.`)
  if (target.user_status === 'removed') return new Problem('unprocessable', 'This user was removed from the product.')
  if (!(target.user_id ? target.user_external : target.customer_external)) return new Problem('unprocessable', 'Your product would not know whom: there is no external id here.')
  return undefined
}

const start = (of: 'customers' | 'users'): ActionVerb => async (ctx, trx, { ids, input }) => {
  const [id] = ids as [string]
  const template = ctx.config.impersonationUrl
  if (!template) throw new Problem('unprocessable', noAddress)
  const { rows: [target] } = await (of === 'users'
    ? sql<Target>`select c.id as customer_id, c.name as customer, c.external_id as customer_external, c.impersonation_allowed as allowed, u.id as user_id, u.name as "user", u.external_id as user_external, u.status as user_status, u.email,
        exists (select 1 from staff s where lower(s.email) = lower(u.email) and s.role = 'admin' and s.active and s.deleted_at is null) as admin
        from users u left join customers c on c.id = u.customer_id where u.id = ${id}`
    : sql<Target>`select c.id as customer_id, c.name as customer, c.external_id as customer_external, c.impersonation_allowed as allowed, null as user_id, null as "user", null as user_external, null as user_status, null as email, false as admin
        from customers c where c.id = ${id}`).execute(trx)
  const { rows: [me] } = await sql<{ email: string }>`select email from staff where id = ${ctx.actor.id}`.execute(trx)
  const refused = refusal(ctx, me!.email, target!)
  if (refused) throw refused

  // two at once of the same person wait for each other here
  await sql`select pg_advisory_xact_lock(hashtext(${`impersonation ${ctx.actor.id}`}))`.execute(trx)
  const { rows: running } = await sql`select 1 from impersonations where staff_id = ${ctx.actor.id} and begun_at is not null and ended_at is null and expires_at > ${ctx.now} limit 1`.execute(trx)
  if (running.length) throw new Problem('conflict', 'You are impersonating somebody already. End that first; one does not lead into another.')
  await sql`update impersonations set ended_at = ${ctx.now}, ended_by = ${ctx.actor.id}, version = version + 1, updated_at = now() where staff_id = ${ctx.actor.id} and begun_at is null and ended_at is null`.execute(trx)

  const jti = newId(), iat = Math.floor(ctx.now.getTime() / 1000), exp = iat + handOverSeconds
  await sql`insert into impersonations (id, staff_id, customer_id, user_id, reason, mode, created_at, handover_until)
    values (${jti}, ${ctx.actor.id}, ${target!.customer_id}, ${target!.user_id}, ${input.reason}, ${input.mode}, ${ctx.now}, ${new Date(exp * 1000)})`.execute(trx)
  const token = signHandOver(ctx.config.masterKeys, {
    iss: ctx.config.publicUrl, aud: new URL(template).origin, sub: (target!.user_external ?? target!.customer_external)!, jti, iat, exp, mode: input.mode,
    ...(target!.customer_external ? { org: target!.customer_external } : {}), act: { sub: ctx.actor.id! },
  })
  const whom = { id: (target!.user_id ?? target!.customer_id)!, name: (target!.user ?? target!.customer)! }
  await audit(trx, { ...ctx, onBehalfOf: whom }, [{ act: 'create', resource: 'impersonations', subjectId: jti, reason: input.reason, changes: { mode: { before: null, after: input.mode } } }])
  return [{ id, outcome: 'done', once: { opens: [target!.user, target!.customer].filter(Boolean).join(', '), link: template.replace('{token}', token), expiresAt: new Date(exp * 1000).toISOString() } }]
}

/** Asks for a visit to the company's product in the name of a customer, or of one of its users. Told once: the link that hands over. */
export const impersonateCustomer = start('customers')
export const impersonateUser = start('users')

/** Ends visits, begun or not; the product learns it at its next question. */
export const endImpersonations: ActionVerb = async (ctx, trx, { ids }) => {
  const { rows } = await sql<{ id: string }>`update impersonations set ended_at = ${ctx.now}, ended_by = ${ctx.actor.id}, version = version + 1, updated_at = now() where id = any(${ids}::uuid[]) and ended_at is null returning id`.execute(trx)
  return rows.map(r => ({ id: r.id, outcome: 'done', changes: { endedAt: { before: null, after: ctx.now.toISOString() } } }))
}
