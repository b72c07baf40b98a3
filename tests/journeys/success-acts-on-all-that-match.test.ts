import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { createLog } from '../../api/engine/log.ts'
import { createQueue, type Queue } from '../../api/engine/queue.ts'
import { createRegistry } from '../../api/engine/registry.ts'
import { domains } from '../../api/domains.ts'
import { runOperationHandler } from '../../jobs/system/run-operation.ts'
import { f } from '../../resources/engine/fields.ts'
import { resources } from '../../resources/index.ts'
import { runOperationJob } from '../../resources/system/jobs.ts'
import { axe, eventually, openPanel, someCustomers, type Panel } from '../support/panel.ts'
import { stepUp } from '../support/world.ts'

// a loaded machine takes its time; what is promised is what happens, not how fast
vi.setConfig({ testTimeout: 240_000 })

const n = 1_310
let panel: Panel, queue: Queue
/** While set, the worker waits before its next turn. */
let held: Promise<void> | null = null
beforeAll(async () => {
  panel = await openPanel()
  const { services } = panel.world
  const credit = { label: 'Give credit', on: ['row'] as const, form: { amount: f.money({ label: 'Amount', currency: 'book', min: 1 }) }, reason: 'required' as const, stepUp: true, approval: { needed: 1, above: { input: { amount: 50_000 } } } }
  const verbs = domains.find(d => d.resources?.customers)!.resources!.customers!
  services.registry = createRegistry(resources.map(r => r.name === 'customers' ? { ...r, actions: { ...r.actions, credit } } : r), [...domains, { resources: { customers: { ...verbs, actions: { ...verbs.actions, credit: (_ctx, _trx, { ids }) => Promise.resolve(ids.map(id => ({ id, outcome: 'done' as const }))) } } } }])
  await someCustomers(panel.world, n)
  await sql`update customers set access = 'suspended' where seats <= 106`.execute(panel.world.db)
  queue = await createQueue(panel.world.urls.app, [runOperationJob], createLog('silent'))
  services.queue = queue
  await queue.work(runOperationJob, async (payloads, signal) => { await held; await runOperationHandler(services, payloads, signal) })
})
afterEach(() => panel.closePages())
afterAll(async () => {
  await queue.stop()
  await panel.close()
  expect(panel.faults).toEqual([])
})

const total = (page: Page) => page.getByTestId('total').innerText()
const suspended = async () => (await sql<{ n: number }>`select count(*) as n from customers where access = 'suspended'`.execute(panel.world.db)).rows[0]!.n
const hold = (): (() => void) => { const { promise, resolve } = Promise.withResolvers<void>(); held = promise; return () => { held = null; resolve() } }

const chooseAll = async (page: Page, address = '/customers'): Promise<void> => {
  await page.goto(address)
  await page.locator('thead').getByRole('checkbox').check()
  await page.getByTestId('select-all-matching').click()
}

test('success chooses all that match, sees in numbers what would happen, watches it run, goes on elsewhere, and takes it back', async () => {
  const page = await panel.open('success')
  await page.goto('/customers')
  await eventually(() => total(page)).toBe('1,310 customers')
  const release = hold()
  await page.locator('thead').getByRole('checkbox').check()
  await eventually(() => page.getByTestId('bulk-bar').innerText()).toContain('25 selected')
  expect(await page.getByTestId('select-all-matching').innerText()).toBe('Select all 1,310 matching')
  await page.getByTestId('select-all-matching').click()
  await eventually(() => page.getByTestId('bulk-bar').innerText()).toContain('1,310 selected')
  await page.getByTestId('bulk-bar').getByTestId('action-suspension').click()
  const dialog = page.getByRole('dialog', { name: 'Suspend 1,310 customers?' })
  await eventually(() => dialog.getByTestId('preview').innerText()).toMatch(/1,204 of 1,310 customers will change[\s\S]*106 left out: already suspended/)
  expect(await axe(page, ['aria-hidden-focus'])).toEqual([])
  await dialog.getByTestId('field-reason').fill('Year end')
  const sent = page.waitForRequest(request => request.method() === 'POST' && request.url().endsWith('/bulk/suspension'))
  await dialog.getByTestId('confirm-action').click()
  const body = (await sent).postDataJSON()
  expect(body).toEqual({ filter: {}, expected: n, input: { reason: 'Year end' } })
  await eventually(() => dialog.count()).toBe(0)
  await eventually(() => page.getByTestId('running-operation').innerText()).toContain('waits for its turn')
  expect(await axe(page)).toEqual([])

  // another page, and a reload, go on watching
  await page.goto('/users')
  await eventually(() => page.getByTestId('running-operation').count()).toBe(1)
  release()
  await eventually(() => page.locator('.toast').innerText()).toContain('Suspend: 1,204 customers done, 106 left out.')
  await eventually(() => page.getByTestId('running-operation').count()).toBe(0)
  expect(await suspended()).toBe(n)

  // the toast leads to the page of the act, which names reasons and rows, and takes it back
  await page.getByTestId('toast-act').click()
  await eventually(() => page.getByRole('heading', { level: 1 }).innerText()).toBe('Suspend: 1,310 customers')
  await eventually(() => page.getByTestId('reasons').innerText()).toMatch(/Left out: Already suspended\s*106/)
  expect(await page.getByTestId('metric-done').innerText()).toContain('1,204')
  expect(await page.getByTestId('asked-reason').innerText()).toContain('Year end')
  expect(await axe(page)).toEqual([])
  await page.getByTestId('undo').click()
  await eventually(() => page.getByTestId('metric-taken-back').innerText()).toContain('1,204')
  await eventually(() => suspended()).toBe(106)
  await eventually(() => page.getByTestId('undo').count()).toBe(0)
})

test('a single act is taken back from the story of its customer, after a reload and from another tab', async () => {
  const page = await panel.open('success')
  await page.goto('/customers?access=open&_sort=name&_order=asc')
  await page.locator('tbody tr').first().getByRole('link').first().click()
  await page.getByTestId('actions').click()
  await page.getByTestId('action-suspension').click()
  await page.getByTestId('field-reason').fill('By mistake')
  await page.getByTestId('confirm-action').click()
  await eventually(() => page.getByTestId('field-access').innerText()).toContain('Suspended')
  const other = await panel.open('success')
  await other.goto(page.url())
  await other.getByTestId('timeline').getByTestId('undo-entry').first().click()
  await eventually(() => other.getByTestId('field-access').innerText()).toContain('Open')
  await eventually(() => other.locator('.toast').innerText()).toContain('Taken back.')
  // the first tab still offers it: it is told that somebody was faster
  await page.getByTestId('undo').click()
  await eventually(() => page.locator('.toast').innerText()).toContain('Not taken back: This was taken back already.')
})

test('a row taken out again stays out, and nothing stays chosen under another filter', async () => {
  const page = await panel.open('success')
  await chooseAll(page, '/customers?plan=Scale&_sort=name&_order=asc')
  await page.locator('tbody').getByRole('checkbox').first().uncheck()
  const matching = (await panel.as('success').get('/v1/admin/customers?plan=Scale&_end=1')).headers.get('x-total-count')
  await eventually(() => page.getByTestId('bulk-bar').innerText()).toContain(`${Number(matching) - 1} selected`)
  await page.getByTestId('bulk-bar').getByTestId('action-tagging').click()
  await eventually(() => page.getByTestId('preview').innerText()).toContain(`${Number(matching) - 1} of ${Number(matching) - 1} customers`)
  await page.keyboard.press('Escape')
  await page.getByTestId('list-search').fill('Juniper')
  await eventually(() => page.getByTestId('bulk-bar').count()).toBe(0)
})

test('a stop keeps what is done; a tab closed in the middle loses nothing', async () => {
  const page = await panel.open('success')
  const release = hold()
  await chooseAll(page)
  await page.getByTestId('bulk-bar').getByTestId('action-suspension').click()
  await page.getByTestId('field-reason').fill('Stopped')
  await page.getByTestId('confirm-action').click()
  await eventually(() => page.getByTestId('running-operation').count()).toBe(1)
  await page.close()
  const again = await panel.open('success')
  await again.goto('/')
  await again.getByTestId('cancel-operation').click()
  await eventually(() => again.locator('.toast').innerText()).toContain('Suspend: stopped, 0 customers done.')
  release()
  expect(await suspended()).toBe(106)
})

test('administrators remove many only by typing how many', async () => {
  const page = await panel.open('admin')
  await chooseAll(page, '/customers?plan=Growth')
  await page.getByTestId('bulk-bar').getByTestId('action-delete').click()
  await eventually(() => page.getByTestId('preview').innerText()).toMatch(/43\d of 43\d customers will change/)
  const rows = /(\d+) of/.exec(await page.getByTestId('preview').innerText())![1]!
  expect(await page.getByTestId('confirm-action').isDisabled()).toBe(true)
  await page.getByTestId('typed-rows').fill('12')
  expect(await page.getByTestId('confirm-action').isDisabled()).toBe(true)
  await page.getByTestId('typed-rows').fill(rows)
  await page.getByTestId('confirm-action').click()
  await eventually(() => page.locator('.toast').innerText()).toContain(`Remove: ${rows} customers, done.`)
  await page.getByTestId('undo').click()
  await eventually(async () => Number((await panel.as('admin').get('/v1/admin/customers?_end=1')).headers.get('x-total-count'))).toBe(n)
})

test('an act above its limit waits for a second person, who sees exactly what was asked and agrees with a code', async () => {
  for (const role of ['admin', 'admin2']) await stepUp(panel.world, role)
  const page = await panel.open('admin')
  await page.goto('/customers?_sort=mrr&_order=desc')
  await page.locator('tbody tr').first().getByRole('link').first().click()
  await page.getByTestId('actions').click()
  await page.getByTestId('action-credit').click()
  await page.getByTestId('field-amount').fill('900')
  await page.getByTestId('field-reason').fill('Three days down')
  await page.getByTestId('confirm-action').click()
  await eventually(() => page.locator('.toast').innerText()).toContain('waits for a second person to approve')

  const other = await panel.open('admin2')
  await other.goto('/operations?_view=approvals')
  await eventually(() => total(other)).toBe('1 operation')
  await other.locator('tbody tr').first().getByRole('link').first().click()
  await eventually(() => other.getByTestId('asked-amount').innerText()).toContain('$900.00')
  expect(await other.getByTestId('asked-reason').innerText()).toContain('Three days down')
  expect(await axe(other)).toEqual([])
  await other.getByTestId('action-approve').click()
  await eventually(() => other.locator('.toast').innerText()).toContain('Approved. It runs now.')
  await eventually(() => other.getByTestId('approved-by').innerText()).toContain('Admin2 Person')
  await eventually(() => other.getByTestId('metric-done').innerText()).toContain('1')
})
