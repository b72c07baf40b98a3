import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { Readable } from 'node:stream'
import { uuidv7 } from 'uuidv7'

/**
 * The limit the product is held against: bare Hono and bare pg with the same SQL and the same session look-up, and nothing else. Driven by
 * environment: BARE_DATABASE, BARE_COOKIE, BARE_SECRET, BARE_PORT, BARE_WEBHOOK_SECRET.
 */
pg.types.setTypeParser(20, Number)
const pool = new pg.Pool({ connectionString: process.env.BARE_DATABASE, max: 10, options: '-c plan_cache_mode=force_custom_plan -c jit=off' })
const app = new Hono()
const columns = `t.id, t.version, name, status, plan, plans, mrr, mrr_native as "mrrNative", currency, owner_id as "ownerId", tags, access, email, domain, external_id as "externalId", seats, renews_at as "renewsAt",
  cancels_at as "cancelsAt", last_seen_at as "lastSeenAt", created_at as "createdAt", updated_at as "updatedAt"`
const guarded = (c: string) => `case when ascii(${c}) in (9, 13, 43, 45, 61, 64) then '''' || ${c} else ${c} end`
const iso = (c: string) => `to_char(${c} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
const cells = `t.id, t.version, ${guarded('name')}, status, ${guarded('plan')}, ${guarded("array_to_string(plans, ', ')")}, mrr, mrr_native, ${guarded('currency')}, owner_id, ${guarded("array_to_string(tags, ', ')")}, access, ${guarded('email')},
  ${guarded('domain')}, ${guarded('external_id')}, seats, ${iso('renews_at')}, ${iso('cancels_at')}, ${iso('last_seen_at')}, ${iso('created_at')}, ${iso('updated_at')}`
const named = (text: string, values: unknown[]) => pool.query({ name: createHash('sha1').update(text).digest('hex'), text, values })

async function session(cookies: string | undefined): Promise<boolean> {
  const value = decodeURIComponent((cookies ?? '').split(`${process.env.BARE_COOKIE}=`)[1] ?? '')
  const dot = value.lastIndexOf('.')
  const token = value.slice(0, dot)
  const expected = createHmac('sha256', process.env.BARE_SECRET!).update(token).digest(), given = Buffer.from(value.slice(dot + 1), 'base64')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false
  const { rows } = await named(`select s.id, s.staff_id, s.expires_at, s.seen_at, s.created_at, p.name, p.email, p.role, p.active, p.row_scope, p.two_factor_enabled, p.deleted_at, e.at as step_up_at
    from staff_sessions s join staff p on p.id = s.staff_id left join elevations e on e.session_id = s.id where s.token = $1`, [token])
  return rows.length === 1
}
app.use('/customers/*', async (c, next) => { if (!await session(c.req.header('cookie'))) return c.text('no', 401); await next() })

const page = `select ${columns} from customers t where deleted_at is null order by created_at desc, t.id desc limit 25`
app.get('/customers/page', async c => c.json((await named(page, [])).rows))
app.get('/customers/page-and-count', async c => {
  const [rows, total] = await Promise.all([named(page, []), named('select count(*) as n from customers where deleted_at is null', [])])
  c.header('x-total-count', String(total.rows[0].n))
  return c.json(rows.rows)
})
app.get('/customers/filter', async c => {
  const where = `deleted_at is null and plan = $1 and status = $2 and created_at >= $3::timestamptz`
  const values = ['Scale', 'active', '2024-01-01T00:00:00Z']
  const [rows, total] = await Promise.all([named(`select ${columns} from customers t where ${where} order by mrr desc, t.id desc limit 25`, values), named(`select count(*) as n from customers t where ${where}`, values)])
  c.header('x-total-count', String(total.rows[0].n))
  return c.json(rows.rows)
})
app.get('/customers/search', async c => {
  const where = 'deleted_at is null and (name ilike $1 or email ilike $1 or domain ilike $1)', values = [`%${c.req.query('q')}%`]
  const [rows, total] = await Promise.all([named(`select ${columns} from customers t where ${where} order by created_at desc, t.id desc limit 25`, values), named(`select count(*) as n from customers t where ${where}`, values)])
  c.header('x-total-count', String(total.rows[0].n))
  return c.json(rows.rows)
})
app.get('/customers/one/:id', async c => c.json((await named(`select ${columns} from customers t where t.id = $1 and deleted_at is null`, [c.req.param('id')])).rows[0]))
app.post('/customers/create', async c => {
  const body = await c.req.json<{ name: string; email: string }>()
  const id = uuidv7(), salt = randomBytes(16)
  const rows = JSON.stringify([{ id: uuidv7(), actorKind: 'person', actorId: null, actorName: 'Bare', act: 'create', resource: 'customers', subjectId: id, changes: { name: { before: null, after: body.name } }, salt: salt.toString('hex'), digest: createHash('sha256').update(salt).update(body.name).digest('hex') }])
  const result = await named(`with t as (insert into customers (id, name, email) values ($1, $2, $3) returning *) select ${columns}, audit_append($4::jsonb) from t`, [id, body.name, body.email, rows])
  return c.json(result.rows[0], 201)
})
app.get('/customers/export', async c => {
  const client = await pool.connect()
  const copy = client.query(copyTo(`copy (select ${cells} from customers t where deleted_at is null order by created_at desc, t.id desc) to stdout with (format csv, header true)`))
  copy.on('close', () => client.release())
  return c.body(Readable.toWeb(copy) as ReadableStream, 200, { 'content-type': 'text/csv' })
})
app.post('/webhook', async c => {
  const body = await c.req.text()
  const [t, v1] = (c.req.header('stripe-signature') ?? '').split(',').map(p => p.split('=')[1])
  const expected = createHmac('sha256', process.env.BARE_WEBHOOK_SECRET!).update(`${t}.${body}`).digest('hex')
  if (expected !== v1) return c.text('no', 400)
  const event = JSON.parse(body) as { id: string; type: string; created: number }
  await named(`insert into stripe_events (id, stripe_account_id, stripe_id, type, livemode, created_at, payload) values ($1, 'acct_bare', $2, $3, false, to_timestamp($4), $5) on conflict do nothing`, [uuidv7(), event.id, event.type, event.created, body])
  return c.json({ received: true })
})
app.get('/trend', async c => c.json((await named(`select date_trunc('month', day) as month, category, sum(amount_e4)::text as amount, sum(customer_delta) as customers from mrr_snapshots where day >= $1::date group by 1, 2 order by 1`, ['2000-01-01'])).rows))
serve({ fetch: app.fetch, port: Number(process.env.BARE_PORT), hostname: '127.0.0.1' })
