import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { axe, eventually, openPanel, scriptBytes, someCustomers, type Panel } from '../support/panel.ts'

vi.setConfig({ testTimeout: 240_000 })

let panel: Panel
let id = ''
beforeAll(async () => {
  panel = await openPanel()
  await someCustomers(panel.world, 60)
  const { body: [row] } = await panel.as('admin').get('/v1/admin/customers?externalId=org_8')
  id = row.id
  await panel.as('admin').patch(`/v1/admin/customers/${id}`, { name: 'Palisade Health', tags: ['q4'] }, { 'if-match': `"v${row.version}"` })
})
afterEach(() => panel.closePages())
afterAll(async () => {
  await panel.close()
  expect(panel.faults).toEqual([])
})

const pages: Record<string, (page: Page) => Promise<void>> = {
  'the list with a selection': async page => {
    await page.goto('/customers?mrr_gte=2500&status_in=active&status_in=past_due')
    await page.locator('tbody').getByRole('checkbox').nth(1).check()
    await page.getByTestId('bulk-bar').waitFor()
  },
  'the peek': async page => {
    await page.goto('/customers')
    await page.locator('tbody tr').nth(2).locator('td').nth(3).click()
    await page.getByTestId('peek').getByRole('heading', { name: 'Latest' }).waitFor()
  },
  'the filter editor': async page => {
    await page.goto('/customers')
    await page.getByTestId('add-filter').click()
    await page.getByTestId('add-filter-plan').click()
    await page.getByRole('button', { name: 'Apply' }).waitFor()
  },
  'the record': async page => {
    await page.goto(`/customers/${id}`)
    await page.getByTestId('actions').waitFor()
    await page.waitForLoadState('networkidle')
  },
  'an action and its dialog': async page => {
    await page.goto(`/customers/${id}`)
    await page.getByTestId('actions').click()
    await page.getByTestId('action-suspension').click()
    await page.getByTestId('confirm-action').waitFor()
  },
  'the history': async page => {
    await page.goto(`/customers/${id}?tab=history`)
    await page.getByTestId('history').waitFor()
  },
  'the form with a wrong field': async page => {
    await page.goto(`/customers/${id}/edit`)
    await page.getByTestId('field-name').fill('')
    await page.getByTestId('action-save').click()
    await page.getByText('Customer is needed.').waitFor()
  },
  'a list without a match': async page => {
    await page.goto('/customers?mrr_gte=9999999999')
    await page.getByTestId('state-no-match').waitFor()
  },
  'the palette': async page => {
    await page.goto('/customers')
    await page.getByTestId('total').waitFor()
    await page.keyboard.press('Control+k')
    await page.getByTestId('palette').waitFor()
    await page.keyboard.type('palisade')
    await eventually(() => page.getByRole('option', { name: 'Palisade Health' }).count()).toBe(1)
  },
}

for (const theme of ['light', 'dark'] as const) {
  test(`axe finds nothing on sign-in in ${theme}`, async () => {
    const page = await panel.open(null, { theme })
    await page.goto('/sign-in')
    await page.getByRole('button', { name: 'Continue' }).waitFor()
    expect(await axe(page)).toEqual([])
  })
  test.each(Object.keys(pages))(`axe finds nothing on %s in ${theme}`, async name => {
    const page = await panel.open('admin', { theme })
    await pages[name]!(page)
    expect(await axe(page)).toEqual([])
  })
}

test('at 200 % zoom nothing scrolls sideways but the table itself', async () => {
  const page = await panel.open('admin', { width: 720, height: 450 })
  for (const path of ['/customers', `/customers/${id}`, `/customers/${id}/edit`]) {
    await page.goto(path)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' })
    expect(await page.evaluate(() => [document.documentElement.scrollWidth, document.querySelector('main')!.scrollWidth - document.querySelector('main')!.clientWidth])).toEqual([720, 0])
  }
})

test('the first list weighs at most 460 kB of script, and no generated page more than 520', async () => {
  const list = await panel.open('finance')
  const listBytes = scriptBytes(list)
  await list.goto('/customers')
  await list.locator('.row-link').first().waitFor()
  expect(listBytes()).toBeGreaterThan(100_000)
  expect(listBytes()).toBeLessThanOrEqual(460_000)

  const all = await panel.open('admin', { width: 1400 })
  const allBytes = scriptBytes(all)
  await all.goto('/customers')
  await all.locator('.row-link').first().click()
  await all.getByTestId('action-edit').click()
  await all.getByTestId('field-name').waitFor()
  expect(allBytes()).toBeLessThanOrEqual(520_000)
})
