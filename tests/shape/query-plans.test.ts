import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newId } from '../../api/engine/ids.ts'
import { statementsOf } from '../support/statements.ts'
import { createWorld, type World } from '../support/world.ts'

const size = 100_000
let world: World
let someCustomer = '', somePlan = ''
const me = () => world.staff.admin!.id

/** A believable spread: most customers active, a tenth of tickets open, movements over two years. */
beforeAll(async () => {
  world = await createWorld()
  const people = [me(), world.staff.success!.id, world.staff.support!.id]
  const account = newId(), products = [newId(), newId(), newId(), newId()]
  somePlan = products[3]!
  await sql`set statement_timeout = 0`.execute(world.owner)
  const run = (text: string) => world.owner.connection().execute(async c => { await sql`set statement_timeout = 0`.execute(c); await sql.raw(text).execute(c) })
  const uuid = (space: number, n = 'n') => `('00000000-0000-7000-8000-' || lpad(to_hex(${space * 10_000_000} + ${n}), 12, '0'))::uuid`
  const pick = (list: string[], by = 'n') => `(array[${list.map(x => `'${x}'`).join(',')}])[1 + (${by}) % ${list.length}]`
  await run(`insert into customers (id, name, email, domain, status, plan, mrr, mrr_native, owner_id, tags, renews_at, last_seen_at, created_at)
    select ${uuid(1)}, 'Customer ' || md5(n::text), 'mail' || n || '@c' || n || '.example', 'c' || n || '.example', ${pick(['active', 'active', 'active', 'active', 'trialing', 'past_due', 'churned', 'lead'], 'n / 3')},
      ${pick(['Starter', 'Team', 'Scale', 'Enterprise'])}, (n * 7919 % 100000)::bigint, 0, ${pick(people)}::uuid, case when n % 500 = 0 then '{rare,vip}' when n % 5 = 0 then '{vip}' else '{}' end::text[],
      case when n % 3 > 0 then now() + make_interval(hours => n * 31 % 8000) end, case when n % 4 > 0 then now() - make_interval(mins => n * 13 % 400000) end, now() - make_interval(mins => n * 17 % 1000000) from generate_series(1, ${size}) n`)
  await run(`insert into tickets (id, subject, body, status, priority, customer_id, assignee_id, due_at, created_at, updated_at)
    select ${uuid(2)}, 'Question ' || md5(n::text), 'Body ' || md5((n * 3)::text), case when n % 10 = 0 then 'open' when n % 10 = 1 then 'waiting' else 'solved' end, ${pick(['low', 'normal', 'high', 'urgent'])},
      ${uuid(1, `(1 + n * 37 % ${size})`)}, case when n % 6 > 0 then ${pick(people)}::uuid end, case when n % 10 = 0 then now() + make_interval(mins => n * 7 % 9000 - 3000) end, now() - make_interval(mins => n * 11 % 900000), now() - make_interval(mins => n * 5 % 900000) from generate_series(1, ${size}) n`)
  await run(`insert into billing_accounts (id, stripe_account_id, stripe_id, created_at, version_at, customer_id, linked_by) values ('${account}', 'acct_1', 'cus_1', now(), now(), ${uuid(1, '1')}, 'created')`)
  for (const [i, id] of products.entries()) await run(`insert into products (id, stripe_account_id, stripe_id, created_at, version_at, name) values ('${id}', 'acct_1', 'prod_${i}', now(), now(), 'Plan ${i}')`)
  await run(`insert into mrr_movements (id, stripe_account_id, customer_id, billing_account_id, stripe_customer_id, subscription_stripe_id, plan_id, product_stripe_id, effective_at, recorded_at, day, category, cause, currency, native_e4, native_amount, book_currency, amount_e4, amount, amount_exact, quality, lines, live)
    select ${uuid(3)}, 'acct_1', ${uuid(1, `(1 + n * 41 % ${size})`)}, '${account}', 'cus_1', 'sub_' || n, ${pick(products)}::uuid, 'prod', now() - make_interval(mins => n * 10), now() - make_interval(mins => n * 9), (now() - make_interval(mins => n * 10))::date,
      ${pick(['new', 'expansion', 'expansion', 'contraction', 'churn', 'reactivation', 'fx', 'fx'], 'n / 4')}, 'quantity', ${pick(['usd', 'usd', 'usd', 'eur'], 'n / 2')}, n, n % 5000, 'usd', n, case when n % 20 > 0 then n % 5000 end, n % 5000, 'observed', '[]', n % 10 > 0 from generate_series(1, ${size}) n`)
  await run('vacuum analyze customers')
  await run('vacuum analyze tickets')
  await run('vacuum analyze mrr_movements')
  const { rows: [row] } = await sql<{ id: string }>`select id from customers limit 1`.execute(world.db)
  someCustomer = row!.id
}, 480_000)
afterAll(() => world.close())

interface Node { 'Node Type': string; 'Relation Name'?: string; Plans?: Node[] }
const nodes = (n: Node): Node[] => [n, ...(n.Plans ?? []).flatMap(nodes)]

/** The plan of the page that a list request asks for, as the application's own session would run it. */
async function planOf(path: string): Promise<{ types: string[]; scanned: string[] }> {
  const { result, statements } = await statementsOf(world, () => world.as('admin').get(`/v1/admin/${path}`))
  expect(result.status, `${path} ${result.text.slice(0, 200)}`).toBe(200)
  const page = statements.find(s => /\blimit\b/.test(s.text) && /order by/.test(s.text))!
  expect(page, path).toBeTruthy()
  const client = await world.services.pool.connect()
  try {
    const { rows } = await client.query({ text: `explain (format json) ${page.text}`, values: page.values })
    const all = nodes((rows[0] as any)['QUERY PLAN'][0].Plan)
    return { types: all.map(n => n['Node Type']), scanned: all.filter(n => n['Node Type'] === 'Seq Scan').map(n => n['Relation Name']!) }
  } finally { client.release() }
}

const large = ['customers', 'tickets', 'mrr-movements']

describe(`at ${size.toLocaleString('en')} rows`, () => {
  it.each(large)('every declared sort of %s walks an index, both ways, and goes on behind a cursor', async name => {
    const r = world.services.registry.named(name)!
    for (const field of Object.keys(r.fields).filter(f => r.fields[f]!.sort)) for (const order of ['asc', 'desc']) {
      const query = `${name}?_sort=${field}&_order=${order}&_start=0&_end=50`
      const { types, scanned } = await planOf(query)
      expect({ query, sorts: types.filter(t => t.includes('Sort')), scanned }).toEqual({ query, sorts: [], scanned: [] })
      expect(types.some(t => /Index/.test(t)), query).toBe(true)
      if (r.fields[field]!.nullable) continue
      const after = (await world.as('admin').get(`/v1/admin/${query}`)).headers.get('x-next-cursor')!
      const next = await planOf(`${query}&_after=${after}`)
      expect({ query, sorts: next.types.filter(t => t.includes('Sort')), scanned: next.scanned }).toEqual({ query, sorts: [], scanned: [] })
    }
  })

  it('common filters use an index', async () => {
    const queries = [
      'customers?status=past_due', 'customers?status=past_due&_sort=mrr&_order=desc', 'customers?plan=Scale&_sort=mrr&_order=desc', `customers?ownerId=$me&_sort=mrr&_order=desc`, 'customers?tags=rare', 'customers?q=c99881.exa',
      'customers?q=cust', 'customers?renewsAt_lte=2020-01-01', 'customers?mrr_gte=99900', 'customers?createdAt_gte=$now-1d', 'customers?status_in=active&status_in=past_due', `customers?id=${someCustomer}`,
      'tickets?assigneeId=$me&status_in=open&status_in=waiting', 'tickets?assigneeId_null=true&status_in=open&status_in=waiting', 'tickets?status=open&dueAt_lt=$now', 'tickets?status=waiting', `tickets?customerId=${someCustomer}`, 'tickets?priority=urgent&status=open',
      'tickets?number=4711', 'tickets?q=c4ca4238a0', 'tickets?createdAt_between=2026-01-01&createdAt_between=2026-01-02',
      'mrr-movements?category=churn', `mrr-movements?customerId=${someCustomer}`, `mrr-movements?planId=${somePlan}`, 'mrr-movements?effectiveAt_between=2026-01-01&effectiveAt_between=2026-01-31', 'mrr-movements?currency=eur',
      'mrr-movements?category=churn&effectiveAt_gte=$now-30d', 'mrr-movements?customer.status=churned', 'mrr-movements?amount_gte=4990',
    ]
    for (const query of queries) expect({ query, scanned: (await planOf(`${query}&_start=0&_end=50`)).scanned }).toEqual({ query, scanned: [] })
  })

  it('the last page behind a cursor reads no more rows than the first', async () => {
    const { body } = await world.as('admin').get('/v1/admin/customers?_sort=name&_order=desc&_start=0&_end=60')
    const cursor = Buffer.from(JSON.stringify(['name+,id+', body.at(-1).name, body.at(-1).id])).toString('base64url')
    const read = async (more: string): Promise<number> => {
      const { result, statements } = await statementsOf(world, () => world.as('admin').get(`/v1/admin/customers?_sort=name&_order=asc&_start=0&_end=50${more}`))
      expect([result.status, result.body.length]).toEqual([200, 50])
      const page = statements.find(s => /\blimit\b/.test(s.text) && /order by/.test(s.text))!
      const client = await world.services.pool.connect()
      try {
        const { rows } = await client.query({ text: `explain (analyze, format json) ${page.text}`, values: page.values })
        const all = nodes((rows[0] as any)['QUERY PLAN'][0].Plan) as (Node & { 'Actual Rows': number; 'Rows Removed by Filter'?: number })[]
        return Math.max(...all.map(n => n['Actual Rows'] + (n['Rows Removed by Filter'] ?? 0)))
      } finally { client.release() }
    }
    const first = await read(''), last = await read(`&_after=${cursor}`)
    expect(first).toBeLessThanOrEqual(60)
    expect(last).toBeLessThanOrEqual(first)
  })

  it('the search over everything reads no large table from end to end', async () => {
    for (const q of ['c4ca4238a0', 'c99881.exa', 'Question c4ca']) {
      const { result, statements } = await statementsOf(world, () => world.as('admin').get(`/v1/admin/search?q=${encodeURIComponent(q)}`))
      expect(result.status, result.text.slice(0, 200)).toBe(200)
      const found = statements.find(s => s.text.includes('union all') && s.text.includes('ilike'))!
      const client = await world.services.pool.connect()
      try {
        const { rows } = await client.query({ text: `explain (format json) ${found.text}`, values: found.values })
        const scanned = nodes((rows[0] as any)['QUERY PLAN'][0].Plan).filter(n => n['Node Type'] === 'Seq Scan').map(n => n['Relation Name']!)
        expect({ q, scanned: scanned.filter(n => ['customers', 'tickets'].includes(n)) }).toEqual({ q, scanned: [] })
      } finally { client.release() }
    }
  })

  it('the timeline of a customer reads no table from end to end', async () => {
    const { result, statements } = await statementsOf(world, () => world.as('admin').get(`/v1/admin/customers/${someCustomer}/timeline`))
    expect(result.status).toBe(200)
    const merged = statements.find(s => s.text.includes('union all'))!
    const client = await world.services.pool.connect()
    try {
      const { rows } = await client.query({ text: `explain (format json) ${merged.text}`, values: merged.values })
      const scanned = nodes((rows[0] as any)['QUERY PLAN'][0].Plan).filter(n => n['Node Type'] === 'Seq Scan').map(n => n['Relation Name'])
      expect(scanned.filter(n => ['customers', 'tickets', 'mrr_movements'].includes(n!))).toEqual([])
    } finally { client.release() }
  })
})

describe('a request', () => {
  it('takes a fixed number of statements, however many rows it answers', async () => {
    const count = async (act: () => Promise<{ status: number; text: string }>) => {
      const { result, statements } = await statementsOf(world, act)
      expect(result.status, result.text.slice(0, 200)).toBeLessThan(300)
      return statements.filter(s => !/^(begin|commit|start transaction|rollback|set |update staff_sessions)/i.test(s.text)).length
    }
    const admin = world.as('admin')
    expect(await count(() => admin.get('/v1/admin/customers?_start=0&_end=1'))).toBeLessThanOrEqual(3)
    expect(await count(() => admin.get('/v1/admin/customers?_start=0&_end=200'))).toBeLessThanOrEqual(3)
    expect(await count(() => admin.get('/v1/admin/tickets?_start=0&_end=200&customer.status=active'))).toBeLessThanOrEqual(3)
    expect(await count(() => admin.get(`/v1/admin/customers/${someCustomer}`))).toBeLessThanOrEqual(2)
    expect(await count(() => admin.get('/v1/admin/customers/summary'))).toBeLessThanOrEqual(4)
    expect(await count(() => admin.get(`/v1/admin/customers/${someCustomer}/timeline`))).toBeLessThanOrEqual(3)
    expect(await count(() => admin.get(`/v1/admin/customers/${someCustomer}/overview`))).toBeLessThanOrEqual(3)
    expect(await count(() => admin.get(`/v1/admin/customers/${someCustomer}/history`))).toBeLessThanOrEqual(3)
    expect(await count(() => admin.post('/v1/admin/customers', { name: 'One', tags: ['a'] }))).toBeLessThanOrEqual(4)
    expect(await count(() => admin.patch(`/v1/admin/customers/${someCustomer}`, { name: 'Two' }, { 'if-match': '*' }))).toBeLessThanOrEqual(5)
    const { body } = await admin.get('/v1/admin/customers?_start=0&_end=200')
    const ids = body.map((r: any) => r.id)
    const one = await count(() => admin.post('/v1/admin/customers/bulk/tagging', { ids: ids.slice(0, 1), input: { tags: ['one'] } }))
    expect(await count(() => admin.post('/v1/admin/customers/bulk/tagging', { ids, input: { tags: ['many'] } }))).toBe(one)
  })
})
