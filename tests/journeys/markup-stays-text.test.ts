import { sql } from 'kysely'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { eventually, openPanel, type Panel } from '../support/panel.ts'

vi.setConfig({ testTimeout: 240_000 })

const payloads = [
  '<script>window.__xss=1</script>', '<img src=x onerror="window.__xss=2">', '"><svg onload="window.__xss=3">', '</title></script><script>window.__xss=4</script>',
  'javascript:window.__xss=5', 'data:text/html,<script>window.__xss=6</script>', '{{constructor.constructor("window.__xss=7")()}} ${window.__xss=8}', '<iframe srcdoc="<script>parent.__xss=9</script>">', '[link](javascript:window.__xss=10) `<b>`',
]
let panel: Panel
const made: { customer: string; ticket: string; payload: string }[] = []
beforeAll(async () => {
  panel = await openPanel()
  const admin = panel.as('admin')
  const create = async (resource: string, body: object): Promise<string> => {
    const answer = await admin.post(`/v1/admin/${resource}`, body)
    expect([resource, body, answer.status]).toEqual([resource, body, 201])
    return answer.body.id
  }
  for (const payload of payloads) {
    const customer = await create('customers', { name: payload, domain: payload, tags: [payload.slice(0, 40).replaceAll(',', ' ')] })
    const ticket = await create('tickets', { subject: payload, body: payload, customerId: customer, tags: [payload.slice(0, 40).replaceAll(',', ' ')] })
    await create('notes', { customerId: customer, body: `${payload} @${payload}` })
    await create('replies', { ticketId: ticket, body: payload })
    expect((await admin.patch(`/v1/admin/customers/${customer}`, { domain: `${payload} again` }, { 'if-match': '*' })).status).toBe(200)
    made.push({ customer, ticket, payload })
  }
  await sql`update staff set name = ${'<img src=x onerror="window.__xss=11">'} where id = ${panel.world.staff.admin!.id}`.execute(panel.world.db)
})
afterAll(async () => { await panel.close() })

/** The payload stands on the page as the text it is; no element was made of it, and nothing of it ran. */
async function isText(page: Page, payload: string): Promise<void> {
  await eventually(async () => (await page.locator('body').innerText()).includes(payload)).toBe(true)
  await isHarmless(page)
}
async function isHarmless(page: Page): Promise<void> {
  expect(await page.evaluate(() => ({
    ran: (window as unknown as { __xss?: number }).__xss, images: document.querySelectorAll('img[src="x"], svg[onload], [onerror]').length,
    frames: document.querySelectorAll('iframe').length, links: document.querySelectorAll('a[href^="javascript:" i], a[href^="data:" i]').length,
  }))).toEqual({ ran: undefined, images: 0, frames: 0, links: 0 })
}

test('markup in names, texts and tags is shown as it is in lists, on pages, in history and timeline, in titles, and runs nowhere', async () => {
  const page = await panel.open('admin')
  await page.goto('/customers')
  for (const { payload } of made) await isText(page, payload)
  await page.goto('/tickets')
  for (const { payload } of made) await isText(page, payload)
  for (const { customer, ticket, payload } of made) {
    await page.goto(`/customers/${customer}`)
    await isText(page, payload)
    await eventually(() => page.title()).toContain(payload)
    // the note in the story, the change in the history, the lists beside them
    await isText(page, `${payload} @${payload}`)
    await page.getByTestId('tab-history').click()
    await isText(page, `${payload} again`)
    await page.getByTestId('tab-tickets').click()
    await isText(page, payload)
    await page.goto(`/tickets/${ticket}`)
    await isText(page, payload)
    await eventually(() => page.title()).toContain(payload)
  }
  await page.goto(`/customers/${made[0]!.customer}/edit`)
  await eventually(() => page.getByLabel('Customer', { exact: true }).inputValue()).toBe(payloads[0])
  await isHarmless(page)
  await page.goto(`/customers?q=${encodeURIComponent(payloads[1]!)}`)
  await isText(page, payloads[1]!)
  await page.goto(`/${encodeURIComponent(payloads[0]!)}`)
  await isHarmless(page)
  for (const place of ['/audit-log', '/notes', '/replies']) {
    await page.goto(place)
    await page.getByTestId('total').waitFor()
    await isHarmless(page)
  }
  expect(panel.faults).toEqual([])
})
