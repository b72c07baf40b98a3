import { render } from '@react-email/components'
import { createElement } from 'react'
import { sql } from 'kysely'
import type { Services } from '../../api/engine/context.ts'
import { sendMail } from '../../api/engine/mail.ts'
import { unseal } from '../../api/engine/secrets.ts'
import { linkAddress, sealedPlace, type LinkKind } from '../../api/staff/links.ts'
import { LinkEmail, subjectOf, type LinkMail } from './link.email.tsx'

/** Mails a link while it still works; its token is forgotten once the mail server has taken the mail. */
export async function sendLink(services: Services, payloads: { data: Record<string, any> }[]): Promise<void> {
  for (const { data } of payloads) {
    const { rows: [row] } = await sql<{ id: string; kind: LinkKind; sealed_token: string; expires_at: Date; name: string; email: string; by: string | null }>`
      select l.id, l.kind, l.sealed_token, l.expires_at, p.name, p.email, c.name as by from staff_links l join staff p on p.id = l.staff_id left join staff c on c.id = l.created_by
      where l.id = ${data.linkId} and l.sealed_token is not null and l.used_at is null and l.expires_at > now() and p.active and p.deleted_at is null`.execute(services.db)
    if (!row) continue
    const mail: LinkMail = {
      kind: row.kind, name: row.name, company: services.config.company, invitedBy: row.by, expires: `${row.expires_at.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
      link: linkAddress(services.config.publicUrl, row.kind, unseal(services.config.masterKeys, row.sealed_token, sealedPlace(row.id))),
    }
    const element = createElement(LinkEmail, mail)
    await sendMail(services.config, { to: row.email, subject: subjectOf(mail), html: await render(element), text: await render(element, { plainText: true }), messageId: `link-${row.id}` })
    await sql`update staff_links set mailed_at = now(), sealed_token = null where id = ${row.id}`.execute(services.db)
  }
}
