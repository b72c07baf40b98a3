import { sql } from 'kysely'
import type { Database } from '../api/engine/database.ts'

/** Customers by the hundred thousand, spread over plans, states, names and times; statistics afterwards. */
export async function fillCustomers(db: Database, n: number): Promise<void> {
  for (let from = 0; from < n; from += 100_000) {
    await sql`insert into customers (id, external_id, name, email, domain, plan, plans, status, mrr, mrr_native, tags, created_at, renews_at, last_seen_at, seats)
      select (lpad(to_hex(i), 12, '0') || '7' || substr(md5(i::text), 1, 3) || '8' || substr(md5(i::text), 4, 15))::uuid, 'org_' || i,
        (array['Acme','Bright','Cobalt','Delta','Ember','Fjord','Granite','Harbour','Iris','Juniper'])[1 + i % 10] || ' ' || initcap(substr(md5('n' || i), 1, 8)) || (array[' Ltd',' Inc',' GmbH',' & Sons',''])[1 + i % 5],
        'billing@' || substr(md5('n' || i), 1, 8) || '.example', substr(md5('n' || i), 1, 8) || '.example', p, array[p],
        (array['active','active','active','active','active','active','trialing','past_due','churned','lead'])[1 + (i * 7) % 10], (i * 7919) % 500000, (i * 7919) % 500000,
        case when i % 9 = 0 then array['vip'] else '{}'::text[] end, now() - (i % 1000000) * interval '47 seconds' - (i % 700) * interval '1 hour', now() + (i % 365) * interval '1 day', now() - (i % 90) * interval '1 day', i % 50
      from (select i, (array['Starter','Growth','Scale','Enterprise'])[1 + (i * 13) % 4] as p from generate_series(${from + 1}::bigint, ${Math.min(n, from + 100_000)}::bigint) i) x`.execute(db)
  }
  await sql`vacuum analyze customers`.execute(db)
}
