import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { eventually, openPanel, someCustomers, type Panel } from '../support/panel.ts'

// a loaded machine takes its time; what is promised is what happens, not how fast
vi.setConfig({ testTimeout: 180_000 })

let panel: Panel
beforeAll(async () => {
  panel = await openPanel()
  await someCustomers(panel.world, 120)
  for (const name of ['R&D + Söhne', '<b>Bold</b> Ltd']) expect((await panel.as('admin').post('/v1/admin/customers', { name })).status).toBe(201)
})
afterEach(() => panel.closePages())
afterAll(async () => {
  await panel.close()
  expect(panel.faults).toEqual([])
})

const total = (page: Page) => page.getByTestId('total').innerText()
const names = (page: Page) => page.locator('.row-link').allInnerTexts()
const settled = async (page: Page, words: string): Promise<void> => { await eventually(() => total(page)).toBe(words) }

test('success narrows the list by chips, and every step is an address that back and forward walk', async () => {
  const page = await panel.open('success')
  await page.goto('/customers')
  await settled(page, '122 customers')

  await page.getByTestId('view-active').click()
  await settled(page, '60 customers')
  expect(new URL(page.url()).search).toBe('?_view=active')

  await page.getByTestId('add-filter').click()
  await page.getByTestId('add-filter-mrr').click()
  await page.getByLabel('MRR', { exact: true }).fill('1,000')
  await page.getByRole('button', { name: 'Apply' }).click()
  await eventually(() => new URL(page.url()).searchParams.get('mrr_gte')).toBe('100000')
  expect(await page.getByTestId('filter-mrr').innerText()).toBe('MRR at least $1,000.00')
  await settled(page, '20 customers')

  await page.getByTestId('column-name').getByRole('button').click()
  await eventually(() => page.getByTestId('column-name').getAttribute('aria-sort')).toBe('ascending')
  const sorted = await names(page)
  expect(sorted).toEqual(sorted.toSorted((a, b) => a.localeCompare(b)))

  await page.goBack()
  await page.goBack()
  await settled(page, '60 customers')
  expect(await page.getByTestId('filter-mrr').count()).toBe(0)
  await page.goForward()
  await settled(page, '20 customers')
  await page.reload()
  await settled(page, '20 customers')
  expect(await page.getByTestId('filter-mrr').innerText()).toBe('MRR at least $1,000.00')

  await page.getByTestId('filter-mrr').getByRole('button', { name: 'Remove' }).click()
  await settled(page, '60 customers')
})

test('a name with & and + is found by search and survives the address', async () => {
  const page = await panel.open('success')
  await page.goto('/customers')
  await page.getByTestId('list-search').fill('R&D + S')
  await settled(page, '1 customer')
  expect(await names(page)).toEqual(['R&D + Söhne'])
  await page.reload()
  await settled(page, '1 customer')
  await page.goto(`/customers?name_in=${encodeURIComponent('R&D + Söhne')}&name_in=${encodeURIComponent('<b>Bold</b> Ltd')}`)
  await settled(page, '2 customers')
})

test('searching on the last page begins again on the first', async () => {
  const page = await panel.open('success')
  await page.goto('/customers?_page=5')
  await eventually(() => page.locator('.row-link').count()).toBe(22)
  await page.getByTestId('list-search').fill('Brightwater')
  await settled(page, '24 customers')
  expect(await page.locator('.row-link').count()).toBe(24)
  expect(new URL(page.url()).searchParams.get('_page')).toBe(null)
})

test('another address of the same list changes the table, and a filter that does not exist is named', async () => {
  const page = await panel.open('success')
  await page.goto('/customers?tags=vip')
  await settled(page, '30 customers')
  await page.getByRole('link', { name: 'Customers' }).first().click()
  await settled(page, '122 customers')
  await page.goto('/customers?colour=red')
  await eventually(() => page.getByTestId('unknown-filter').innerText()).toContain('"colour" is no filter of customers.')
})

test('fast typing leaves one answer: the requests it overtakes are cancelled', async () => {
  const page = await panel.open('success')
  await page.goto('/customers')
  await settled(page, '122 customers')
  await page.evaluate(() => {
    // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
    const abort = XMLHttpRequest.prototype.abort
    XMLHttpRequest.prototype.abort = function (this: XMLHttpRequest) { document.body.dataset.aborted = String(Number(document.body.dataset.aborted ?? 0) + 1); abort.call(this) }
  })
  const slow = (url: URL): boolean => url.pathname === '/v1/admin/customers' && url.searchParams.get('q') === 'Fjord'
  const held = Promise.withResolvers<void>()
  await page.route(slow, async route => { await held.promise; await route.continue().catch(() => undefined) })
  const asked = page.waitForRequest(request => slow(new URL(request.url())))
  await page.getByTestId('list-search').pressSequentially('Fjord', { delay: 20 })
  await asked
  await page.getByTestId('list-search').fill('Juniper')
  await eventually(async () => (await names(page)).filter(name => name.startsWith('Juniper')).length).toBe(24)
  expect(await page.locator('.row-link').count()).toBe(24)
  expect(Number(await page.evaluate(() => document.body.dataset.aborted))).toBeGreaterThanOrEqual(1)
  held.resolve()
})

test('a row opens beside the list, the next with an arrow, and the page knows its place in the list', async () => {
  const page = await panel.open('success')
  await page.goto('/customers?_sort=mrr&_order=desc')
  await settled(page, '122 customers')
  const [first, second] = await names(page)
  await page.locator('tbody tr').first().locator('td').nth(3).click()
  const peek = page.getByTestId('peek')
  await eventually(() => peek.getByRole('heading', { level: 2 }).innerText()).toBe(first)
  await peek.getByRole('button', { name: 'Row below' }).click()
  await eventually(() => peek.getByRole('heading', { level: 2 }).innerText()).toBe(second)
  await page.keyboard.press('Escape')
  await eventually(() => peek.count()).toBe(0)
  await page.getByRole('link', { name: second!, exact: true }).click()
  await eventually(() => page.getByRole('heading', { level: 1 }).innerText()).toBe(second)
  expect(await page.getByRole('navigation', { name: 'Path' }).innerText()).toContain('2 of 122')
  await page.getByRole('navigation', { name: 'Path' }).getByRole('link', { name: 'Customers' }).click()
  await eventually(() => new URL(page.url()).searchParams.get('_sort')).toBe('mrr')
})

test('selected customers are tagged in one request, and the answer is said once', async () => {
  const page = await panel.open('success')
  await page.goto('/customers?tags_nin=vip&_sort=name&_order=asc')
  await settled(page, '92 customers')
  const posts: string[] = []
  page.on('request', request => { if (request.method() === 'POST') posts.push(new URL(request.url()).pathname) })
  for (const row of [1, 2, 3]) await page.locator('tbody tr').nth(row).getByRole('checkbox').check()
  expect(await page.getByTestId('bulk-bar').innerText()).toContain('3 selected')
  await page.getByTestId('bulk-bar').getByTestId('action-tagging').click()
  await page.getByTestId('field-tags').locator('input').or(page.locator('.ant-modal .ant-select input')).first().fill('vip')
  await page.keyboard.press('Enter')
  await page.getByTestId('confirm-action').click()
  await settled(page, '89 customers')
  expect(posts).toEqual(['/v1/admin/customers/bulk/tagging/preview', '/v1/admin/customers/bulk/tagging'])
  await eventually(() => page.locator('.toast').innerText()).toContain('Tag: 3 customers, done.')
})

test('a dangerous act starts with its reason, says whom it hits, and Enter does not run it', async () => {
  const page = await panel.open('success')
  await page.goto('/customers?access=open&_view=active')
  await page.locator('tbody tr').first().getByRole('link').first().click()
  await page.getByTestId('actions').click()
  await page.getByTestId('action-suspension').click()
  const dialog = page.getByRole('dialog', { name: 'Suspend 1 customer?' })
  await eventually(() => page.evaluate(() => document.activeElement?.getAttribute('data-testid'))).toBe('field-reason')
  await dialog.getByTestId('confirm-action').click()
  await eventually(() => dialog.innerText()).toContain('A reason is needed.')
  await dialog.getByTestId('field-reason').fill('Unpaid since May')
  await page.keyboard.press('Enter')
  await page.waitForTimeout(300)
  expect(await dialog.isVisible()).toBe(true)
  await dialog.getByTestId('confirm-action').click()
  await eventually(() => dialog.count()).toBe(0)
  await eventually(() => page.getByTestId('field-access').innerText()).toContain('Suspended')
  await page.getByTestId('tab-history').click()
  await eventually(() => page.getByTestId('history').innerText()).toContain('Unpaid since May')
  await page.getByTestId('actions').click()
  await eventually(() => page.getByRole('menuitem', { name: /Suspend/ }).innerText()).toContain('Already suspended')
  expect(await page.getByRole('menuitem', { name: /Suspend/ }).getAttribute('aria-disabled')).toBe('true')
})

test('somebody else is faster: nothing typed is lost, both values stand side by side, and the choice holds', async () => {
  const page = await panel.open('admin')
  const { body: [row] } = await panel.as('admin').get('/v1/admin/customers?externalId=org_7')
  await page.goto(`/customers/${row.id}/edit`)
  await page.getByTestId('field-name').fill('Mine')
  await page.getByTestId('field-domain').fill('mine.example')
  const { status } = await panel.as('admin').patch(`/v1/admin/customers/${row.id}`, { name: 'Theirs', email: 'theirs@org.example' }, { 'if-match': `"v${row.version}"` })
  expect(status).toBe(200)
  // the window loses and regains focus: the form must not read again
  await page.evaluate(() => { window.dispatchEvent(new Event('visibilitychange')); document.dispatchEvent(new Event('visibilitychange')) })
  await page.getByTestId('action-save').click()
  const conflict = page.getByTestId('conflict')
  await eventually(() => conflict.innerText()).toContain('Admin Person changed this customer')
  expect(await page.getByTestId('field-name').inputValue()).toBe('Mine')
  expect(await page.getByTestId('conflict-name').innerText()).toMatch(/Theirs\s+Mine/)
  await page.getByTestId('keep-mine').click()
  await eventually(() => page.getByRole('heading', { level: 1 }).innerText()).toBe('Mine')
  const { body: now } = await panel.as('admin').get(`/v1/admin/customers/${row.id}`)
  expect(now).toMatchObject({ name: 'Mine', domain: 'mine.example', email: 'theirs@org.example' })
})

test('a form sends only what was changed and shows the server\'s sentence at its field', async () => {
  const page = await panel.open('admin')
  const { body: [row] } = await panel.as('admin').get('/v1/admin/customers?externalId=org_9')
  await page.goto(`/customers/${row.id}/edit`)
  await page.getByTestId('field-externalId').fill('org_10')
  const sent = page.waitForRequest(request => request.method() === 'PATCH')
  await page.getByTestId('action-save').click()
  expect((await sent).postDataJSON()).toEqual({ externalId: 'org_10' })
  expect((await sent).headers()['if-match']).toBe(`"v${row.version}"`)
  await eventually(() => page.locator('#externalId_help').innerText()).toBe('Another customer already has this external id.')
  expect(await page.getByTestId('field-externalId').getAttribute('aria-describedby')).toBe('externalId_help')
})

test('leaving a form with typed text asks first', async () => {
  const page = await panel.open('admin')
  await page.goto('/customers/new')
  await page.getByTestId('field-name').fill('Half a customer')
  await page.getByRole('link', { name: 'Customers' }).first().click()
  const question = page.getByRole('dialog', { name: 'Leave without saving?' })
  await question.getByRole('button', { name: 'Stay' }).click()
  await eventually(() => question.count()).toBe(0)
  expect(await page.getByTestId('field-name').inputValue()).toBe('Half a customer')
  await page.getByRole('link', { name: 'Customers' }).first().click()
  await question.getByTestId('confirm').click()
  await eventually(() => new URL(page.url()).pathname).toBe('/customers')
})

test('a list that cannot be loaded says why, with the request id, and comes back', async () => {
  const page = await panel.open('success')
  let away = true
  await page.route('**/v1/admin/customers?*', route => (away ? route.fulfill({ status: 500, contentType: 'application/json', body: JSON.stringify({ message: 'The server could not answer.', code: 'internal', requestId: 'req-7' }) }) : route.continue()))
  await page.goto('/customers')
  await eventually(() => page.getByTestId('state-error').innerText()).toMatch(/Customers could not be loaded[\s\S]*Nothing was changed[\s\S]*req-7/)
  away = false
  await page.getByRole('button', { name: 'Try again' }).click()
  await settled(page, '122 customers')
})

test('a filter that matches nothing names the filter to blame', async () => {
  const page = await panel.open('success')
  await page.goto('/customers?status_in=active&mrr_gte=99999999')
  await eventually(() => page.getByTestId('state-no-match').innerText()).toMatch(/60 customers match without MRR at least \$999,999.99/)
  await page.getByRole('button', { name: 'Remove that filter' }).click()
  await settled(page, '60 customers')
})

test('support sees no money anywhere, and a page it may not open does not exist', async () => {
  const page = await panel.open('support')
  const bodies: string[] = []
  page.on('response', async response => { if (response.url().includes('/v1/')) bodies.push(await response.text().catch(() => '')) })
  await page.goto('/customers')
  await settled(page, '122 customers')
  expect(await page.getByTestId('column-mrr').count()).toBe(0)
  expect(await page.getByTestId('column-name').count()).toBe(1)
  expect(bodies.join('')).not.toMatch(/"mrr"/)
  await page.goto('/audit-log')
  await eventually(() => page.getByTestId('state-not-found').count()).toBe(1)
})
