import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { axe, eventually, openPanel, someCustomers, type Panel } from '../support/panel.ts'

vi.setConfig({ testTimeout: 240_000 })

let panel: Panel
beforeAll(async () => {
  panel = await openPanel()
  await someCustomers(panel.world, 60)
})
afterEach(() => panel.closePages())
afterAll(async () => {
  await panel.close()
  expect(panel.faults).toEqual([])
})

const rowWithFocus = (page: Page): Promise<string | undefined> => page.evaluate(() => (document.activeElement?.closest('tr[data-row]') as HTMLElement | null)?.dataset.row)
const pathOf = (page: Page): string => new URL(page.url()).pathname
const rowIds = (page: Page): Promise<string[]> => page.locator('tbody tr[data-row]').evaluateAll(rows => rows.map(row => (row as HTMLElement).dataset.row!))

test('support goes through a day of customers without the mouse', async () => {
  const page = await panel.open('support')
  await page.goto('/')
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await page.locator('.row-link').first().waitFor()
  const ids = await rowIds(page)

  // down two, up one: the row that has the focus is the one that is meant
  for (const key of ['j', 'j', 'j', 'k']) await page.keyboard.press(key)
  expect(await rowWithFocus(page)).toBe(ids[1])
  await page.keyboard.press('x')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await eventually(() => page.getByTestId('bulk-bar').innerText()).toContain('2 selected')
  expect(await rowWithFocus(page)).toBe(ids[2])
  await page.keyboard.press('Escape')
  await page.getByTestId('bulk-bar').waitFor({ state: 'detached' })

  // beside the list, on to the next, and closed again
  await page.keyboard.press(' ')
  await page.getByTestId('peek').waitFor()
  expect(new URL(page.url()).searchParams.get('peek')).toBe(ids[2])
  await page.keyboard.press('j')
  await eventually(() => new URL(page.url()).searchParams.get('peek')).toBe(ids[3])
  await page.keyboard.press('[')
  await eventually(() => new URL(page.url()).searchParams.get('peek')).toBe(ids[2])
  await page.keyboard.press('Escape')
  await page.getByTestId('peek').waitFor({ state: 'detached' })

  // into the record, to its neighbours, into the form, where keys are letters again
  await page.keyboard.press('j')
  const at = ids.indexOf((await rowWithFocus(page))!)
  await page.keyboard.press('Enter')
  await eventually(() => pathOf(page)).toBe(`/customers/${ids[at]}`)
  await page.getByTestId('actions').waitFor()
  await page.keyboard.press(']')
  await eventually(() => pathOf(page)).toBe(`/customers/${ids[at + 1]}`)
  await page.getByTestId('actions').waitFor()
  await page.keyboard.press('[')
  await eventually(() => pathOf(page)).toBe(`/customers/${ids[at]}`)
  await page.getByTestId('action-edit').waitFor()
  await page.keyboard.press('e')
  await page.getByTestId('field-name').waitFor()
  await page.getByTestId('field-name').fill('')
  await page.getByTestId('field-name').focus()
  await page.keyboard.type('jack eagle gc')
  expect(await page.getByTestId('field-name').inputValue()).toBe('jack eagle gc')
  await page.keyboard.press('Control+Enter')
  await page.getByRole('heading', { level: 1, name: 'jack eagle gc' }).waitFor()

  // back to the list and its search
  await page.keyboard.press('u')
  await page.getByTestId('list-search').waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('jack')
  await eventually(() => page.locator('.row-link').allInnerTexts()).toEqual(['jack eagle gc'])

  await page.getByTestId('total').click()
  await page.keyboard.press('g')
  await page.keyboard.press('t')
  await eventually(() => pathOf(page)).toBe('/tickets')
})

test('the list of keys opens by ?, is complete for who looks, and keeps keys to itself', async () => {
  const page = await panel.open('marketing')
  await page.goto('/customers')
  await page.locator('.row-link').first().waitFor()
  await page.keyboard.press('?')
  await page.getByTestId('key-list').waitFor()
  const said = await page.getByTestId('key-list').innerText()
  for (const words of ['Row below', 'Select the row', 'Search this list, or everything', 'Go to', 'Customers', 'Settings']) expect(said).toContain(words)
  expect(said).not.toContain('Revenue')
  await page.keyboard.press('g')
  await page.keyboard.press('h')
  await page.keyboard.press('c')
  expect(pathOf(page)).toBe('/customers')
  await page.keyboard.press('Escape')
  await page.getByTestId('key-list').waitFor({ state: 'detached' })
  await page.keyboard.press('g')
  await page.keyboard.press('h')
  await eventually(() => pathOf(page)).toBe('/')
  // keys of the browser stay its own
  await page.keyboard.press('g')
  await page.keyboard.press('Control+c')
  expect(pathOf(page)).toBe('/')
})

test('success gives customers to a colleague by a key, and takes it back', async () => {
  const page = await panel.open('success')
  const { body: [row] } = await panel.as('success').get('/v1/admin/customers?ownerId_null=true&_start=0&_end=1')
  await page.goto(`/customers/${row.id}`)
  await page.getByTestId('actions').waitFor()
  await page.keyboard.press('o')
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  await dialog.getByRole('combobox').fill('Support')
  await page.getByRole('option', { name: 'Support Person' }).waitFor({ state: 'attached' })
  await page.keyboard.press('Enter')
  await page.getByTestId('confirm-action').click()
  const owner = async () => (await panel.as('success').get(`/v1/admin/customers/${row.id}`)).body.ownerId as string | null
  await eventually(owner).toBe(panel.world.staff.support!.id)
  await page.getByTestId('undo').click()
  await eventually(owner).toBe(null)
})

for (const theme of ['light', 'dark'] as const)
  test(`axe finds nothing on settings, the home while it is arranged, a row with focus, and the list of keys in ${theme}`, async () => {
    const page = await panel.open('admin', { theme })
    await page.goto('/settings')
    await page.getByTestId('setting-zone').waitFor()
    expect(await axe(page)).toEqual([])
    await page.keyboard.press('?')
    await page.getByTestId('key-list').waitFor()
    await page.waitForTimeout(400)
    expect(await axe(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.goto('/')
    await page.getByTestId('arrange-home').click()
    await page.getByTestId('home-shown').waitFor()
    await page.waitForTimeout(400)
    expect(await axe(page)).toEqual([])
    await page.goto('/customers')
    await page.locator('.row-link').first().waitFor()
    await page.keyboard.press('j')
    expect(await axe(page)).toEqual([])
  })
