import { createTransport } from 'nodemailer'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startMailbox, type Mailbox } from './mailbox.ts'

let mailbox: Mailbox
beforeAll(async () => {
  mailbox = await startMailbox()
})
afterAll(() => mailbox.stop())

it('keeps what it is sent, readable: words beyond ASCII, text and HTML', async () => {
  const transport = createTransport(mailbox.url)
  const link = 'http://127.0.0.1:3000/invite?token=abc=def'
  await transport.sendMail({ from: 'Quarterdeck <no-reply@demo.test>', to: 'lena@demo.test', subject: 'Einladung für Łukasz – 招待', text: `Grüße!\n${link}`, html: `<p>Grüße! <a href="${link}">Open</a></p>` })
  const mail = await mailbox.waitFor('Lena@demo.test')
  expect(mail).toMatchObject({ from: 'no-reply@demo.test', to: ['lena@demo.test'], subject: 'Einladung für Łukasz – 招待', text: `Grüße!\n${link}` })
  expect(mail.html).toContain(`<a href="${link}">Open</a>`)
})

it('waits for a mail that is still to come, and says when none comes', async () => {
  const transport = createTransport(mailbox.url)
  const coming = mailbox.waitFor('later@demo.test')
  await transport.sendMail({ from: 'a@demo.test', to: 'later@demo.test', subject: 'Now', text: 'Here.' })
  expect((await coming).subject).toBe('Now')
  await expect(mailbox.waitFor('nobody@demo.test', 20)).rejects.toThrow('No mail to nobody@demo.test')
})

it('keeps the last 200, newest first', async () => {
  const transport = createTransport({ url: mailbox.url, pool: true, maxConnections: 1, maxMessages: 1000 })
  for (let n = 1; n <= 205; n++) await transport.sendMail({ from: 'a@demo.test', to: 'many@demo.test', subject: `Mail ${n}`, text: '.' })
  transport.close()
  expect(mailbox.read()).toHaveLength(200)
  expect(mailbox.read('many@demo.test')[0].subject).toBe('Mail 205')
})
