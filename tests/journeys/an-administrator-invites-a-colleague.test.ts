import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { plantSecret } from '../../api/staff/second-factor.ts'
import { eventually, openPanel, type Panel } from '../support/panel.ts'
import { codeNow, demoSecret, forgetStep } from '../support/sign-in.ts'

let panel: Panel
beforeAll(async () => {
  panel = await openPanel()
  await plantSecret(panel.world.db, panel.world.services.config, panel.world.staff.admin!.id, demoSecret)
})
afterAll(() => panel.close())

test('an administrator invites a colleague for finance, who sets a password, must set up an authenticator, and signs in with it from then on', async () => {
  const page = await panel.open('admin')
  await page.goto('/staff/new')
  await page.getByTestId('field-name').fill('Grace Hopper')
  await page.getByTestId('field-email').fill('grace@example.test')
  await page.getByTestId('field-role').click()
  await page.keyboard.type('Finance')
  await page.keyboard.press('Enter')
  await page.getByTestId('action-save').click()
  await page.getByTestId('step-up-code').fill(codeNow())
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/staff\/[0-9a-f-]{36}$/)
  await page.getByTestId('actions').click()
  await page.getByTestId('action-invitation').click()
  await page.getByTestId('confirm-action').click()
  const link = (await page.getByTestId('once-link').textContent())!
  expect(link).toMatch(new RegExp(`^${panel.url}/invite/`))
  await page.getByTestId('once-done').click()

  const guest = await panel.open(null)
  await guest.goto(link)
  await guest.getByText('You sign in as grace@example.test.').waitFor()
  await guest.locator('#password').fill('a long enough pass phrase')
  await guest.getByRole('button', { name: 'Set password' }).click()
  await guest.waitForURL(/\/sign-in/)
  await guest.locator('#email').fill('grace@example.test')
  await guest.locator('#password').fill('a long enough pass phrase')
  await guest.keyboard.press('Enter')

  await guest.getByRole('heading', { name: 'Set up your authenticator' }).waitFor()
  await guest.getByRole('button', { name: 'Begin' }).click()
  const secret = (await guest.getByTestId('totp-secret').textContent())!.replaceAll(' ', '')
  await guest.getByTestId('field-code').fill(codeNow(secret))
  await guest.getByRole('button', { name: 'Finish' }).click()
  await guest.getByRole('link', { name: 'Revenue' }).waitFor()

  await guest.getByTestId('user-menu').click()
  await guest.getByText('Sign out').click()
  await guest.waitForURL(/\/sign-in/)
  await forgetStep(panel.world)
  await guest.locator('#email').fill('grace@example.test')
  await guest.locator('#password').fill('a long enough pass phrase')
  await guest.keyboard.press('Enter')
  await guest.getByRole('heading', { name: 'Authenticator code' }).waitFor()
  await guest.keyboard.type(codeNow(secret))
  await guest.keyboard.press('Enter')
  await guest.getByRole('link', { name: 'Revenue' }).waitFor()

  // the link is used up, and the log tells who let whom in
  await guest.goto(link)
  await guest.getByText('This link was used or has run out.').waitFor()
  const { rows } = await sql<{ act: string }>`select act from audit_log where resource = 'staff' and actor_name = 'Admin Person' order by seq`.execute(panel.world.db)
  await eventually(() => rows.map(r => r.act)).toEqual(expect.arrayContaining(['create', 'invitation']))
  expect(panel.faults).toEqual([])
})
