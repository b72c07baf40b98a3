import type { Locator, Page } from 'playwright-core'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { axe, eventually, openPanel, someCustomers, type Panel } from '../support/panel.ts'

vi.setConfig({ testTimeout: 240_000 })

let panel: Panel
beforeAll(async () => {
  panel = await openPanel()
  await someCustomers(panel.world, 120)
})
afterEach(async () => {
  await panel.closePages()
  await panel.as('success').put('/v1/admin/preferences/columns.customers', { value: null })
})
afterAll(async () => {
  await panel.close()
  expect(panel.faults).toEqual([])
})

const heads = (page: Page) => page.locator('th[data-testid^=column-]').evaluateAll(all => all.map(h => h.getAttribute('data-testid')!.slice(7)))
const settled = (page: Page, words: string) => eventually(() => page.getByTestId('total').innerText()).toBe(words)
const params = (page: Page) => new URL(page.url()).searchParams
const row = (page: Page, name: string) => page.locator('tr[data-row]').filter({ hasText: name })
const one = async (n: number) => (await panel.as('admin').get(`/v1/admin/customers?externalId=org_${n}`)).body[0]
const asIs = ['name', 'status', 'plan', 'mrr', 'ownerId', 'tags', 'renewsAt', 'lastSeenAt', 'createdAt']

test('columns are shown, hidden and moved by pointer and keys, stay for this person alone, and can be put back', async () => {
  const page = await panel.open('success')
  await page.goto('/customers')
  await settled(page, '120 customers')
  expect(await heads(page)).toEqual(asIs)
  await page.getByTestId('display').click()
  await page.getByTestId('shown-plan').getByRole('checkbox').click()
  await page.getByTestId('hidden-email').getByRole('checkbox').click()
  await eventually(() => heads(page)).toEqual([...asIs.filter(n => n !== 'plan'), 'email'])
  expect(await page.getByTestId('shown-name').getByRole('checkbox').isDisabled()).toBe(true)
  await page.getByRole('button', { name: 'Move Email' }).focus()
  for (let at = 8; at >= 3; at--) {
    await page.keyboard.press('ArrowUp')
    await page.getByText(`Email, ${at} of 9`).waitFor()
  }
  await eventually(() => heads(page)).toEqual(['name', 'status', 'email', 'mrr', 'ownerId', 'tags', 'renewsAt', 'lastSeenAt', 'createdAt'])
  await page.getByTestId('shown-tags').dragTo(page.getByTestId('shown-status'))
  await eventually(() => heads(page)).toEqual(['name', 'tags', 'status', 'email', 'mrr', 'ownerId', 'renewsAt', 'lastSeenAt', 'createdAt'])
  await page.getByText('Compact', { exact: true }).click()
  await eventually(() => page.locator('.qt').getAttribute('class')).toContain('compact')
  expect(await axe(page)).toEqual([])

  const colleague = await panel.open('support')
  await colleague.goto('/customers')
  await settled(colleague, '120 customers')
  expect((await heads(colleague)).includes('email')).toBe(false)
  await page.reload()
  await eventually(() => heads(page)).toEqual(['name', 'tags', 'status', 'email', 'mrr', 'ownerId', 'renewsAt', 'lastSeenAt', 'createdAt'])
  await page.getByTestId('display').click()
  await page.getByTestId('reset-columns').click()
  await eventually(() => heads(page)).toEqual(asIs)
})

test('a column is as wide as its edge is dragged or moved by keys', async () => {
  const page = await panel.open('success')
  await page.goto('/customers')
  await settled(page, '120 customers')
  const edge = page.getByRole('separator', { name: 'Width of Plan' })
  const width = async () => Math.round((await page.getByTestId('column-plan').boundingBox())!.width)
  const box = (await edge.boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width / 2 + 60, box.y + box.height / 2, { steps: 4 })
  await page.mouse.up()
  await eventually(async () => Number(await edge.getAttribute('aria-valuenow'))).toBeGreaterThan(150)
  const dragged = Number(await edge.getAttribute('aria-valuenow'))
  expect(Math.abs(await width() - dragged)).toBeLessThanOrEqual(2)
  await edge.focus()
  await page.keyboard.press('ArrowRight')
  await eventually(async () => Number(await edge.getAttribute('aria-valuenow'))).toBe(dragged + 16)
  await eventually(async () => (await panel.as('success').get('/v1/admin/preferences/columns.customers')).body.value?.widths?.plan).toBe(dragged + 16)
  await page.keyboard.press('Delete')
  await eventually(async () => Number(await edge.getAttribute('aria-valuenow'))).toBeLessThan(dragged)
})

test('a second order is added in words, and turned round', async () => {
  const page = await panel.open('success')
  await page.goto('/customers?_sort=mrr&_order=desc')
  await settled(page, '120 customers')
  await page.getByTestId('display').click()
  await page.getByTestId('add-sort').click()
  await eventually(() => params(page).get('_sort')).toBe('mrr,name')
  // the address is ahead of the panel by one drawing
  await page.getByRole('button', { name: /^Customer: ascending/ }).waitFor()
  await page.getByRole('button', { name: /^MRR: descending/ }).click()
  await eventually(() => params(page).get('_order')).toBe('asc,asc')
  await eventually(() => page.getByTestId('column-mrr').getAttribute('aria-sort')).toBe('ascending')
})

/** Rows may still be on their way under the pointer: it comes back until the bar stands. */
const pointAt = async (page: Page, cell: () => Locator, tool: string): Promise<void> => eventually(async () => {
  await page.getByTestId('list-search').hover()
  await cell().hover({ timeout: 2_000 }).catch(() => undefined)
  return page.getByTestId(tool).isVisible()
}).toBe(true)
const use = async (page: Page, cell: () => Locator, tool: string, done: () => boolean | Promise<boolean>): Promise<void> => eventually(async () => {
  if (await done()) return true
  await pointAt(page, cell, tool)
  await page.getByTestId(tool).click({ timeout: 2_000 }).catch(() => undefined)
  return done()
}).toBe(true)
const leaveOut = (page: Page, wanted: number): Promise<void> =>
  use(page, () => page.locator('tr[data-row]').first().locator('td[data-column=status]'), 'cell-out', () => params(page).getAll('status_nin').length >= wanted)

test('a click on a cell’s tool keeps rows like it or leaves them out', async () => {
  const page = await panel.open('success')
  await page.goto('/customers?_sort=mrr&_order=desc')
  await settled(page, '120 customers')
  const planCell = () => row(page, 'Juniper').first().locator('td[data-column=plan]')
  const plan = (await planCell().innerText()).trim()
  await use(page, planCell, 'cell-only', () => params(page).has('plan_in'))
  await settled(page, '40 customers')
  expect(params(page).getAll('plan_in')).toEqual([plan])
  const first = await page.locator('tr[data-row]').first().locator('td[data-column=status]').innerText()
  await leaveOut(page, 1)
  // another state stands first now, so the same tool leaves out a second one
  await eventually(() => page.locator('tr[data-row]').first().locator('td[data-column=status]').innerText()).not.toBe(first)
  await leaveOut(page, 2)
})

test('success edits an owner’s cell by keys alone; the toast takes it back', async () => {
  const before = await one(119)
  const page = await panel.open('success')
  await page.goto('/customers?externalId=org_119')
  await settled(page, '1 customer')
  await page.locator('.row-link').focus()
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight')
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-column'))).toBe('mrr')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowLeft')
  expect(await page.evaluate(() => document.activeElement?.getAttribute('data-column'))).toBe('ownerId')
  await page.keyboard.press('Enter')
  await page.getByTestId('cell-editor-ownerId').waitFor()
  expect(await axe(page)).toEqual([])
  await page.keyboard.type('Finance Person')
  await eventually(() => page.locator('.ant-select-item-option').allInnerTexts()).toEqual(['Finance Person'])
  await page.keyboard.press('Enter')
  await eventually(async () => (await one(119)).ownerId).toBe(panel.world.staff.finance!.id)
  await page.getByTestId('cell-editor-ownerId').waitFor({ state: 'detached' })
  await page.getByTestId('undo').click()
  await eventually(async () => (await one(119)).ownerId).toBe(before.ownerId)
})

test('two people in one cell: the later is shown the other’s value and chooses; another field’s change is no conflict', async () => {
  const page = await panel.open('success')
  await page.goto('/customers?externalId=org_118')
  await settled(page, '1 customer')
  const cell = page.locator('td[data-column=name]')
  const edit = async () => { await page.getByTestId('list-search').hover(); await cell.hover(); await page.getByTestId('cell-edit').click(); await page.getByTestId('cell-editor-name').waitFor() }
  const admin = async (values: Record<string, unknown>) => { const now = await one(118); expect((await panel.as('admin').patch(`/v1/admin/customers/${now.id}`, values, { 'if-match': `"v${now.version}"` })).status).toBe(200) }

  await edit()
  await page.getByTestId('field-name').fill('Mine')
  await admin({ tags: ['theirs'] })
  await page.keyboard.press('Enter')
  await eventually(async () => { const { name, tags } = await one(118); return [name, tags] }).toEqual(['Mine', ['theirs']])
  await page.getByTestId('cell-editor-name').waitFor({ state: 'detached' })
  await eventually(() => cell.innerText()).toContain('Mine')

  await edit()
  await page.getByTestId('field-name').fill('Mine again')
  await admin({ name: 'Theirs' })
  await page.keyboard.press('Enter')
  await page.getByText('Somebody made it').waitFor()
  expect(await page.locator('.cell-conflict').innerText()).toContain('Theirs')
  expect((await one(118)).name).toBe('Theirs')
  await page.getByRole('button', { name: 'Save mine' }).click()
  await eventually(async () => (await one(118)).name).toBe('Mine again')

  await eventually(() => cell.innerText()).toContain('Mine again')
  await edit()
  await page.getByTestId('field-name').fill('   ')
  await page.getByTestId('cell-editor-name').getByRole('button', { name: 'Save' }).click()
  await page.locator('.cell-editor [role=alert]').waitFor()
  expect((await one(118)).name).toBe('Mine again')
  await page.keyboard.press('Escape')
  await page.getByTestId('cell-editor-name').waitFor({ state: 'detached' })
})

test('whoever may not change a field is offered no editor for it', async () => {
  const page = await panel.open('finance')
  await page.goto('/customers?externalId=org_119')
  await settled(page, '1 customer')
  await pointAt(page, () => page.locator('td[data-column=plan]'), 'cell-only')
  await pointAt(page, () => page.locator('td[data-column=status]'), 'cell-only')
  expect(await page.getByTestId('cell-edit').count()).toBe(0)
  await page.locator('td[data-column=tags]').dblclick({ position: { x: 12, y: 18 } })
  await page.getByTestId('cell-editor-tags').waitFor()
  await page.keyboard.press('Escape')
  await page.getByTestId('cell-editor-tags').waitFor({ state: 'detached' })
})

test('a list without rows, without a match, refused or failed says which, and offers a way out', async () => {
  const page = await panel.open('support')
  await page.goto('/users')
  await page.getByTestId('state-empty').waitFor()
  await page.goto('/customers?name=Nobody')
  await page.getByTestId('state-no-match').waitFor()
  await page.getByRole('button', { name: 'Remove that filter' }).click()
  await settled(page, '120 customers')
  await page.goto('/invoices')
  await page.getByTestId('state-not-found').waitFor()
  await page.route('**/v1/admin/customers?**', route => route.fulfill({ status: 500, contentType: 'application/json', body: JSON.stringify({ message: 'The server could not answer.', code: 'internal', requestId: 'r-1' }) }))
  await page.goto('/customers')
  await page.getByTestId('state-error').waitFor()
  expect(await page.getByTestId('state-error').innerText()).toContain('Nothing was changed.')
  await page.unroute('**/v1/admin/customers?**')
  await page.getByRole('button', { name: 'Try again' }).click()
  await settled(page, '120 customers')
})

test('page 401 is reached by the cursor, and shows what stands there', async () => {
  await sql`insert into customers (id, name, mrr) select gen_random_uuid(), 'Deep ' || lpad(i::text, 6, '0'), 0 from generate_series(1, 10200) i`.execute(panel.world.db)
  const page = await panel.open('success')
  await page.goto('/customers?name_starts=Deep&_sort=name&_order=asc&_page=400&_size=25')
  await settled(page, '10,200 customers')
  await eventually(() => page.locator('.row-link').first().innerText()).toBe('Deep 009976')
  await page.getByTestId('next-page').click()
  await eventually(() => page.locator('.row-link').first().innerText()).toBe('Deep 010001')
  expect(params(page).get('_after')).not.toBe(null)
  await page.getByTestId('next-page').click()
  await eventually(() => page.locator('.row-link').first().innerText()).toBe('Deep 010026')
  await page.getByTestId('previous-page').click()
  await eventually(() => page.locator('.row-link').first().innerText()).toBe('Deep 010001')
})
