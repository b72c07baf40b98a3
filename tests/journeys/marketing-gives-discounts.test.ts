import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { eventually } from '../support/panel.ts'
import { answerOf, openProduct, type Product } from '../support/product.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 480_000 })

let product: Product
beforeAll(async () => { product = await openProduct() })
afterEach(() => product.closePages())
afterAll(async () => {
  await product.close()
  expect(product.faults).toEqual([])
})

test('marketing makes a code, is told at its field what does not fit, and sees that Stripe knows it', async () => {
  const page = await product.signIn('marketing')
  await page.goto('/promo-codes')
  await page.getByTestId('action-create').click()
  await page.getByTestId('field-code').fill('LAUNCH-30')
  await page.getByTestId('action-save').click()
  await eventually(() => page.locator('.ant-form-item-explain-error').allInnerTexts()).toContain('Say how many percent.')
  await page.getByTestId('field-percentOff').fill('30')
  await page.getByTestId('action-save').click()
  await eventually(() => new URL(page.url()).pathname).toMatch(/^\/promo-codes\/[\w-]{36}$/)
  const id = new URL(page.url()).pathname.split('/').at(-1)!
  await eventually(async () => (await answerOf<{ state: string }>(page, `promo-codes/${id}`)).body.state).toBe('live')
  await page.reload()
  await eventually(() => page.getByTestId('field-state').innerText()).toContain('Known')
})

test('marketing generates codes for a fair, turns them all off, and takes that back', async () => {
  const page = await product.signIn('marketing')
  await page.goto('/promo-codes')
  await page.getByTestId('action-generation').click()
  for (const [field, value] of [['count', '30'], ['prefix', 'expo-'], ['campaign', 'Expo'], ['percentOff', '20']] as const) await page.getByTestId(`field-${field}`).fill(value)
  await page.getByTestId('confirm-action').click()
  await page.getByTestId('confirm-action').waitFor({ state: 'detached' })
  await eventually(async () => (await answerOf<{ code: string }[]>(page, 'promo-codes?campaign=Expo')).body.length).toBe(30)

  await page.goto('/promo-codes?campaign=Expo')
  await page.locator('.row-link').first().waitFor()
  await page.getByLabel('Select all').first().check()
  await page.getByTestId('bulk-bar').waitFor()
  await page.getByTestId('select-all-matching').click()
  await page.getByTestId('action-deactivation').click()
  await eventually(() => page.getByTestId('preview').innerText()).toContain('30 of 30 promo codes will change')
  await page.getByTestId('confirm-action').click()
  await eventually(async () => (await answerOf<unknown[]>(page, 'promo-codes?campaign=Expo&active=false')).body.length).toBe(30)
  await page.getByTestId('undo').click()
  await eventually(async () => (await answerOf<unknown[]>(page, 'promo-codes?campaign=Expo&active=true')).body.length).toBe(30)
  // every one of them reaches Stripe
  await eventually(async () => (await answerOf<unknown[]>(page, 'promo-codes?campaign=Expo&state=live')).body.length).toBe(30)
})
