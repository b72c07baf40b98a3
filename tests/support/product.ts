import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core'
import { inject } from 'vitest'
import { chromiumArgs, findChromium } from './chromium.ts'
import { sharedProduct } from './product-process.ts'

export interface Product {
  url: string
  /** A page on which the person of that role has signed in by the sign-in page; one context per person, theme and size. */
  signIn(role: string, options?: { theme?: 'light' | 'dark'; width?: number; height?: number; scale?: number }): Promise<Page>
  /** What must never happen, from any page: policy violations, script errors, requests to another host. */
  faults: string[]
  closePages(): Promise<void>
  close(): Promise<void>
}

/**
 * The real product with its demo company, started once per run, and a real Chromium before it. Files share the product: what a journey changes, it
 * changes for the others too, so it looks for its own.
 */
export async function openProduct(): Promise<Product> {
  const url = await sharedProduct(inject('productDir'))
  const browser: Browser = await chromium.launch({ executablePath: await findChromium(), args: chromiumArgs })
  const faults: string[] = []
  const contexts = new Map<string, BrowserContext>()
  return {
    url, faults,
    async signIn(role, { theme = 'light', width = 1440, height = 900, scale = 1 } = {}) {
      const key = [role, theme, width, height, scale].join(' ')
      const known = contexts.get(key)
      const context = known ?? await browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale, colorScheme: theme, baseURL: url, permissions: ['clipboard-read', 'clipboard-write'], acceptDownloads: true })
      contexts.set(key, context)
      const page = await context.newPage()
      page.setDefaultTimeout(120_000)
      page.on('pageerror', error => { faults.push(`script error: ${error.message}`) })
      page.on('console', message => { if (/Content Security Policy|Refused to/i.test(message.text())) faults.push(`policy: ${message.text()}`) })
      page.on('request', request => { if (!/^(data|blob|about):/.test(request.url()) && !request.url().startsWith(`${url}/`)) faults.push(`foreign request: ${request.url()}`) })
      if (known) return page
      await context.addCookies([{ name: 'theme', value: theme, url }])
      await page.goto('/sign-in')
      await page.getByLabel('Work email').fill(`${role}@demo.test`)
      await page.getByLabel('Password').fill('quarterdeck-demo')
      await page.getByRole('button', { name: 'Continue' }).click()
      await page.getByTestId('user-menu').waitFor()
      return page
    },
    async closePages() { await Promise.all([...contexts.values()].flatMap(context => context.pages().map(page => page.close()))) },
    async close() {
      await Promise.all([...contexts.values()].map(context => context.close()))
      await browser.close()
    },
  }
}

/** What a page of the API answers to the person signed in on this page. */
export async function answerOf<T>(page: Page, path: string): Promise<{ status: number; body: T; headers: Record<string, string> }> {
  const answer = await page.context().request.get(`/v1/admin/${path}`)
  return { status: answer.status(), body: await answer.json() as T, headers: answer.headers() }
}
