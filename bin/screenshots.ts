import './node-version.ts'
import { spawn } from 'node:child_process'
import { copyFile, chmod, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { chromium, type Page } from 'playwright-core'
import { freePort } from '../api/engine/embedded-postgres.ts'
import { DEMO_PASSWORD } from '../demo/staff.ts'
import { chromiumArgs, findChromium } from '../tests/support/chromium.ts'
import { root, run } from './run.ts'

/** Pages worth a look, by who sees them. A path may be found on the page before: the first row's link. */
const pages: { name: string; who: string; path: string; next?: (page: Page) => Promise<void> }[] = [
  { name: 'sign-in', who: '', path: '/sign-in' },
  { name: 'home', who: 'admin', path: '/' },
  { name: 'home-arranged', who: 'finance', path: '/', next: async page => { await page.getByTestId('arrange-home').click(); await page.getByTestId('home-shown').waitFor() } },
  { name: 'settings', who: 'finance', path: '/settings' },
  { name: 'keys', who: 'support', path: '/customers', next: async page => { await page.keyboard.press('?'); await page.getByTestId('key-list').waitFor() } },
  { name: 'customers', who: 'admin', path: '/customers' },
  { name: 'customers-peek', who: 'success', path: '/customers', next: async page => { await page.locator('tbody tr').nth(3).locator('td').nth(2).click() } },
  { name: 'customer', who: 'admin', path: '/customers?status=active&_sort=mrr&_order=desc', next: async page => { await page.locator('tbody tr a').first().click() } },
  { name: 'customer-form', who: 'admin', path: '/customers/new' },
  { name: 'revenue', who: 'finance', path: '/revenue' },
  { name: 'revenue-explain', who: 'finance', path: '/revenue', next: async page => { await page.getByTestId('metric-churn').first().click() } },
  { name: 'movements', who: 'finance', path: '/mrr-movements' },
  { name: 'tickets', who: 'support', path: '/tickets' },
  { name: 'ticket', who: 'support', path: '/tickets', next: async page => { await page.locator('tbody tr a').first().click() } },
  {
    name: 'bulk', who: 'success', path: '/customers?status=active',
    next: async page => {
      await page.locator('thead').getByRole('checkbox').check()
      await page.getByTestId('select-all-matching').click()
      await page.getByTestId('bulk-bar').getByTestId('action-suspension').click()
      await page.getByTestId('preview').waitFor()
    },
  },
  { name: 'promo-codes', who: 'marketing', path: '/promo-codes' },
  { name: 'promo-codes-generate', who: 'marketing', path: '/promo-codes', next: async page => { await page.getByTestId('action-generation').click(); await page.getByTestId('field-count').waitFor() } },
  { name: 'operations', who: 'admin', path: '/operations' },
  { name: 'operation', who: 'admin', path: '/operations?action=tagging', next: async page => { await page.locator('tbody tr a').first().click() } },
  { name: 'audit-log', who: 'auditor', path: '/audit-log' },
]

/**
 * `npm run screenshots [-- --out=DIR --width=1440,1024 --only=revenue,home --readme]`: pages of the running demo in light and dark. Starts a demo of its own unless `--url` names one.
 * `--readme` renews the two pictures of the README.
 */
await run(async () => {
  const flag = (name: string) => process.argv.find(a => a.startsWith(`--${name}=`))?.slice(name.length + 3)
  const out = path.resolve(flag('out') ?? path.join(root, 'dist/screenshots'))
  const only = flag('only')?.split(',')
  await mkdir(out, { recursive: true })
  const given = flag('url')
  const dir = await mkdtemp(path.join(tmpdir(), 'quarterdeck-screenshots-'))
  await chmod(dir, 0o755)
  const port = await freePort()
  const url = given ?? `http://127.0.0.1:${port}`
  const product = given ? undefined : spawn(process.execPath, ['--import', 'tsx', 'bin/start.ts'], { cwd: root, env: { ...process.env, DATA_DIR: dir, PORT: String(port), DATABASE_URL: '' }, stdio: 'inherit' })
  try {
    while (!await fetch(`${url}/readyz`).then(r => r.ok, () => false)) {
      if (product?.exitCode != null) throw new Error('The demo ended while starting.')
      await new Promise(r => setTimeout(r, 300))
    }
    const browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumArgs })
    for (const theme of ['light', 'dark'] as const) for (const width of (flag('width') ?? '1440').split(',').map(Number)) {
      const contexts = new Map<string, Awaited<ReturnType<typeof browser.newContext>>>()
      for (const { name, who, path: address, next } of pages.filter(p => !only || only.includes(p.name))) {
        let context = contexts.get(who)
        if (!context) {
          contexts.set(who, context = await browser.newContext({ viewport: { width, height: width > 1200 ? 900 : 768 }, baseURL: url, colorScheme: theme }))
          await context.addCookies([{ name: 'theme', value: theme, url }])
          if (who) {
            const page = await context.newPage()
            await page.goto('/sign-in')
            await page.locator('#email').fill(`${who}@demo.test`)
            await page.locator('input[type=password]').fill(DEMO_PASSWORD)
            await page.keyboard.press('Enter')
            await page.waitForURL(u => !u.pathname.startsWith('/sign-in'), { timeout: 60_000 })
            await page.close()
          }
        }
        const page = await context.newPage()
        await page.goto(address)
        await page.waitForLoadState('networkidle').catch(() => undefined)
        if (next) { await next(page); await page.waitForLoadState('networkidle').catch(() => undefined) }
        await page.waitForFunction(() => document.querySelector('main, form') !== null && !document.querySelector('.ant-skeleton, .skeleton, [aria-busy="true"]'), undefined, { timeout: 60_000 }).catch(() => undefined)
        await page.waitForTimeout(1_200)
        const file = path.join(out, `${name}-${theme}-${width}.png`)
        await page.screenshot({ path: file })
        console.log(path.relative(root, file))
        await page.close()
      }
    }
    await browser.close()
    if (process.argv.includes('--readme')) {
      await mkdir(path.join(root, 'docs/pictures'), { recursive: true })
      for (const name of ['revenue-explain-light', 'customer-dark']) await copyFile(path.join(out, `${name}-1440.png`), path.join(root, `docs/pictures/${name}.png`))
    }
  } finally {
    if (product) { product.kill('SIGTERM'); await new Promise(r => product.once('exit', r)) }
    await rm(dir, { recursive: true, force: true })
  }
})
