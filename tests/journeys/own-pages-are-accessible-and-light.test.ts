import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { axe, scriptBytes } from '../support/panel.ts'
import { answerOf, openProduct, type Product } from '../support/product.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 480_000 })

let product: Product
const paths: Record<string, string> = { home: '/', revenue: '/revenue', 'a figure explained': '/revenue/explain?figure=mrr' }
beforeAll(async () => {
  product = await openProduct()
  const page = await product.signIn('admin')
  const first = async (search: string): Promise<string> => (await answerOf<{ id: string }[]>(page, search)).body[0]!.id
  paths['a customer'] = `/customers/${await first('customers?status=past_due&_start=0&_end=1')}`
  paths['a customer\u2019s billing'] = `${paths['a customer']}?tab=billing`
  paths['a ticket'] = `/tickets/${await first('tickets?_start=0&_end=1')}`
  paths['a movement'] = `/mrr-movements/${await first('mrr-movements?category=expansion&_start=0&_end=1')}`
})
afterEach(() => product.closePages())
afterAll(async () => {
  await product.close()
  expect(product.faults).toEqual([])
})

const settled = async (page: Page, path: string): Promise<void> => {
  await page.goto(path)
  await page.getByRole('heading', { level: 1 }).waitFor()
  if (path.startsWith('/revenue')) await page.locator('canvas').nth(1).waitFor()
  if (path.includes('explain')) await page.getByTestId('raw-event').waitFor()
  await page.waitForFunction(() => document.querySelector('[aria-busy=true]') === null)
  await page.waitForLoadState('networkidle')
}
const names = ['home', 'revenue', 'a figure explained', 'a customer', 'a customer\u2019s billing', 'a ticket', 'a movement']

for (const theme of ['light', 'dark'] as const)
  test.each(names)(`axe finds nothing on %s in ${theme}`, async name => {
    const page = await product.signIn('admin', { theme })
    await settled(page, paths[name]!)
    expect(await axe(page)).toEqual([])
  })

test('no page scrolls sideways at 1440, 1024, or at 200 % zoom', async () => {
  for (const size of [{ width: 1440, height: 900 }, { width: 1024, height: 768 }, { width: 720, height: 450, scale: 2 }]) {
    const page = await product.signIn('admin', size)
    for (const name of names) {
      await settled(page, paths[name]!)
      expect(await page.evaluate(() => [document.documentElement.scrollWidth - innerWidth, document.querySelector('main')!.scrollWidth - document.querySelector('main')!.clientWidth]), `${name} at ${size.width}`).toEqual([0, 0])
    }
    await page.close()
  }
})

test('no page weighs more than 520 kB of script without its chart, and the chart at most 430 more', async () => {
  for (const [i, name] of ['home', 'a customer', 'a ticket', 'a movement', 'a figure explained'].entries()) {
    // a size of its own: a browser that has nothing in its cache
    const page = await product.signIn('admin', { width: 1300 + i })
    await page.goto('about:blank')
    let chart = 0
    page.on('response', response => { if (/\/mrr-chart-[\w-]+\.js$/.test(response.url())) chart++ })
    const bytes = scriptBytes(page)
    await settled(page, paths[name]!)
    expect(bytes(), name).toBeGreaterThan(200_000)
    expect(bytes(), name).toBeLessThanOrEqual(chart ? 520_000 + 430_000 : 520_000)
    expect(chart, name).toBe(name === 'a figure explained' ? 1 : 0)
  }
  const page = await product.signIn('finance', { width: 1310 })
  const other = scriptBytes(page), chart = scriptBytes(page, /\/mrr-chart-[\w-]+\.js$/)
  await settled(page, '/revenue')
  expect(chart()).toBeGreaterThan(100_000)
  expect(chart()).toBeLessThanOrEqual(430_000)
  expect(other() - chart()).toBeLessThanOrEqual(520_000)
})
