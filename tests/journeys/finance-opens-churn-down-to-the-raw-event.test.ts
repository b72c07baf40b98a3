import type { Page } from 'playwright-core'
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

/** '−$1,435.30' -> -143530n, in units of the last digit shown. */
const minor = (text: string): bigint => { const digits = BigInt(text.replace(/\D/g, '')); return /^[-−]/.test(text.trim()) ? -digits : digits }
const text = (page: Page, id: string): Promise<string> => page.getByTestId(id).first().innerText()
const amountOf = async (page: Page, id: string): Promise<bigint> => minor(await page.getByTestId(id).locator('.sum-value').innerText())

/** Opens the revenue page at the running month, or, where nobody has left yet, at the last month in which somebody did. */
const openRevenue = async (page: Page): Promise<void> => {
  await page.goto('/revenue')
  await page.getByTestId('metric-churn').waitFor()
  const { body: months } = await answerOf<{ period: string; churn: number }[]>(page, `revenue/trends?from=${new Date(Date.now() - 300 * 86_400_000).toISOString().slice(0, 10)}&to=${new Date().toISOString().slice(0, 10)}`)
  if (months.at(-1)!.churn !== 0) return
  await page.getByTestId(`period-${months.findLast(m => m.churn !== 0)!.period}`).click()
  await eventually(() => amountOf(page, 'metric-churn')).not.toBe(0n)
}

test('churn of the month opens its movements, one of them its ledger line, and that the raw event; every step adds up', async () => {
  const page = await product.signIn('finance')
  await openRevenue(page)
  const opening = await amountOf(page, 'metric-opening'), closing = await amountOf(page, 'metric-closing')
  const parts = await Promise.all(['new', 'expansion', 'reactivation', 'contraction', 'churn', 'fx'].map(kind => amountOf(page, `metric-${kind}`)))
  expect(opening + parts.reduce((sum, n) => sum + n, 0n)).toBe(closing)
  expect(await text(page, 'adds-up')).toBe('Opening and movements add up to the closing figure')
  const churn = await amountOf(page, 'metric-churn')
  expect(churn).toBeLessThan(0n)

  await page.getByTestId('metric-churn').click()
  await page.getByTestId('movements-sum').waitFor()
  expect(new URL(page.url()).pathname).toBe('/revenue/explain')
  expect(minor(await text(page, 'explain-figure'))).toBe(churn)
  expect(minor(await text(page, 'movements-sum'))).toBe(churn)
  const rows = page.getByTestId('explain').locator('.explain-rows tbody tr')
  const listed = (await rows.locator('td:last-child').allInnerTexts()).map(minor)
  expect(listed.length).toBeGreaterThan(0)
  expect(listed.reduce((sum, n) => sum + n, 0n)).toBe(churn)

  // the list behind the figure: the same rows, the same sum, and exactly that when summed by the exact amounts
  const link = await page.getByTestId('explain-list').getAttribute('href')
  const movements = await answerOf<{ id: string; category: string; customerId: string; effectiveAt: string; amountExact: string }[]>(page, link!.slice(1))
  expect(movements.body.every(m => m.category === 'churn')).toBe(true)
  const exact = movements.body.reduce((sum, m) => sum + BigInt(m.amountExact.replace('.', '')), 0n)
  expect((2n * exact + 10_000n) / 20_000n - ((2n * exact + 10_000n) % 20_000n < 0n ? 1n : 0n)).toBe(churn)
  await page.getByTestId('explain-list').click()
  await page.getByTestId('sum-amount').waitFor()
  expect(minor(await page.getByTestId('sum-amount').locator('b').innerText())).toBe(churn)
  expect(Number((await page.getByTestId('total').locator('b').innerText()).replace(/\D/g, ''))).toBe(movements.body.length)
  await page.goBack()

  const last = page.getByTestId('explain').locator('[data-testid^=movement-01]').last()
  const id = (await last.getAttribute('data-testid'))!.slice('movement-'.length)
  const amount = minor(await last.getByTestId('movement-amount').innerText())
  await last.getByRole('link').click()
  await eventually(() => new URL(page.url()).searchParams.get('movement')).toBe(id)
  const ledger = page.getByTestId('ledger-line')
  const { body: told } = await answerOf<{ movement: { amount: number; amountExact: string; customerId: string; effectiveAt: string }; before: { amountExact: string }; after: { amountExact: string }; event: { id: string; payload: { id: string; data: { object: Record<string, unknown> } } } | null; usedPaths: string[] }>(page, `revenue/movements/${id}/explain`)
  await eventually(() => ledger.getByTestId('movement-amount').innerText()).toContain('$')
  expect(BigInt(told.movement.amount)).toBe(amount)
  // a customer with several plans leaves with one line each: together they are the step from before to after
  const step = movements.body.filter(m => m.customerId === told.movement.customerId && m.effectiveAt === told.movement.effectiveAt)
  expect(step.map(m => m.id)).toContain(id)
  expect(BigInt(told.after.amountExact.replace('.', '')) - BigInt(told.before.amountExact.replace('.', ''))).toBe(step.reduce((sum, m) => sum + BigInt(m.amountExact.replace('.', '')), 0n))

  // the raw event: marked lines are the used ones, folded lines come on demand, the whole is the event as it came
  const raw = page.getByTestId('raw-event')
  await raw.waitFor()
  await eventually(() => raw.locator('mark').count()).toBeGreaterThan(3)
  expect((await raw.locator('mark').allInnerTexts()).join('\n')).toContain('"status":')
  await page.getByRole('button', { name: 'Show all lines' }).click()
  expect(JSON.parse(await raw.innerText())).toEqual(told.event?.payload)
  expect(told.event?.payload.id).toMatch(/^evt_/)

  // the address is the step: loaded again, or handed to a colleague, it shows the same
  await page.reload()
  await eventually(() => page.getByTestId('ledger-line').getByTestId('movement-amount').innerText()).toContain('$')
  expect(minor(await text(page, 'explain-figure'))).toBe(churn)
  const line = await page.getByTestId('ledger-line').getByTestId('before-after').innerText()
  await page.goto(`/mrr-movements/${id}`)
  await eventually(() => page.getByTestId('ledger-line').getByTestId('before-after').innerText()).toBe(line)
})

test('a month of the chart is chosen by keyboard and opens its own movements', async () => {
  const page = await product.signIn('auditor')
  await page.goto('/revenue')
  const periods = page.locator('[data-testid^=period-]')
  await periods.first().waitFor()
  const names = await periods.evaluateAll(all => all.map(b => b.getAttribute('data-testid')!.slice('period-'.length)))
  expect(names).toHaveLength(12)
  await periods.last().focus()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Enter')
  await eventually(() => new URL(page.url()).searchParams.get('period')).toBe(names.at(-3))
  const { body: [row] } = await answerOf<{ closing: number; new: number }[]>(page, `revenue/trends?from=${names.at(-3)}-01&to=${names.at(-3)}-01`)
  await eventually(() => amountOf(page, 'metric-closing')).toBe(BigInt(row!.closing))
  await page.getByTestId('metric-new').click()
  await page.getByTestId('movements-sum').waitFor()
  expect(minor(await text(page, 'movements-sum'))).toBe(BigInt(row!.new))
  await page.keyboard.press('Escape')
  await eventually(() => new URL(page.url()).pathname).toBe('/revenue')
  expect(new URL(page.url()).searchParams.get('period')).toBe(names.at(-3))
})

test('a plan opens the movements it is the sum of, and the figures leave as CSV', async () => {
  const page = await product.signIn('finance')
  await page.goto('/revenue')
  const plan = page.getByTestId('by-plan').locator('tbody tr').first()
  await plan.waitFor()
  const mrr = minor(await plan.locator('td').nth(1).innerText())
  await plan.getByRole('link').click()
  await page.getByTestId('movements-sum').waitFor()
  expect(minor(await text(page, 'movements-sum'))).toBe(mrr)
  await page.getByTestId('explain-close').click()

  await page.getByTestId('export').click()
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByTestId('export-trends').click()])
  expect(download.suggestedFilename()).toMatch(/^revenue-trends-\d{4}-\d\d-\d\d-\d{4}-\d\d-\d\d\.csv$/)
  const csv = await (await download.createReadStream()).toArray() as Buffer[]
  const lines = Buffer.concat(csv).toString('utf8').trim().split('\r\n')
  expect(lines).toHaveLength(13)
  expect(lines[0]).toContain('opening')
})
