import type { Page } from 'playwright-core'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { eventually, openPanel, someCustomers, type Panel } from '../support/panel.ts'

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

const names = (page: Page): Promise<string[]> => page.locator('.row-link').allInnerTexts()
const ready = async (page: Page): Promise<void> => {
  const stream = page.waitForResponse(response => response.url().endsWith('/v1/admin/live'))
  await page.goto('/customers')
  await page.locator('.row-link').first().waitFor()
  await stream
}
const create = async (name: string): Promise<string> => (await panel.as('admin').post('/v1/admin/customers', { name })).body.id

test('what one person saves in their browser shows in the other’s list, in its place', async () => {
  const mine = await panel.open('success'), theirs = await panel.open('admin')
  await ready(mine)
  const before = await names(mine)
  const id = await mine.locator('tbody tr[data-row]').nth(3).getAttribute('data-row')
  await theirs.goto(`/customers/${id}/edit`)
  await theirs.getByTestId('field-name').fill('Renamed by a colleague')
  await theirs.getByTestId('action-save').click()
  await eventually(() => names(mine)).toEqual(before.with(3, 'Renamed by a colleague'))
})

test('at rest a new row comes in by itself, and the counts with it', async () => {
  const page = await panel.open('success')
  await ready(page)
  const total = Number((await page.getByTestId('total').innerText()).split(' ')[0])
  await create('Comes in by itself')
  await eventually(async () => (await names(page))[0]).toBe('Comes in by itself')
  await eventually(() => page.getByTestId('total').innerText()).toContain(String(total + 1))
  await eventually(() => page.getByTestId('view-all').innerText()).toContain(String(total + 1))
})

test('while somebody reads or selects, nothing moves: new rows wait behind their number', async () => {
  const page = await panel.open('success')
  await ready(page)
  await page.locator('tbody').getByRole('checkbox').nth(2).check()
  const before = await names(page)
  await create('Waits one')
  await create('Waits two')
  await eventually(() => page.getByTestId('live-new').innerText()).toBe('2 new')
  expect(await names(page)).toEqual(before)
  expect(await page.getByTestId('bulk-bar').innerText()).toContain('1 selected')
  // what is deleted stays where it is until somebody looks
  const id = await page.locator('tbody tr[data-row]').nth(5).getAttribute('data-row')
  await panel.as('admin').delete(`/v1/admin/customers/${id}`)
  await create('Waits three')
  await eventually(() => page.getByTestId('live-new').innerText()).toBe('3 new')
  expect(await names(page)).toEqual(before)
  await page.getByTestId('live-new').click()
  await eventually(async () => (await names(page)).slice(0, 3)).toEqual(['Waits three', 'Waits two', 'Waits one'])
  expect(await names(page)).not.toContain(before[5])
  expect(await page.getByTestId('live-new').count()).toBe(0)
})

test('a form stays as it was opened, whatever others do', async () => {
  const page = await panel.open('success')
  await ready(page)
  const id = await page.locator('tbody tr[data-row]').nth(8).getAttribute('data-row')
  await page.goto(`/customers/${id}/edit`)
  await page.getByTestId('field-name').waitFor()
  const name = await page.getByTestId('field-name').inputValue()
  const asked: string[] = []
  page.on('request', request => { if (request.url().includes('/v1/admin/')) asked.push(request.url()) })
  await panel.as('admin').patch(`/v1/admin/customers/${id}`, { name: 'Changed meanwhile' }, { 'if-match': '*' })
  await create('Beside the form')
  await page.waitForTimeout(8_000)
  expect([await page.getByTestId('field-name').inputValue(), asked]).toEqual([name, []])
})

test('a hidden tab asks for nothing, and catches up when it is looked at', async () => {
  const page = await panel.open('success')
  await ready(page)
  const hide = (hidden: boolean): Promise<void> => page.evaluate(h => {
    Object.defineProperty(document, 'hidden', { value: h, configurable: true })
    Object.defineProperty(document, 'visibilityState', { value: h ? 'hidden' : 'visible', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))
  }, hidden)
  await hide(true)
  await page.waitForTimeout(6_000)
  const asked: string[] = []
  page.on('request', request => { if (request.url().includes('/v1/admin/')) asked.push(new URL(request.url()).pathname) })
  await create('While nobody looked')
  await page.waitForTimeout(7_000)
  expect(asked).toEqual([])
  await hide(false)
  await eventually(async () => (await names(page))[0]).toBe('While nobody looked')
  expect(asked).toContain('/v1/admin/live')
})

test('a session that ends elsewhere ends the stream, and the next question leads to sign-in', async () => {
  const page = await panel.open('compliance')
  await ready(page)
  await sql`delete from staff_sessions where staff_id = ${panel.world.staff.compliance!.id}`.execute(panel.world.db)
  // the page may have asked something by itself already
  await page.getByTestId('view-active').click({ timeout: 10_000 }).catch(() => undefined)
  await page.waitForURL(/\/sign-in/)
})
