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

const moneyKeys = /"(mrr|mrrNative|amount|amountExact|nativeAmount|amountDue|amountRemaining|currency|stripeId|arr|card)":|"overdue":\{/

test('support takes a ticket, answers it, notes a word for colleagues and solves it; nothing on the way tells of money', async () => {
  const page = await product.signIn('support')
  const told: string[] = []
  page.on('response', async response => {
    const { pathname } = new URL(response.url())
    if (pathname.startsWith('/v1/admin/') && !/\/(meta|operations\/.*|summary)$/.test(pathname) && (response.headers()['content-type'] ?? '').includes('json')) told.push(`${pathname} ${await response.text().catch(() => '')}`)
  })
  await page.goto('/tickets?_view=unassigned')
  const first = page.locator('.row-link').first()
  const subject = await first.innerText()
  await first.click()
  await page.getByRole('heading', { level: 1, name: subject }).waitFor()
  const id = new URL(page.url()).pathname.split('/').at(-1)!

  await page.getByTestId('field-reply').fill('Hello, this is fixed since this morning.')
  await page.getByTestId('action-reply').click()
  await eventually(() => page.getByTestId('said-public').last().innerText()).toContain('Hello, this is fixed since this morning.')
  expect(await page.getByTestId('field-reply').inputValue()).toBe('')
  await page.getByTestId('reply-internal').click()
  await page.getByTestId('field-reply').fill('Release 412 had it.')
  await page.getByTestId('action-reply').click()
  await eventually(() => page.getByTestId('said-internal').last().innerText()).toContain('Release 412 had it.')

  await page.getByTestId('actions').click()
  await page.getByTestId('action-solution').click()
  await eventually(async () => (await answerOf<{ status: string }>(page, `tickets/${id}`)).body.status).toBe('solved')
  const { body: replies } = await answerOf<{ body: string; kind: string; authorId: string }[]>(page, `replies?ticketId=${id}&_sort=createdAt`)
  expect(replies.slice(-2).map(r => [r.body, r.kind])).toEqual([['Hello, this is fixed since this morning.', 'public'], ['Release 412 had it.', 'internal']])

  // the customer behind it: who they are, what was said, no figure of money and no door to it
  await page.getByTestId('panel-customer').getByRole('link', { name: 'Open' }).click()
  await page.getByTestId('timeline').getByText(subject).first().waitFor()
  expect(await page.getByTestId('entry-money').count()).toBe(0)
  for (const gone of ['metric-mrr', 'tab-billing', 'panel-subscription', 'notice-overdue', 'timeline-money']) expect(await page.getByTestId(gone).count()).toBe(0)
  await page.waitForLoadState('networkidle')
  expect(told.length).toBeGreaterThan(5)
  expect(told.filter(answer => moneyKeys.test(answer)).map(answer => answer.slice(0, 200))).toEqual([])

  await page.goto('/revenue')
  await page.getByTestId('state-no-permission').waitFor()
  await page.goto('/invoices')
  await page.getByTestId('state-not-found').waitFor()
  expect((await answerOf(page, 'revenue/metrics')).status).toBe(403)
})

test('a customer that is overdue says so to finance, and to support not a word', async () => {
  const finance = await product.signIn('finance')
  const { body: late } = await answerOf<{ customerId: string }[]>(finance, 'invoices?status=open&attemptCount_gte=1&_sort=createdAt&_order=desc&_start=0&_end=1')
  expect(late).toHaveLength(1)
  await finance.goto(`/customers/${late[0]!.customerId}`)
  expect(await finance.getByTestId('notice-overdue').innerText()).toMatch(/\d/)
  expect(await finance.getByTestId('metric-mrr').innerText()).toMatch(/[$€£]/)
  await finance.getByTestId('timeline-money').click()
  await finance.getByTestId('entry-money').first().waitFor()

  const support = await product.signIn('support')
  await support.goto(`/customers/${late[0]!.customerId}`)
  await support.getByTestId('panel-users').waitFor()
  await support.waitForLoadState('networkidle')
  expect(await support.getByTestId('notice-overdue').count()).toBe(0)
  expect(await support.getByRole('group', { name: 'Customer figures' }).innerText()).not.toMatch(/[$€£]/)
})

test('a note stands in the story as soon as it is written', async () => {
  const page = await product.signIn('success')
  const { body: [customer] } = await answerOf<{ id: string }[]>(page, 'customers?status=active&_sort=createdAt&_order=asc&_start=3&_end=4')
  await page.goto(`/customers/${customer!.id}`)
  await page.getByTestId('action-write-note').click()
  await page.keyboard.type('They plan a second office in spring.')
  await page.getByTestId('action-note').click()
  await eventually(() => page.getByTestId('timeline').locator('.entry').first().innerText()).toContain('They plan a second office in spring.')
  expect(await page.getByTestId('field-note').inputValue()).toBe('')
})
