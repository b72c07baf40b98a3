import { SMTPServer } from 'smtp-server'
import type { AddressInfo } from 'node:net'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createQueue } from '../../api/engine/queue.ts'
import { jobs } from '../../resources/index.ts'
import { sendLink as job } from '../../resources/staff/jobs.ts'
import { browser, password, person } from '../../tests/support/sign-in.ts'
import { createWorld, publicUrl, type World } from '../../tests/support/world.ts'
import { sendLink } from './send-link.ts'

let world: World, smtp: SMTPServer
let refusing = 0
const letters: { to: string; source: string }[] = []

beforeAll(async () => {
  smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onMailFrom: (_address, _session, done) => done(refusing-- > 0 ? Object.assign(new Error('Try later'), { responseCode: 451 }) : null),
    onData(stream, session, done) {
      let source = ''
      stream.on('data', d => { source += String(d) })
      stream.on('end', () => { letters.push({ to: session.envelope.rcptTo.map(r => r.address).join(), source }); done() })
    },
  })
  await new Promise<void>(resolve => { smtp.listen(0, '127.0.0.1', resolve) })
  world = await createWorld({ env: { SMTP_URL: `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`, MAIL_FROM: 'Quarterdeck <desk@company.test>' } })
  world.services.queue = await createQueue(world.urls.app, jobs, world.services.log)
})
afterAll(async () => {
  await world.services.queue?.stop()
  await world.close()
  await new Promise<void>(resolve => { smtp.close(() => resolve()) })
})

const until = async (met: () => boolean | Promise<boolean>) => { while (!await met()) await new Promise(r => setTimeout(r, 50)) }
/** Soft line breaks and escapes of quoted-printable taken out. */
const decoded = (source: string) => source.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))

test('an invitation is mailed by a job that carries an id only; the link in it works once and is then forgotten', async () => {
  const { services } = world
  const { rows: [made] } = await sql<{ id: string }>`insert into staff (id, name, email, role) values (gen_random_uuid(), 'Zoë <b>Quick</b>', 'zoe@people.test', 'support') returning id`.execute(world.db)
  const { body } = await world.as('admin').post(`/v1/admin/staff/${made!.id}/actions/invitation`, {})
  expect(body.once.mailed).toBe(true)
  const token = body.once.link.split('/').at(-1) as string
  const { rows: queued } = await sql<{ data: any }>`select data from pgboss.job where name = ${job.name}`.execute(world.db)
  expect(queued.map(q => Object.keys(q.data))).toEqual([['linkId']])
  const { rows: [sealed] } = await sql<{ text: string }>`select l::text as text from staff_links l where staff_id = ${made!.id}`.execute(world.db)
  expect(sealed!.text).not.toContain(token)

  refusing = 1
  await services.queue!.work(job, payloads => sendLink(services, payloads))
  await until(() => letters.length > 0)
  await until(async () => (await sql`select 1 from staff_links where staff_id = ${made!.id} and mailed_at is not null and sealed_token is null`.execute(world.db)).rows.length === 1)
  expect(letters).toHaveLength(1)
  expect(letters[0]!.to).toBe('zoe@people.test')
  const text = decoded(letters[0]!.source)
  expect(text).toContain(`${publicUrl}/invite/${token}`)
  expect(text).toContain('From: Quarterdeck <desk@company.test>')
  expect(text).toMatch(/Message-ID: <link-[0-9a-f-]{36}@127\.0\.0\.1>/)
  expect(text.split('Content-Type: text/html')[1]).toContain('&lt;b&gt;Quick&lt;/b&gt;')
  expect((await browser(world).send('POST', '/v1/invite/accept', { token, password })).status).toBe(200)
})

test('a link that was used or replaced before the mail went out is not mailed', async () => {
  const { id } = await person(world, 'yve')
  const make = async () => {
    await world.as('admin').post(`/v1/admin/staff/${id}/actions/password-reset`, {})
    return (await sql<{ id: string }>`select id from staff_links where staff_id = ${id} and used_at is null`.execute(world.db)).rows[0]!.id
  }
  const before = letters.length
  const replaced = await make(), live = await make()
  await sendLink(world.services, [{ data: { linkId: replaced } }])
  await until(() => letters.length > before)
  expect(letters.slice(before).map(l => l.to)).toEqual(['yve@people.test'])
  await sql`update staff_links set expires_at = now() where id = ${live}`.execute(world.db)
  await sendLink(world.services, [{ data: { linkId: live } }])
  expect(letters).toHaveLength(before + 1)
})
