import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Page } from 'playwright-core'
import { eventually } from '../support/panel.ts'
import { answerOf, openProduct, type Product } from '../support/product.ts'
import { codeNow } from '../support/sign-in.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 480_000 })

let product: Product
beforeAll(async () => { product = await openProduct() })
afterEach(() => product.closePages())
afterAll(async () => {
  await product.close()
  expect(product.faults).toEqual([])
})

/** Gives the code that the dialog asks for; one that was used already is followed by the next. */
async function confirm(page: Page): Promise<void> {
  const code = page.getByTestId('step-up-code')
  await code.waitFor()
  await eventually(async () => {
    if (!await code.isVisible()) return true
    await code.fill(codeNow())
    await page.getByRole('button', { name: 'Continue' }).click()
    return code.waitFor({ state: 'hidden', timeout: 3_000 }).then(() => true, () => false)
  }).toBe(true)
}

test('support asks with a reason, is handed over once, sees the banner, is stopped at money, and ends the visit from the panel', async () => {
  const page = await product.signIn('support')
  const { body: [user] } = await answerOf<{ id: string; name: string; customerId: string }[]>(page, 'users?status=active&customerId_null=false&externalId_null=false&_start=0&_end=1')
  await page.goto(`/users/${user!.id}`)
  await page.getByTestId('actions').click()
  await page.getByTestId('action-impersonation').click()
  await page.getByTestId('field-reason').fill('Look')
  await page.getByTestId('confirm-action').click()
  await page.getByText('At least 10 characters.').waitFor()
  await page.getByTestId('field-reason').fill('Ticket 4711: the invoice page stays empty')
  await page.getByTestId('confirm-action').click()
  await confirm(page)

  const open = page.getByTestId('once-open')
  await open.waitFor()
  const link = (await open.getAttribute('href'))!
  const [visit] = await Promise.all([page.context().waitForEvent('page'), open.click()])
  const banner = visit.getByTestId('banner')
  await banner.waitFor()
  expect(await banner.innerText()).toMatch(new RegExp(`Ravi Menon is looking as ${user!.name.replaceAll(/[^\w ]/g, '.')}.*read-only, until \\d\\d:\\d\\d UTC`))
  expect(visit.url()).not.toContain('token')
  for (const [button, says] of [['Open the invoices', 'Done.'], ['Rename the workspace', 'This visit is read-only.'], ['Cancel the plan', 'never done in somebody else’s name: money'], ['Export everything', 'never done in somebody else’s name: export']] as const) {
    await visit.getByRole('button', { name: button }).click()
    await visit.getByText(says).waitFor()
  }

  // the link is used up, also for whoever finds it
  const late = await page.context().newPage()
  expect((await late.goto(link))!.status()).toBe(403)
  await late.getByText('used already').waitFor()
  await late.close()

  await page.getByTestId('visit-banner').waitFor()
  await eventually(() => page.getByTestId('visit-banner').innerText()).toContain(user!.name)
  await page.getByTestId('end-visit').click()
  await page.getByTestId('visit-banner').waitFor({ state: 'detached' })
  await visit.reload()
  await visit.getByText('Nobody is signed in here.').waitFor()

  await page.goto('/impersonations')
  await page.locator('.row-link', { hasText: 'Ticket 4711' }).first().click()
  await page.getByTestId('tab-history').click()
  await page.getByTestId('history').waitFor()
  expect(await page.getByTestId('history').innerText()).toMatch(new RegExp(`Ravi Menon did: money-refusal for ${user!.name.slice(0, 6)}`))
})
