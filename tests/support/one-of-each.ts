import { sql } from 'kysely'
import { columnOf, tableOf, type ResourceDefinition } from '../../resources/engine/define-resource.ts'
import type { Field } from '../../resources/engine/fields.ts'
import { newId } from '../../api/engine/ids.ts'
import type { World } from './world.ts'

/** Three rows of every resource: full of capitals, full of small letters, and as empty as it may be. Ids by resource. */
export type Rows = Record<string, string[]>

/** What a table wants beyond the declared fields, and values that its rules bind. */
const special: Record<string, { table?: string; more?: (i: number, ids: Rows) => Record<string, unknown>; fixed?: (i: number) => Record<string, unknown>; leave?: string[] }> = {
  'billing-accounts': { more: () => ({ version_at: '2026-01-01T00:00:00Z' }), fixed: i => ({ stripeId: `cus_${i}`, stripeAccountId: 'acct_1' }) },
  'stripe-events': { table: 'stripe_events', fixed: i => ({ stripeAccountId: 'acct_1', stripeCustomerId: i < 2 ? `cus_${i}` : null, stripeId: `evt_${i}` }), leave: ['state', 'error', 'attempts', 'customerId', 'appliedAt'] },
  'object-versions': { table: 'object_versions', fixed: i => ({ stripeAccountId: 'acct_1', stripeCustomerId: i < 2 ? `cus_${i}` : null }), leave: ['customerId'] },
  'fx-rates': { fixed: i => ({ from: ['eur', 'gbp', 'chf'][i], to: 'usd' }) },
  'mrr-movements': { more: () => ({ stripe_account_id: 'acct_1', stripe_customer_id: 'cus_0', subscription_stripe_id: 'sub', product_stripe_id: 'prod', native_e4: 0, live: true }) },
  tickets: { leave: ['number'] },
  notes: { leave: ['mentions'] },
  impersonations: { more: () => ({ handover_until: '2026-01-01T00:00:00Z' }), fixed: i => ({ mode: 'read-only', customerId: null, userId: null, reason: `Reason ${i}` }), leave: ['state'] },
  operations: { leave: ['undoable', 'approval', 'asks'] },
  'saved-views': { more: (i, ids) => ({ owner_id: [ids.people![0], ids.people![1], ids.admins![0]][i] }), fixed: i => ({ resource: 'customers', share: ['me', 'role', 'all'][i], role: ['success', 'support', 'success'][i], defaultFor: null }), leave: ['filters', 'sort', 'widths', 'columns', 'ownerId'] },
  'promo-codes': {
    fixed: i => ({ code: ['ALPHA-10', 'beta-20', 'Gamma'][i], discount: ['percent', 'amount', 'percent'][i], percentOff: [10, null, 30][i], amountOff: [null, 2_000, null][i], duration: ['repeating', 'once', 'forever'][i], months: [3, null, null][i] }),
  },
  'write-keys': { more: i => ({ key_hash: `hash ${i}` }) },
}
const mirrors = ['products', 'prices', 'subscriptions', 'invoices', 'payments', 'refunds', 'credit-notes', 'disputes']
const order = ['customers', 'users', 'products', 'prices', 'billing-accounts', 'subscriptions', 'invoices', 'payments', 'refunds', 'credit-notes', 'disputes', 'stripe-events', 'object-versions',
  'fx-rates', 'mrr-movements', 'tickets', 'replies', 'notes', 'write-keys', 'ingest-rejects', 'impersonations', 'saved-views', 'promo-codes', 'operations']

const day = (i: number) => `2026-0${i + 1}-1${i + 1}`

function valueOf(field: Field, name: string, i: number, ids: Rows): unknown {
  if (field.nullable && i === 2) return null
  switch (field.type) {
    case 'text': return field.max === 3 ? ['usd', 'eur', 'usd'][i] : [`${name} ALPHA 100%`, `${name} beta_x`, `${name} Gamma`][i]
    case 'email': return `${name}.${i}@example.test`
    case 'enum': return field.options[i % field.options.length]!.value
    case 'int': case 'money': return 10 * (i + 1)
    case 'score': return 10 * i
    case 'decimal': return ['1.0845', '0.9', '12'][i]
    case 'boolean': return i % 2 === 0
    case 'date': return day(i)
    case 'instant': return `${day(i)}T1${i}:00:00.000Z`
    case 'tags': return [['alpha', 'beta'], ['beta'], []][i]
    case 'json': return JSON.stringify({ n: i })
    case 'relation': return ids[field.resource]![i % 2]
  }
}

async function insert(world: World, r: ResourceDefinition, ids: Rows): Promise<void> {
  const { table, more, fixed, leave } = special[r.name] ?? {}
  const mirror: Record<string, unknown> = mirrors.includes(r.name) ? { stripe_account_id: 'acct_1', version_at: '2026-01-01T00:00:00Z' } : {}
  for (let i = 0; i < 3; i++) {
    const values = { ...Object.fromEntries(Object.entries(r.fields).filter(([name]) => !leave?.includes(name)).map(([name, field]) => [name, valueOf(field, name, i, ids)])), ...fixed?.(i) }
    const columns = { ...mirror, ...more?.(i, ids), ...Object.fromEntries(Object.entries(values).map(([name, v]) => [columnOf(name, r.fields[name]!), v])), id: ids[r.name]![i] }
    await sql`insert into ${sql.table(table ?? tableOf(r))} (${sql.join(Object.keys(columns).map(c => sql.ref(c)))}) values (${sql.join(Object.values(columns))})`.execute(world.db)
  }
}

/** Fills a world. The first customer belongs to the person of success, the second to nobody here. */
export async function oneOfEach(world: World): Promise<Rows> {
  const ids: Rows = { people: [world.staff.success!.id, world.staff.support!.id], staff: [world.staff.success!.id, world.staff.support!.id], admins: [world.staff.admin2!.id] }
  for (const name of order) ids[name] = [newId(), newId(), newId()]
  for (const name of order) await insert(world, world.services.registry.named(name)!, ids)
  for (const [i, state] of ['applied', 'failed'].entries()) await sql`insert into stripe_inbox (event_id, state, attempts, applied_at) values (${ids['stripe-events']![i]}, ${state}, ${i}, ${state === 'applied' ? '2026-02-01T00:00:00Z' : null})`.execute(world.db)
  await sql`insert into note_mentions (note_id, staff_id) values (${ids.notes![0]}, ${world.staff.support!.id})`.execute(world.db)
  await sql`update staff set created_at = date_trunc('milliseconds', created_at), updated_at = date_trunc('milliseconds', updated_at)`.execute(world.db)
  return ids
}
