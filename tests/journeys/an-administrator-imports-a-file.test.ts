import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { axe, eventually, openPanel, type Panel } from '../support/panel.ts'

vi.setConfig({ testTimeout: 240_000 })

let panel: Panel
beforeAll(async () => { panel = await openPanel() })
afterAll(async () => {
  await panel.close()
  expect(panel.faults).toEqual([])
})

const csv = (email: string) => ({ name: 'customers.csv', mimeType: 'text/csv', buffer: Buffer.from(`Name,Email,externalId\nJuniper Works,a@juniper.example,imp_1\nAuburn Works,${email},imp_2\n`) })

test('a bad line is named before anything is written; the file put right is imported, seen in the list and taken back', async () => {
  const page = await panel.open('admin')
  await page.goto('/customers')
  await page.getByTestId('import').click()
  await page.getByTestId('import-file').setInputFiles(csv('no address'))
  await page.getByTestId('import-check').click()
  await eventually(() => page.getByTestId('import-outlook').innerText()).toContain('1 new, 0 changed, 0 the same, 1 error.')
  expect(await page.getByTestId('import-errors').locator('tbody tr td').first().innerText()).toBe('3')
  expect(await axe(page)).toEqual([])
  await page.getByTestId('import-file').setInputFiles(csv('b@auburn.example'))
  await page.getByTestId('import-check').click()
  await eventually(() => page.getByTestId('import-outlook').innerText()).toContain('2 new, 0 changed, 0 the same, 0 errors.')
  await page.getByTestId('import-commit').click()
  await eventually(() => page.locator('tr[data-row]').count()).toBe(2)
  await page.getByRole('button', { name: 'Undo' }).click()
  await eventually(() => page.locator('tr[data-row]').count()).toBe(0)
})
