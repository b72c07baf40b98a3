import { AxeBuilder } from '@axe-core/playwright'
import { sql } from 'kysely'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { expect } from 'vitest'
import { freePort } from '../../api/engine/embedded-postgres.ts'
import { listen } from '../../api/engine/serve.ts'
import { buildApp, root } from '../../bin/run.ts'
import { chromiumArgs, findChromium } from './chromium.ts'
import { createWorld, type Caller, type World } from './world.ts'

export interface Panel {
  world: World
  url: string
  /** A caller of the API signed in as that role, with this panel's origin: what a colleague does meanwhile. */
  as(role: string): Caller
  /** A page signed in as the person of that role (see World.staff), or as nobody. Faults of the page are kept in `faults`. */
  open(role: string | null, options?: { theme?: 'light' | 'dark'; width?: number; height?: number }): Promise<Page>
  /** What must never happen, from any page: policy violations, script errors, requests to another host. */
  faults: string[]
  /** Closes every page; who is signed in stays so. */
  closePages(): Promise<void>
  close(): Promise<void>
}

/** The whole product over a real socket with the built browser app, and a real Chromium. */
export async function openPanel(options: Parameters<typeof createWorld>[0] = {}): Promise<Panel> {
  await buildApp()
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const world = await createWorld({ ...options, config: { ...options.config, publicUrl: url } })
  const web = await listen(world.app, { host: '127.0.0.1', port })
  const browser: Browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumArgs })
  const faults: string[] = []
  const contexts = new Map<string, BrowserContext>()
  return {
    world, url, faults,
    as(role) {
      const caller = world.as(role)
      const origin = { origin: url }
      return { ...caller, post: (p, b, h) => caller.post(p, b, { ...origin, ...h }), put: (p, b, h) => caller.put(p, b, { ...origin, ...h }), patch: (p, b, h) => caller.patch(p, b, { ...origin, ...h }), delete: (p, h) => caller.delete(p, { ...origin, ...h }) }
    },
    async open(role, { theme = 'light', width = 1440, height = 900 } = {}) {
      // one context per person and size: a second page finds the scripts in the cache
      const key = `${role} ${theme} ${width} ${height}`
      const known = role ? contexts.get(key) : undefined
      const context = known ?? await browser.newContext({ viewport: { width, height }, colorScheme: theme, baseURL: url })
      contexts.set(role ? key : `${key} ${contexts.size}`, context)
      if (!known) {
        await context.addCookies([{ name: 'theme', value: theme, url }])
        if (role) {
          const [name, value] = splitOnce(world.as(role).cookie)
          await context.addCookies([{ name, value, url }])
        }
      }
      const page = await context.newPage()
      page.setDefaultTimeout(120_000)
      page.on('pageerror', error => { faults.push(`script error: ${error.message}`) })
      page.on('console', message => { if (/Content Security Policy|Refused to/i.test(message.text())) faults.push(`policy: ${message.text()}`) })
      page.on('request', request => { if (!/^(data|blob|about):/.test(request.url()) && !request.url().startsWith(`${url}/`)) faults.push(`foreign request: ${request.url()}`) })
      return page
    },
    async closePages() { await Promise.all([...contexts.values()].flatMap(context => context.pages().map(page => page.close()))) },
    async close() {
      await Promise.all([...contexts.values()].map(context => context.close()))
      await browser.close()
      await web.close()
      await world.close()
    },
  }
}

const splitOnce = (cookie: string): [string, string] => [cookie.slice(0, cookie.indexOf('=')), cookie.slice(cookie.indexOf('=') + 1)]

/** Waits until a page says what it should. */
export const eventually = <T>(look: () => T | Promise<T>) => expect.poll(look, { timeout: 120_000 })

/** What axe finds, one line per fault. `allowed` names rules with a reason to stay. */
export async function axe(page: Page, allowed: readonly string[] = []): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.filter(v => !allowed.includes(v.id)).flatMap(v => v.nodes.map(node => `${v.impact} ${v.id}: ${node.html.slice(0, 200)}`))
}

/** Counts the scripts a page loads, all or those of a name: the sum of their gzipped sizes in bytes. Call before the page is opened. */
export function scriptBytes(page: Page, named = /\.js$/): () => number {
  const files = new Set<string>()
  page.on('response', response => { const { pathname } = new URL(response.url()); if (named.test(pathname)) files.add(pathname) })
  return () => [...files].reduce((sum, file) => sum + gzipSync(readFileSync(path.join(root, 'dist/app', file)), { level: 9 }).length, 0)
}

/** Customers by the dozen: names, states, owners and amounts that differ. */
export async function someCustomers(world: World, n: number): Promise<void> {
  await sql`insert into customers (id, external_id, name, email, domain, plan, plans, status, mrr, mrr_native, tags, created_at, renews_at, seats, owner_id)
    select (lpad(to_hex(i), 12, '0') || '7' || substr(md5(i::text), 1, 3) || '8' || substr(md5(i::text), 4, 15))::uuid, 'org_' || i,
      (array['Brightwater','Fjordline','Tannhauser','Auburn','Juniper'])[1 + i % 5] || ' ' || (array['Analytics','Logistics','Legal','Health','Games','Studio','Schools'])[1 + i % 7] || ' ' || i,
      'billing@org' || i || '.example', 'org' || i || '.example', p, array[p], (array['active','active','active','past_due','churned','trialing'])[1 + i % 6], i * 1250, i * 1250,
      case when i % 4 = 0 then array['vip'] else '{}'::text[] end, timestamptz '2026-01-01' + i * interval '1 hour', case when i % 3 = 0 then null else now() + i * interval '1 day' end, i,
      case when i % 2 = 0 then ${world.staff.success!.id}::uuid end
    from (select i, (array['Starter','Growth','Scale'])[1 + i % 3] as p from generate_series(1, ${n}::int) i) x`.execute(world.db)
}
