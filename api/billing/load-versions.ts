import { sql } from 'kysely'
import type { Database } from '../engine/database.ts'
import type { ObjectVersion } from './object-version.ts'
import { shapeOf, type JsonObject } from './stripe-shape.ts'

interface VersionRow { id: string; customer_id: string | null; stripe_account_id: string; stripe_customer_id: string | null; object_type: string; object_id: string; effective: number; source: ObjectVersion['source']; event_id: string | null; stripe_id: string | null; event_type: string | null; facts: JsonObject; previous: JsonObject | null }

/** Where a subscription's movements belong: the Stripe customer behind them. */
export interface Owner { stripeAccountId: string; stripeCustomerId: string; billingAccountId: string }
export interface CustomerVersions { versions: ObjectVersion[]; owners: Map<string, Owner> }

const toVersion = (r: VersionRow): ObjectVersion => ({
  id: r.id, objectType: r.object_type, objectId: r.object_id, effectiveAt: Number(r.effective), source: r.source, eventId: r.event_id, stripeEventId: r.stripe_id, eventType: r.event_type, facts: r.facts, previous: r.previous,
})

/**
 * All versions that the movements of these customers are computed from, by customer: two statements whatever their number. `owners` tells for
 * each subscription the billing account it belongs to. With `fromRaw`, facts are cut anew from the raw event or the fetched payload.
 */
export async function loadVersions(db: Database, customerIds: readonly string[], fromRaw = false): Promise<Map<string, CustomerVersions>> {
  const found = new Map<string, CustomerVersions>(customerIds.map(id => [id, { versions: [], owners: new Map() }]))
  if (!customerIds.length) return found
  const { rows } = await sql<VersionRow & { billing_account_id: string }>`
    select v.id, b.customer_id, b.id as billing_account_id, v.stripe_account_id, v.stripe_customer_id, v.object_type, v.object_id, extract(epoch from v.effective_at)::bigint as effective, v.source, v.event_id, e.stripe_id, v.event_type, ${facts(fromRaw)}
    from billing_accounts b
    join object_versions v on v.stripe_account_id = b.stripe_account_id and v.stripe_customer_id = b.stripe_id and v.facts is not null
    left join stripe_events e on e.id = v.event_id
    where b.customer_id = any(${customerIds as string[]})`.execute(db)
  if (fromRaw) for (const r of rows) cutAnew(r)
  const references = new Map<string, Set<string>>()
  for (const r of rows) {
    const entry = found.get(r.customer_id!)!
    entry.versions.push(toVersion(r))
    if (r.object_type === 'subscription') entry.owners.set(r.object_id, { stripeAccountId: r.stripe_account_id, stripeCustomerId: r.stripe_customer_id!, billingAccountId: r.billing_account_id })
    const refs = references.get(r.customer_id!) ?? new Set()
    collect(r.facts, refs)
    references.set(r.customer_id!, refs)
  }
  const wanted = [...new Set([...references.values()].flatMap(s => [...s]))]
  if (wanted.length) {
    const shared = await sql<VersionRow>`
      select id, null as customer_id, stripe_account_id, stripe_customer_id, object_type, object_id, extract(epoch from effective_at)::bigint as effective, source, event_id, null as stripe_id, event_type, facts, previous
      from object_versions where object_id = any(${wanted}) and object_type in ('coupon', 'price') and facts is not null`.execute(db)
    const byId = Map.groupBy(shared.rows, r => r.object_id)
    for (const [customer, refs] of references) for (const ref of refs) for (const r of byId.get(ref) ?? []) found.get(customer)!.versions.push({ ...toVersion(r), stripeEventId: r.id })
  }
  return found
}

const facts = (fromRaw: boolean) => fromRaw
  ? sql.raw(`coalesce(v.payload, e.payload #> '{data,object}') as facts, case when v.source = 'webhook' then e.payload #> '{data,previous_attributes}' end as previous`)
  : sql.raw('v.facts, v.previous')

function cutAnew(r: VersionRow): void {
  r.facts = shapeOf(r.object_type, r.facts)!
  r.previous = r.previous && shapeOf(r.object_type, r.previous)
}

/** Ids of coupons and prices that facts name without spelling them out. */
function collect(facts: JsonObject, into: Set<string>): void {
  for (const [key, value] of Object.entries(facts)) {
    if (key === 'coupon' && typeof value === 'string') into.add(value)
    if (key === 'price' && typeof value === 'string') into.add(value)
    if (key === 'price' && typeof value === 'object' && value !== null && 'id' in value && ((value as JsonObject).billing_scheme === 'tiered') && !(value as JsonObject).tiers) into.add(String((value as JsonObject).id))
    if (Array.isArray(value)) for (const v of value) { if (typeof v === 'object' && v !== null && !Array.isArray(v)) collect(v, into) }
    else if (typeof value === 'object' && value !== null) collect(value, into)
  }
}
