import { sql } from 'kysely'
import type { Database } from '../engine/database.ts'
import { newId } from '../engine/ids.ts'
import { insertRows, type Row } from './bulk-rows.ts'

/** A Stripe customer as the events of a batch know it: `object` is absent when only the id is known. */
export interface SeenCustomer { account: string; stripeId: string; livemode: boolean; at: number; versionId?: string; object?: Record<string, any> }

export interface AccountRow { id: string; stripe_account_id: string; stripe_id: string; customer_id: string; linked_by: string; external_ref: string | null }

/** The metadata key of a Stripe customer that holds the company's own id of the organisation. */
export const linkKey = 'organization_id'

const iso = (seconds: number) => new Date(seconds * 1000).toISOString()
const freeMail = new Set(['gmail.com', 'googlemail.com', 'outlook.com', 'hotmail.com', 'yahoo.com', 'icloud.com', 'gmx.de', 'web.de', 'proton.me', 'aol.com'])
const domainOf = (email: string | null): string | null => {
  const domain = email?.split('@')[1]?.toLowerCase() ?? null
  return domain && !freeMail.has(domain) ? domain : null
}

const accountsOf = async (db: Database, seen: readonly SeenCustomer[]): Promise<AccountRow[]> => {
  const keys = JSON.stringify(seen.map(s => ({ a: s.account, c: s.stripeId })))
  const { rows } = await sql<AccountRow>`
    select b.id, b.stripe_account_id, b.stripe_id, b.customer_id, b.linked_by, b.external_ref from billing_accounts b
    join (select distinct a, c from jsonb_to_recordset(${keys}::jsonb) as k(a text, c text)) k on k.a = b.stripe_account_id and k.c = b.stripe_id
    order by b.id for update of b`.execute(db)
  return rows
}

/**
 * Gives each Stripe customer of a batch its billing account and its customer of ours, and locks the accounts. Linked by the metadata key where
 * that names an external id, else a customer is made from it; one known only by its id gets both at once, named by that id, until its first
 * real name. `name`, `email` and `domain` follow Stripe until somebody edits them here. None of this moves `version`. `left` are customers that an
 * account was taken from because it turned out to name another.
 */
export async function ensureAccounts(db: Database, seen: readonly SeenCustomer[]): Promise<{ accounts: Map<string, AccountRow>; left: string[] }> {
  if (!seen.length) return { accounts: new Map(), left: [] }
  const latest = new Map<string, SeenCustomer>()
  for (const s of seen) {
    const key = `${s.account} ${s.stripeId}`, known = latest.get(key)
    if (!known || (s.object && (!known.object || s.at >= known.at))) latest.set(key, s)
  }
  let accounts = await accountsOf(db, [...latest.values()])
  const have = new Set(accounts.map(a => `${a.stripe_account_id} ${a.stripe_id}`))
  const fresh = [...latest].filter(([key]) => !have.has(key)).map(([, s]) => s)
  if (fresh.length) {
    await createAccounts(db, fresh)
    accounts = await accountsOf(db, [...latest.values()])
  }
  const told = [...latest.values()].filter(s => s.object)
  let left: string[] = []
  if (told.length) {
    left = await relink(db, told, accounts)
    await updateAccounts(db, told)
    if (left.length) accounts = await accountsOf(db, [...latest.values()])
  }
  return { accounts: new Map(accounts.map(a => [`${a.stripe_account_id} ${a.stripe_id}`, a])), left }
}

const refOf = (s: SeenCustomer): string | null => {
  const ref = s.object?.metadata?.[linkKey]
  return typeof ref === 'string' && ref.trim() ? ref.trim() : null
}

async function customersByRef(db: Database, refs: readonly string[]): Promise<Map<string, string>> {
  if (!refs.length) return new Map()
  const { rows } = await sql<{ id: string; external_id: string }>`select id, external_id from customers where external_id = any(${refs as string[]})`.execute(db)
  return new Map(rows.map(r => [r.external_id, r.id]))
}

async function createAccounts(db: Database, fresh: readonly SeenCustomer[]): Promise<void> {
  const refs = [...new Set(fresh.flatMap(s => refOf(s) ?? []))]
  const known = await customersByRef(db, refs)
  const customers: Row[] = [], accounts: Row[] = []
  for (const s of fresh) {
    const ref = refOf(s)
    let customerId = ref ? known.get(ref) : undefined
    if (!customerId) {
      customerId = newId()
      if (ref) known.set(ref, customerId)
      const name = text(s.object?.name), email = text(s.object?.email)
      customers.push({
        id: customerId, external_id: ref, name: name ?? email ?? s.stripeId, email, domain: domainOf(email), source_name: name, source_email: email, source_domain: domainOf(email),
        tags: [], plans: [], mrr: 0, currency: text(s.object?.currency) ?? 'usd', mrr_native: 0, status: 'lead', access: 'open', created_at: iso(Number(s.object?.created ?? s.at)), updated_at: new Date().toISOString(), version: 1,
      })
    }
    accounts.push({
      id: newId(), stripe_account_id: s.account, stripe_id: s.stripeId, livemode: s.livemode, customer_id: customerId, linked_by: ref ? 'metadata' : s.object ? 'created' : 'placeholder',
      external_ref: ref, created_at: iso(Number(s.object?.created ?? s.at)), updated_at: new Date().toISOString(), version_at: iso(0), version_rank: 0, balance: 0, delinquent: false, deleted: false, missing_refs: [],
    })
  }
  // another transaction may have made the same customer: then its row is taken on the next try of the batch
  await insertRows(db, 'customers', customers)
  await insertRows(db, 'billing_accounts', accounts)
}

const text = (value: unknown): string | null => typeof value === 'string' && value.trim() ? value.trim() : null

/** An account whose Stripe customer turns out to name an organisation of ours moves there, unless a person linked it. */
async function relink(db: Database, told: readonly SeenCustomer[], accounts: readonly AccountRow[]): Promise<string[]> {
  const byKey = new Map(accounts.map(a => [`${a.stripe_account_id} ${a.stripe_id}`, a]))
  const changed = told.flatMap(s => {
    const account = byKey.get(`${s.account} ${s.stripeId}`), ref = refOf(s)
    return account && ref && account.external_ref !== ref && account.linked_by !== 'person' ? [{ account, ref }] : []
  })
  const left: string[] = []
  if (!changed.length) return left
  const known = await customersByRef(db, changed.map(c => c.ref))
  for (const { account, ref } of changed) {
    const target = known.get(ref)
    if (!target) {
      await sql`update customers set external_id = ${ref}, updated_at = now() where id = ${account.customer_id} and external_id is null`.execute(db)
      known.set(ref, account.customer_id)
    }
    await sql`update billing_accounts set customer_id = ${target ?? account.customer_id}, external_ref = ${ref}, linked_by = 'metadata' where id = ${account.id}`.execute(db)
    if (!target || target === account.customer_id) continue
    left.push(account.customer_id)
    for (const table of ['subscriptions', 'invoices', 'payments', 'refunds', 'credit_notes', 'disputes'])
      await sql`update ${sql.table(table)} set customer_id = ${target} where billing_account_id = ${account.id}`.execute(db)
    await sql`
      update customers c set deleted_at = now() where c.id = ${account.customer_id} and c.external_id is null and c.owner_id is null
      and not exists (select 1 from billing_accounts b where b.customer_id = c.id)`.execute(db)
  }
  return left
}

async function updateAccounts(db: Database, told: readonly SeenCustomer[]): Promise<void> {
  const rows = told.map(s => ({
    a: s.account, c: s.stripeId, at: iso(s.at), v: s.versionId ?? null, name: text(s.object!.name), email: text(s.object!.email), currency: text(s.object!.currency), created: iso(Number(s.object!.created ?? s.at)),
    balance: Number(s.object!.balance ?? 0), delinquent: Boolean(s.object!.delinquent), country: text(s.object!.address?.country), deleted: Boolean(s.object!.deleted), domain: domainOf(text(s.object!.email)),
  }))
  await sql`
    with told as (select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as t(a text, c text, at timestamptz, v uuid, name text, email text, currency text, created timestamptz, balance bigint, delinquent boolean, country text, deleted boolean, domain text)),
    changed as (
      update billing_accounts b set name = coalesce(t.name, b.name), email = coalesce(t.email, b.email), currency = coalesce(t.currency, b.currency), balance = t.balance, delinquent = t.delinquent,
        country = coalesce(t.country, b.country), deleted = t.deleted, created_at = least(b.created_at, t.created), version_at = t.at, object_version_id = t.v, updated_at = now(),
        linked_by = case when b.linked_by = 'placeholder' then 'created' else b.linked_by end
      from told t where b.stripe_account_id = t.a and b.stripe_id = t.c and b.version_at <= t.at
      returning b.customer_id, t.name, t.email, t.domain, t.created
    )
    update customers c set
      source_name = coalesce(h.name, c.source_name), source_email = coalesce(h.email, c.source_email), source_domain = coalesce(h.domain, c.source_domain),
      name = case when c.name_edited_at is null then coalesce(h.name, h.email, c.name) else c.name end,
      email = case when c.email_edited_at is null then coalesce(h.email, c.email) else c.email end,
      domain = case when c.domain_edited_at is null then coalesce(h.domain, c.domain) else c.domain end,
      created_at = least(c.created_at, h.created), updated_at = now()
    from changed h where c.id = h.customer_id`.execute(db)
}
