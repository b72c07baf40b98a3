import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { axe, eventually, openPanel, someCustomers, type Panel } from '../support/panel.ts'

vi.setConfig({ testTimeout: 240_000 })

let panel: Panel
beforeAll(async () => {
  panel = await openPanel()
  await someCustomers(panel.world, 120)
})
afterEach(() => panel.closePages())
afterAll(async () => {
  await panel.close()
  expect(panel.faults).toEqual([])
})

const total = (page: Page) => page.getByTestId('total').innerText()
const settled = async (page: Page, words: string): Promise<void> => { await eventually(() => total(page)).toBe(words) }
const params = (page: Page) => new URL(page.url()).searchParams
const viewOf = async (name: string) => (await panel.as('admin').get(`/v1/admin/saved-views?${new URLSearchParams({ name })}`)).body[0]

test('success saves a list, sees that it changed, saves again and takes that back', async () => {
  const page = await panel.open('success')
  await page.goto('/customers?_view=active&plan_in=Growth&plan_in=Scale&mrr_gte=100000&_sort=mrr&_order=desc')
  await settled(page, '13 customers')
  await page.getByTestId('save-view-as').click()
  await page.getByTestId('field-view-name').fill('Large & active')
  expect(await axe(page)).toEqual([])
  await page.getByTestId('save-view-confirm').click()
  await eventually(() => page.getByTestId('view-menu').innerText()).toBe('Large & active')
  const view = await viewOf('Large & active')
  expect(view).toMatchObject({ share: 'me', filters: { status: 'active', plan_in: ['Growth', 'Scale'], mrr_gte: '100000' }, sort: [{ field: 'mrr', order: 'desc' }] })
  expect(params(page).get('_saved')).toBe(view.id)
  await settled(page, '13 customers')
  expect(await page.getByTestId(`view-${view.id}`).getAttribute('aria-current')).toBe('page')
  expect(await page.getByTestId('view-changed').count()).toBe(0)

  await page.getByTestId('filter-mrr').getByRole('button', { name: 'Remove' }).click()
  await settled(page, '40 customers')
  expect(await page.getByTestId('view-changed').innerText()).toBe('Changed')
  await page.goBack()
  await settled(page, '13 customers')
  await eventually(() => page.getByTestId('view-changed').count()).toBe(0)
  await page.goForward()
  await page.getByTestId('save-view').click()
  await eventually(() => page.getByTestId('view-changed').count()).toBe(0)
  expect((await viewOf('Large & active')).filters).toEqual({ status: 'active', plan_in: ['Growth', 'Scale'] })
  await page.getByTestId('undo').click()
  await eventually(async () => (await viewOf('Large & active')).filters).toEqual({ status: 'active', plan_in: ['Growth', 'Scale'], mrr_gte: '100000' })
  await eventually(() => page.getByTestId('view-changed').count()).toBe(1)
  await page.getByTestId('discard-view').click()
  await settled(page, '13 customers')

  // the short link opens the same list, in another tab too
  const other = await panel.open('success')
  await other.goto(`/v/${view.id}`)
  await settled(other, '13 customers')
  expect(await other.getByTestId('view-menu').innerText()).toBe('Large & active')
})

test('a view is renamed, shared, opened by a colleague, and removed; removing can be taken back', async () => {
  const { body: view } = await panel.as('success').post('/v1/admin/saved-views', { resource: 'customers', name: 'Past due', filters: { status: 'past_due' } })
  const colleague = await panel.open('support')
  await colleague.goto(`/v/${view.id}`)
  await colleague.getByTestId('state-not-found').waitFor()

  const page = await panel.open('success')
  await page.goto(`/v/${view.id}`)
  await settled(page, '20 customers')
  await page.getByTestId('view-menu').click()
  await page.getByRole('menuitem', { name: 'Rename and share' }).click()
  await page.getByTestId('field-view-name').fill('Late payers')
  await page.getByText('Everybody', { exact: true }).click()
  await page.getByTestId('save-view-confirm').click()
  await eventually(() => page.getByTestId('view-menu').innerText()).toBe('Late payers')

  await colleague.goto('/customers')
  await colleague.getByTestId(`view-${view.id}`).click()
  await settled(colleague, '20 customers')
  expect(await colleague.getByTestId('save-view').count()).toBe(0)
  await colleague.getByTestId('view-menu').click()
  expect(await colleague.getByRole('menuitem').allInnerTexts()).toEqual(['Copy link', 'Save as another view…'])

  await page.getByTestId('view-menu').click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await page.getByTestId('confirm').click()
  await settled(page, '120 customers')
  expect(await page.getByTestId(`view-${view.id}`).count()).toBe(0)
  await page.getByTestId('undo').click()
  await page.getByTestId(`view-${view.id}`).waitFor()
})

test('a shared view on a field that support may not read is refused to support in words, and shows no row', async () => {
  const { body: view } = await panel.as('admin').post('/v1/admin/saved-views', { resource: 'customers', name: 'Above 500', share: 'all', filters: { mrr_gte: 50_000 } })
  const page = await panel.open('support')
  await page.goto(`/v/${view.id}`)
  await page.getByTestId('state-view-refused').waitFor()
  expect(await page.getByTestId('state-view-refused').innerText()).toContain('your role may not read')
  expect(await page.locator('tbody tr').count()).toBe(0)
  // the long address that a colleague with more rights sends along is refused alike
  await page.goto(`/customers?_saved=${view.id}&mrr_gte=50000`)
  await page.getByTestId('state-view-refused').waitFor()
  expect(await page.locator('tbody tr').count()).toBe(0)
  expect(await page.locator('main').innerText()).not.toContain('500.00')
  await page.getByRole('link', { name: 'All customers' }).click()
  await settled(page, '120 customers')
})

test('an administrator makes a view the first that a role sees; the whole list stays one click away', async () => {
  const { body: view } = await panel.as('admin').post('/v1/admin/saved-views', { resource: 'customers', name: 'For support', share: 'all', filters: { status: 'past_due' }, columns: ['name', 'status', 'email'], density: 'compact' })
  const admin = await panel.open('admin')
  await admin.goto(`/v/${view.id}`)
  await admin.getByTestId('view-menu').click()
  await admin.getByRole('menuitem', { name: 'Rename and share' }).click()
  await admin.getByTestId('field-view-default').click()
  await admin.locator('.ant-select-item-option', { hasText: 'Support' }).click()
  await admin.getByTestId('save-view-confirm').click()
  await eventually(async () => (await viewOf('For support')).defaultFor).toBe('support')

  const page = await panel.open('support')
  await page.goto('/customers')
  await settled(page, '20 customers')
  expect(params(page).get('_saved')).toBe(view.id)
  expect(await page.locator('th[data-testid^=column-]').evaluateAll(heads => heads.map(h => h.getAttribute('data-testid')))).toEqual(['column-name', 'column-status', 'column-email'])
  expect(await page.locator('.qt').getAttribute('class')).toContain('compact')
  await page.getByTestId('view-all').click()
  await settled(page, '120 customers')
  await page.reload()
  await settled(page, '120 customers')
  const other = await panel.open('success')
  await other.goto('/customers')
  await settled(other, '120 customers')
})

test('many views stand in a menu at the end of the row', async () => {
  for (let i = 1; i <= 8; i++) await panel.as('finance').post('/v1/admin/saved-views', { resource: 'invoices', name: `View ${i}`, filters: {} })
  const page = await panel.open('finance')
  await page.goto('/invoices')
  await page.getByTestId('more-views').click()
  await page.getByRole('menuitem', { name: 'View 7' }).click()
  await eventually(() => page.getByTestId('view-menu').innerText()).toBe('View 7')
  expect(await axe(page)).toEqual([])
})
