import type { Page } from 'playwright-core'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { newId } from '../../api/engine/ids.ts'
import { axe, eventually, openPanel, someCustomers, type Panel } from '../support/panel.ts'

vi.setConfig({ testTimeout: 240_000 })

let panel: Panel
beforeAll(async () => {
  panel = await openPanel()
  const { world } = panel
  await someCustomers(world, 120)
  await sql`update customers set name = 'Quiverfield R&D' where external_id = 'org_7'`.execute(world.db)
  await sql`insert into users (id, name, email, customer_id) select ${newId()}, 'Ida Quiver', 'ida@quiver.example', id from customers where external_id = 'org_7'`.execute(world.db)
  for (const [subject, n] of [['Quiver export fails', 7], ['Other matter', 6]] as const) await sql`insert into tickets (id, subject, body, customer_id) select ${newId()}, ${subject}, 'Body', id from customers where external_id = ${`org_${n}`}`.execute(world.db)
})
afterEach(() => panel.closePages())
afterAll(async () => {
  await panel.close()
  expect(panel.faults).toEqual([])
})

const settled = (page: Page, words: string) => eventually(() => page.getByTestId('total').innerText()).toBe(words)
const params = (page: Page) => new URL(page.url()).searchParams
const options = (page: Page) => page.getByTestId('palette').getByRole('option')
const ask = async (page: Page, text: string) => {
  await page.getByTestId('search').waitFor()
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: 'Search records, pages and actions' }).fill(text)
}

test('support finds a customer, its user and its ticket from anywhere, acts, and comes back to what was open', async () => {
  const page = await panel.open('support')
  await page.goto('/')
  await ask(page, 'quiver')
  await eventually(() => options(page).allInnerTexts()).toEqual([expect.stringMatching(/^Quiverfield R&D\s+org7\.example$/), expect.stringMatching(/^Ida Quiver/), expect.stringMatching(/^Quiver export fails\s+Open$/)])
  expect(await axe(page)).toEqual([])
  await page.keyboard.press('Enter')
  await eventually(() => page.getByRole('heading', { level: 1 }).innerText()).toBe('Quiverfield R&D')
  await page.getByTestId('actions').waitFor()

  await ask(page, 'suspend')
  await eventually(() => options(page).allInnerTexts()).toEqual([expect.stringMatching(/^Suspend…\s+Quiverfield R&D$/)])
  await page.keyboard.press('Enter')
  await page.getByTestId('confirm-action').waitFor()

  await page.goto('/customers')
  await ask(page, 'new tick')
  await options(page).filter({ hasText: 'New ticket' }).click()
  await eventually(() => new URL(page.url()).pathname).toBe('/tickets/new')
  await page.goto('/users')
  await page.getByTestId('search').waitFor()
  await page.keyboard.press('Control+k')
  await eventually(() => options(page).first().innerText()).toMatch(/^Quiverfield R&D\s+Customer$/)
  await page.keyboard.press('Enter')
  await eventually(() => page.getByRole('heading', { level: 1 }).innerText()).toBe('Quiverfield R&D')
})

test('any of several conditions, inside one another, is one address that comes back the same', async () => {
  const page = await panel.open('success')
  await page.goto('/customers')
  await settled(page, '120 customers')
  await page.getByTestId('add-filter').click()
  await page.getByTestId('add-filter-group').click()
  const rows = page.getByTestId('where-condition')
  const pick = async (n: number, name: string): Promise<void> => {
    await rows.nth(n).locator('.where-field').click()
    await page.keyboard.type(name)
    await page.keyboard.press('Enter')
  }
  await pick(0, 'Status')
  await rows.nth(0).getByRole('checkbox', { name: 'Past due' }).check()
  await pick(1, 'Plan')
  await rows.nth(1).getByRole('textbox').fill('sca')
  expect(await axe(page)).toEqual([])
  await page.getByTestId('apply-where').click()
  // 20 past due and 40 others on Scale
  await settled(page, '60 customers')
  expect(JSON.parse(params(page).get('_where')!)).toEqual({ or: [{ field: 'status', op: 'in', value: ['past_due'] }, { field: 'plan', op: 'like', value: 'sca' }] })
  expect(await page.getByTestId('filter-_where').innerText()).toBe('Status is Past due or Plan contains sca')

  await page.getByTestId('filter-_where').getByRole('button').first().click()
  await page.getByTestId('add-group').last().click()
  await pick(2, 'MRR')
  await rows.nth(2).getByRole('textbox').fill('1,400')
  await page.getByTestId('apply-where').click()
  await eventually(() => page.getByTestId('filter-_where').innerText()).toBe('Status is Past due or Plan contains sca or (MRR at least $1,400.00)')
  await settled(page, '65 customers')
  await page.goBack()
  await settled(page, '60 customers')
  await page.goForward()
  await page.reload()
  await settled(page, '65 customers')
})

test('chips become a group, and spans of days stay relative', async () => {
  const page = await panel.open('success')
  await page.goto('/customers?status_in=active&plan=Growth')
  await settled(page, '20 customers')
  await page.getByTestId('combine-filters').click()
  await page.locator('.where-join .ant-select').click()
  await page.locator('.ant-select-item-option', { hasText: 'Any of these' }).click()
  await page.getByTestId('apply-where').click()
  // 60 active, 40 on Growth, 20 both
  await settled(page, '80 customers')
  expect([...params(page).keys()]).toEqual(['_where'])

  await page.goto('/customers')
  await page.getByTestId('add-filter').click()
  await page.getByTestId('add-filter-renewsAt').click()
  await page.getByRole('button', { name: 'Next 30 days' }).click()
  await eventually(() => params(page).getAll('renewsAt_between')).toEqual(['$day', '$day+29'])
  expect(await page.getByTestId('filter-renewsAt').innerText()).toBe('Renews next 30 days')
  const { rows: [expected] } = await sql<{ n: number }>`select count(*)::int as n from customers where renews_at >= date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' and renews_at < (date_trunc('day', now() at time zone 'UTC') + interval '30 days') at time zone 'UTC'`.execute(panel.world.db)
  await settled(page, `${expected!.n} customers`)
})

test('rows are found by a field of the record they point at', async () => {
  const page = await panel.open('support')
  await page.goto('/tickets')
  await settled(page, '2 tickets')
  await page.getByTestId('add-filter').click()
  await page.getByTestId('add-filter-customer.plan').click()
  await page.getByLabel('Customer: Plan').fill('Starter')
  await page.getByRole('button', { name: 'Apply' }).click()
  await settled(page, '1 ticket')
  expect(await page.getByTestId('filter-customer.plan').innerText()).toBe('Customer: Plan contains Starter')
})
