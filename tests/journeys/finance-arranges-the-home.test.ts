import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { roles } from '../../resources/roles.ts'
import { eventually, openPanel, someCustomers, type Panel } from '../support/panel.ts'

vi.setConfig({ testTimeout: 240_000 })

let panel: Panel
beforeAll(async () => {
  panel = await openPanel()
  await someCustomers(panel.world, 40)
})
afterEach(() => panel.closePages())
afterAll(async () => {
  await panel.close()
  expect(panel.faults).toEqual([])
})

const shown = (page: Page): Promise<string[]> => page.locator('[data-testid=home-shown] li').evaluateAll(items => items.map(item => (item as HTMLElement).dataset.name!))
const panels = (page: Page): Promise<string[]> => page.locator('[data-widget]').evaluateAll(items => items.map(item => (item as HTMLElement).dataset.widget!))
const home = async (page: Page): Promise<void> => {
  await page.goto('/')
  await page.getByTestId('home').waitFor()
  await page.waitForFunction(() => document.querySelector('[data-testid=home] > *') !== null && document.querySelector('[aria-busy=true]') === null)
}

test('finance moves, removes and adds widgets by keyboard, and finds the home so in another browser', async () => {
  const page = await panel.open('finance')
  await home(page)
  expect(await page.getByTestId('widget-revenue').innerText()).toMatch(/MRR in twelve months/)
  expect((await page.getByTestId('widget-top-customers').locator('li').allInnerTexts()).length).toBe(6)
  await page.getByTestId('arrange-home').click()
  await page.getByTestId('home-shown').waitFor()
  const before = await shown(page)

  await page.getByRole('button', { name: 'Top customers up' }).focus()
  await page.keyboard.press('Enter')
  await eventually(() => shown(page).then(names => names.indexOf('top-customers'))).toBe(before.indexOf('top-customers') - 1)
  // the focus went along, and Alt with an arrow does the same
  await page.keyboard.press('Alt+ArrowUp')
  await eventually(() => shown(page).then(names => names.indexOf('top-customers'))).toBe(before.indexOf('top-customers') - 2)
  await page.getByRole('button', { name: 'Take Past due off' }).focus()
  await page.keyboard.press('Enter')
  await eventually(() => shown(page)).not.toContain('past-due')
  await page.getByTestId('add-customer-growth').focus()
  await page.keyboard.press('Enter')
  await eventually(async () => (await shown(page)).at(-1)).toBe('customer-growth')
  const after = await shown(page)
  await page.getByRole('button', { name: 'Done' }).click()

  const other = await panel.open('finance', { width: 1300 })
  await home(other)
  expect(await panels(other)).toEqual(after.filter(name => ['revenue', 'top-customers', 'trial-conversion', 'latest-notes', 'customer-growth'].includes(name)))
  expect(await panels(other)).not.toContain('past-due')

  await other.getByTestId('arrange-home').click()
  await other.getByTestId('reset-home').click()
  await eventually(() => shown(other)).toEqual(before)
  expect((await panel.as('finance').get('/v1/admin/preferences/home')).body.value).toBe(null)
})

test('a widget is dragged to where it shall be', async () => {
  const page = await panel.open('success')
  await home(page)
  await page.getByTestId('arrange-home').click()
  await page.getByTestId('home-shown').waitFor()
  const before = await shown(page)
  await page.locator(`[data-name="${before.at(-1)}"]`).dragTo(page.locator(`[data-name="${before[0]}"]`))
  await eventually(() => shown(page)).toEqual([before.at(-1), ...before.slice(0, -1)])
})

test('every role begins with a home that shows something, asks for nothing it may not read, and opens the list behind its numbers', async () => {
  for (const role of Object.keys(roles)) {
    const page = await panel.open(role)
    const refused: string[] = []
    page.on('response', response => { if (response.url().includes('/v1/admin/') && response.status() >= 400) refused.push(`${role} ${response.status()} ${response.url()}`) })
    await home(page)
    expect(await page.locator('[data-testid=home] > *').count(), role).toBeGreaterThan(1)
    expect(refused).toEqual([])
    const doors = await page.locator('[data-testid=home] a[href]').evaluateAll(links => [...new Set(links.map(link => link.getAttribute('href')!))])
    expect(doors.length, role).toBeGreaterThan(1)
    for (const door of doors.filter(path => path.includes('?')).slice(0, 2)) {
      await page.goto(door)
      await page.getByTestId('total').waitFor()
      expect([role, door, await page.getByTestId('unknown-filter').count()]).toEqual([role, door, 0])
    }
    await page.close()
  }
})

test('settings are kept for every browser: zone, rows, first page', async () => {
  const page = await panel.open('auditor')
  await page.goto('/settings')
  await page.getByTestId('setting-density').getByText('Compact').click()
  await page.getByTestId('setting-zone').click()
  await page.keyboard.type('Tokyo')
  await page.keyboard.press('Enter')
  await page.getByTestId('setting-landing').click()
  await page.keyboard.type('Users')
  await page.keyboard.press('Enter')
  await eventually(async () => (await panel.as('auditor').get('/v1/admin/meta')).body.me.display).toEqual({ zone: 'Asia/Tokyo', density: 'compact', landing: '/users' })

  const other = await panel.open('auditor', { width: 1300 })
  await other.goto('/')
  await other.waitForURL(/\/users$/)
  await other.goto('/customers')
  await other.locator('.row-link').first().waitFor()
  expect(await other.locator('.qt.compact').count()).toBe(1)
  // the person's clock, and the book's beside it
  expect(await other.locator('tbody time[title]').first().getAttribute('title')).toMatch(/ \(.*\d\d:\d\d UTC\)$/)
  // home is a click away, and stays when it is read again
  await other.getByRole('link', { name: 'Home' }).click()
  await other.getByTestId('arrange-home').waitFor()
  await other.reload()
  await other.getByTestId('arrange-home').waitFor()
  expect(new URL(other.url()).pathname).toBe('/')
})
