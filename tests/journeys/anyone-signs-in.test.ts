import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { seedStaff } from '../../api/staff/seed-staff.ts'
import { eventually, openPanel, scriptBytes, someCustomers, type Panel } from '../support/panel.ts'
import { password } from '../support/sign-in.ts'

vi.setConfig({ testTimeout: 180_000 })

let panel: Panel
beforeAll(async () => {
  panel = await openPanel()
  await someCustomers(panel.world, 30)
  await seedStaff(panel.world.services, { email: 'ravi@example.test', name: 'Ravi Menon', role: 'support', password })
})
afterEach(() => panel.closePages())
afterAll(async () => {
  await panel.close()
  expect(panel.faults).toEqual([])
})

test('a person is led to sign-in, told of a wrong password, and comes back to the page they asked for', async () => {
  const page = await panel.open(null)
  const bytes = scriptBytes(page)
  await page.goto('/customers?name_like=Brightwater')
  await eventually(() => new URL(page.url()).pathname).toBe('/sign-in')
  await page.getByLabel('Work email').fill('ravi@example.test')
  await page.getByLabel('Password').fill('not the password')
  await page.getByRole('button', { name: 'Continue' }).click()
  await eventually(() => page.getByRole('alert').innerText()).toBe('That email and password do not match.')
  expect(bytes()).toBeGreaterThan(20_000)
  expect(bytes()).toBeLessThanOrEqual(90_000)

  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Continue' }).click()
  await eventually(() => page.url()).toBe(`${panel.url}/customers?name_like=Brightwater`)
  await eventually(() => page.getByTestId('filter-name').innerText()).toBe('Customer contains Brightwater')

  await page.getByTestId('user-menu').click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await eventually(() => new URL(page.url()).pathname).toBe('/sign-in')
  await page.goto('/customers')
  await eventually(() => new URL(page.url()).pathname).toBe('/sign-in')
})

test('a session that ends while the page is open leads back to sign-in, with the way back', async () => {
  const page = await panel.open(null)
  await page.goto('/sign-in?to=%2Fcustomers')
  await page.getByLabel('Work email').fill('ravi@example.test')
  await page.getByLabel('Password').fill(password)
  await page.keyboard.press('Enter')
  await eventually(() => page.getByTestId('total').innerText()).toBe('30 customers')
  await page.getByTestId('view-active').click()
  await eventually(() => page.getByTestId('total').innerText()).toBe('15 customers')
  await page.context().clearCookies()
  // whichever request goes out next is refused: a click on a tab, or the list reading itself again
  await page.getByTestId('view-trial').click({ timeout: 5_000 }).catch(() => undefined)
  await eventually(() => new URL(page.url()).pathname).toBe('/sign-in')
  expect(new URL(page.url()).searchParams.get('to')).toMatch(/^\/customers\?_view=(active|trial)$/)
})

test('the theme is kept by the server: no flash, no script before the first paint', async () => {
  const page = await panel.open('success')
  await page.goto('/customers')
  await page.getByTestId('user-menu').click()
  await page.getByRole('menuitem', { name: 'Dark' }).click()
  await eventually(() => page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(22, 27, 32)')
  expect(await (await page.context().request.get('/customers')).text()).toContain('data-theme="dark"')
})
