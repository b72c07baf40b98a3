import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Database } from '../engine/database.ts'
import { newId } from '../engine/ids.ts'
import { ensureAccounts, type AccountRow, type SeenCustomer } from './accounts.ts'
import { insertRows, upsertMirror, type Row } from './bulk-rows.ts'
import { attemptRow, couponRow, creditNoteRow, disputeRow, invoiceRow, paymentRow, priceRow, productPlaceholder, productRow, refundRow, subscriptionRow, type Mirrored } from './mirror-rows.ts'
import { canonical } from './order-versions.ts'
import { customerOf, idOf } from './read-event.ts'
import type { StripeObject } from './stripe.ts'
import { shapeOf, type JsonObject } from './stripe-shape.ts'

/** An object as somebody told it: an event, a fetch or a list. `at` in Unix seconds. */
export interface Told {
  account: string
  livemode: boolean
  source: 'webhook' | 'backfill' | 'refetch'
  at: number
  object: StripeObject
  previous?: Record<string, unknown>
  event?: { id: string; stripeId: string; type: string }
  /** Keep the version even if it says nothing new: it decides between events of one second. */
  decides?: boolean
}

/** Customers of ours whose history may have changed. */
export interface Applied { customers: Set<string> }

/**
 * Writes down what was told: versions (append-only), billing accounts and customers, and the mirrors, in a few statements whatever the number.
 * Runs in the caller's transaction and locks the billing accounts it touches. Telling the same thing twice changes nothing.
 */
export async function applyObjects(db: Database, told: readonly Told[]): Promise<Applied> {
  const versioned = await appendVersions(db, told)
  const seen = versioned.flatMap(({ t, versionId }): SeenCustomer[] => {
    const customer = customerOf(t.object)
    return customer ? [{ account: t.account, stripeId: customer, livemode: t.livemode, at: t.at, versionId: versionId ?? undefined, ...(t.object.object === 'customer' ? { object: t.object } : {}) }] : []
  })
  const { accounts, left } = await ensureAccounts(db, seen)
  const mirrored = versioned.map(({ t, versionId }): Mirrored & { eventId?: string } => {
    const account = accounts.get(`${t.account} ${customerOf(t.object) ?? ''}`)
    return { versionId: versionId ?? '', account: t.account, livemode: t.livemode, at: t.at, eventType: t.event?.type ?? null, object: t.object, billingAccountId: account?.id ?? null, customerId: account?.customer_id ?? null, eventId: t.event?.id }
  })
  await mirror(db, mirrored)
  const customers = new Set([...[...accounts.values()].map((a: AccountRow) => a.customer_id), ...left])
  for (const id of await customersMissing(db, told)) customers.add(id)
  return { customers }
}

/**
 * Lets the mirrors of subscriptions show the versions named. Events of one second arrive in any order: only the chain of all versions tells
 * which of them is the last.
 */
export async function showVersions(db: Database, versionIds: readonly string[]): Promise<void> {
  if (!versionIds.length) return
  const { rows } = await sql<{ id: string; account: string; at: number; event_type: string | null; object: StripeObject; billing_account_id: string; customer_id: string; livemode: boolean }>`
    select v.id, v.stripe_account_id as account, extract(epoch from v.effective_at)::bigint as at, v.event_type, coalesce(v.payload, e.payload #> '{data,object}') as object, b.id as billing_account_id, b.customer_id, b.livemode
    from object_versions v left join stripe_events e on e.id = v.event_id join billing_accounts b on b.stripe_account_id = v.stripe_account_id and b.stripe_id = v.stripe_customer_id
    where v.id = any(${versionIds as string[]}) and v.object_type = 'subscription'`.execute(db)
  const mirrored = rows.map((r): Mirrored => ({ versionId: r.id, account: r.account, livemode: r.livemode, at: Number(r.at), eventType: r.event_type, object: r.object, billingAccountId: r.billing_account_id, customerId: r.customer_id }))
  const products = await mirrorProducts(db, mirrored)
  await upsertMirror(db, 'subscriptions', mirrored.map(m => subscriptionRow(m, products.names, products.ids)), { force: true })
}

async function appendVersions(db: Database, told: readonly Told[]): Promise<{ t: Told; versionId: string | null }[]> {
  const fetched = told.filter(t => t.source !== 'webhook')
  const known = await knownStates(db, fetched.map(t => t.object.id))
  const out = told.map(t => {
    const facts = shapeOf(t.object.object, t.object)
    const hash = t.source === 'webhook' ? null : createHash('sha256').update(JSON.stringify(t.object)).digest('hex')
    const old = hash ? known.get(t.object.id) : undefined
    const same = old && !t.decides && (old.hashes.has(hash!) || (facts && old.facts && canonical(old.facts) === canonical(facts)))
    return { t, facts, hash, versionId: same ? null : newId() }
  })
  await insertRows(db, 'object_versions', out.filter(o => o.versionId).map(({ t, facts, hash, versionId }) => ({
    id: versionId, stripe_account_id: t.account, object_type: t.object.object, object_id: t.object.id, stripe_customer_id: customerOf(t.object), effective_at: new Date(t.at * 1000).toISOString(),
    recorded_at: new Date().toISOString(), source: t.source, event_id: t.event?.id ?? null, event_type: t.event?.type ?? null, facts, previous: t.previous ? shapeOf(t.object.object, t.previous) : null,
    payload: t.source === 'webhook' ? null : t.object, hash,
  })), true)
  return out.map(({ t, versionId }) => ({ t, versionId }))
}

/** What is known of fetched objects: the hashes of what was fetched before, and the latest facts. */
async function knownStates(db: Database, ids: readonly string[]): Promise<Map<string, { hashes: Set<string>; facts: JsonObject | null }>> {
  const found = new Map<string, { hashes: Set<string>; facts: JsonObject | null }>()
  if (!ids.length) return found
  const { rows } = await sql<{ object_id: string; hash: string | null; facts: JsonObject | null }>`
    select object_id, hash, facts from object_versions where object_id = any(${ids as string[]}) order by effective_at, recorded_at`.execute(db)
  for (const r of rows) {
    const entry = found.get(r.object_id) ?? { hashes: new Set(), facts: null }
    if (r.hash) entry.hashes.add(r.hash)
    entry.facts = r.facts ?? entry.facts
    found.set(r.object_id, entry)
  }
  return found
}

/** Customers whose last computation lacked one of these objects. */
async function customersMissing(db: Database, told: readonly Told[]): Promise<string[]> {
  const ids = told.filter(t => ['coupon', 'price', 'discount'].includes(t.object.object)).map(t => t.object.id)
  if (!ids.length) return []
  const { rows } = await sql<{ customer_id: string }>`select distinct customer_id from billing_accounts where missing_refs && ${ids}::text[] and missing_refs <> '{}'`.execute(db)
  return rows.map(r => r.customer_id)
}

const present = <T>(value: T | null): value is T => value !== null

async function mirror(db: Database, all: readonly (Mirrored & { eventId?: string })[]): Promise<void> {
  const of = (type: string) => all.filter(m => m.object.object === type)
  const products = await mirrorProducts(db, all)
  await upsertMirror(db, 'prices', of('price').map(m => priceRow(m, products.ids.get(idOf(m.object.product) ?? '') ?? null)), { keep: ['object_version_id', 'tiers', 'product_id'] })
  await upsertMirror(db, 'coupons', of('coupon').map(couponRow), { keep: ['object_version_id'] })
  await upsertMirror(db, 'subscriptions', of('subscription').map(m => subscriptionRow(m, products.names, products.ids)), { keep: ['object_version_id'] })
  await upsertMirror(db, 'invoices', of('invoice').map(invoiceRow), { keep: ['object_version_id'] })
  const payments = [...of('payment_intent'), ...of('charge'), ...of('invoice_payment')].map(paymentRow).filter(present)
  await mirrorPayments(db, payments)
  await upsertMirror(db, 'refunds', of('refund').map(refundRow), { keep: ['object_version_id', 'customer_id', 'billing_account_id', 'stripe_customer_id'] })
  await upsertMirror(db, 'credit_notes', of('credit_note').map(creditNoteRow), { keep: ['object_version_id'] })
  await upsertMirror(db, 'disputes', of('dispute').map(disputeRow), { keep: ['object_version_id', 'customer_id', 'billing_account_id', 'stripe_customer_id'] })
  await insertRows(db, 'payment_attempts', all.map(m => m.eventId ? attemptRow(m, m.eventId) : null).filter(present), true)
  await connect(db, all, payments)
}

/** Products named by a batch get a row at once; returns names and ids of all of them. A new name reaches the customers and subscriptions that show it. */
async function mirrorProducts(db: Database, all: readonly Mirrored[]): Promise<{ names: Map<string, string>; ids: Map<string, string> }> {
  const told = all.filter(m => m.object.object === 'product')
  const named = all.flatMap(m => (m.object.object === 'price' ? [m.object.product] : m.object.object === 'subscription' ? (m.object.items?.data ?? []).map((i: { price?: { product: unknown } }) => i.price?.product)
    : m.object.object === 'invoice' ? (m.object.lines?.data ?? []).map((l: { pricing?: { price_details?: { product: unknown } } }) => l.pricing?.price_details?.product) : []).flatMap((p: unknown) => {
    const id = idOf(p)
    return id ? [{ id, m }] : []
  }))
  const wanted = [...new Set([...named.map(n => n.id), ...told.map(m => m.object.id)])]
  if (!wanted.length) return { names: new Map(), ids: new Map() }
  const load = async () => (await sql<{ id: string; stripe_id: string; name: string }>`select id, stripe_id, name from products where stripe_id = any(${wanted})`.execute(db)).rows
  let rows = await load()
  const before = new Map(rows.map(r => [r.stripe_id, r.name]))
  const fresh = [...new Map(named.filter(n => !before.has(n.id)).map(n => [n.id, n])).values()]
  await insertRows(db, 'products', fresh.map(({ id, m }) => productPlaceholder(m.account, id, m.livemode, m.at)), true)
  await upsertMirror(db, 'products', told.map(productRow), { keep: ['object_version_id'] })
  if (fresh.length || told.length) rows = await load()
  for (const r of rows) {
    const old = before.get(r.stripe_id)
    if (old === undefined || old === r.name) continue
    await sql`update customers set plan = case when plan = ${old} then ${r.name} else plan end, plans = array_replace(plans, ${old}, ${r.name}) where ${old} = any(plans) or plan = ${old}`.execute(db)
    await sql`update subscriptions set plan = ${r.name} where product_id = ${r.id} and plan = ${old}`.execute(db)
  }
  return { names: new Map(rows.map(r => [r.stripe_id, r.name])), ids: new Map(rows.map(r => [r.stripe_id, r.id])) }
}

/** Three kinds of objects tell of one payment. A success stays one; each fills in what the others do not know. */
async function mirrorPayments(db: Database, rows: readonly Row[]): Promise<void> {
  if (!rows.length) return
  const merged = new Map<string, Row>()
  for (const row of rows.toSorted((a, b) => Number(a.version_rank) - Number(b.version_rank))) {
    const key = `${row.stripe_account_id as string} ${row.stripe_id as string}`, known = merged.get(key)
    merged.set(key, known ? mergePayment(known, row) : row)
  }
  const names = Object.keys(rows[0]!)
  const columns = sql.join(names.map(n => sql.ref(n)))
  const fill = ['customer_id', 'billing_account_id', 'stripe_customer_id', 'invoice_stripe_id', 'charge_stripe_id', 'method', 'card_brand', 'card_last4', 'decline_code', 'failure_message', 'paid_at', 'object_version_id']
  await sql`
    insert into payments as m (${columns}) select ${columns} from jsonb_populate_recordset(null::payments, ${JSON.stringify([...merged.values()])}::jsonb)
    on conflict (stripe_account_id, stripe_id) do update set
      ${sql.join(fill.map(n => sql`${sql.ref(n)} = coalesce(case when m.version_at <= excluded.version_at then excluded.${sql.ref(n)} end, m.${sql.ref(n)}, excluded.${sql.ref(n)})`))},
      status = case when m.status = 'succeeded' then m.status when excluded.status = 'succeeded' or m.version_at <= excluded.version_at then excluded.status else m.status end,
      amount = greatest(m.amount, excluded.amount), amount_refunded = greatest(m.amount_refunded, excluded.amount_refunded), created_at = least(m.created_at, excluded.created_at),
      version_at = greatest(m.version_at, excluded.version_at), updated_at = now()`.execute(db)
}

const mergePayment = (a: Row, b: Row): Row => {
  const later = Date.parse(String(b.version_at)) >= Date.parse(String(a.version_at)) ? b : a, earlier = later === b ? a : b
  const row: Row = { ...later }
  for (const [k, v] of Object.entries(earlier)) if (row[k] === null) row[k] = v
  if (a.status === 'succeeded' || b.status === 'succeeded') row.status = 'succeeded'
  row.amount = Math.max(Number(a.amount), Number(b.amount))
  row.amount_refunded = Math.max(Number(a.amount_refunded), Number(b.amount_refunded))
  row.created_at = Date.parse(String(a.created_at)) < Date.parse(String(b.created_at)) ? a.created_at : b.created_at
  return row
}

/** Fills in relations between mirrors of a batch and what was there before: whichever comes first. */
async function connect(db: Database, all: readonly Mirrored[], payments: readonly Row[]): Promise<void> {
  const ids = (types: string[]) => all.filter(m => types.includes(m.object.object)).map(m => m.object.id)
  const invoices = ids(['invoice']), subscriptions = ids(['subscription'])
  if (invoices.length || subscriptions.length) await sql`
    update invoices i set subscription_id = s.id from subscriptions s
    where s.stripe_id = i.subscription_stripe_id and i.id in (
      select id from invoices where stripe_id = any(${invoices}) and subscription_id is null union select id from invoices where subscription_stripe_id = any(${subscriptions}) and subscription_id is null)`.execute(db)
  const intents = payments.map(p => String(p.stripe_id))
  if (invoices.length || intents.length) await sql`
    with pairs as (
      select stripe_id as payment, invoice_stripe_id as invoice from payments where stripe_id = any(${intents}) and invoice_stripe_id is not null and invoice_id is null
      union select stripe_id, invoice_stripe_id from payments where invoice_stripe_id = any(${invoices}) and invoice_id is null
      union select unnest(payment_intents), stripe_id from invoices where stripe_id = any(${invoices})
      union select x.intent, i.stripe_id from invoices i, unnest(i.payment_intents) as x(intent) where i.payment_intents && ${intents}::text[] and x.intent = any(${intents}))
    update payments p set invoice_id = i.id, invoice_stripe_id = i.stripe_id, customer_id = coalesce(p.customer_id, i.customer_id), billing_account_id = coalesce(p.billing_account_id, i.billing_account_id), stripe_customer_id = coalesce(p.stripe_customer_id, i.stripe_customer_id)
    from pairs join invoices i on i.stripe_id = pairs.invoice where p.stripe_id = pairs.payment and p.invoice_id is null`.execute(db)
  const notes = ids(['credit_note'])
  if (notes.length || invoices.length) await sql`
    update credit_notes n set invoice_id = i.id from invoices i where i.stripe_id = n.invoice_stripe_id and n.invoice_id is null and i.stripe_id in (select invoice_stripe_id from credit_notes where stripe_id = any(${notes}) union select unnest(${invoices}::text[]))`.execute(db)
  const strays = ids(['refund', 'dispute'])
  if (strays.length || intents.length) for (const table of ['refunds', 'disputes']) await sql`
    update ${sql.table(table)} r set customer_id = p.customer_id, billing_account_id = p.billing_account_id, stripe_customer_id = p.stripe_customer_id
    from payments p where p.stripe_id = coalesce(r.payment_stripe_id, r.charge_stripe_id) and r.customer_id is null and p.customer_id is not null
      and p.stripe_id in (select coalesce(payment_stripe_id, charge_stripe_id) from ${sql.table(table)} where stripe_id = any(${strays}) union select unnest(${intents}::text[]))`.execute(db)
}
