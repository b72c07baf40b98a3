import { createTransport } from 'nodemailer'
import type { Config } from './config.ts'

export interface Mail {
  to: string
  subject: string
  html: string
  text: string
  /** Made of the id of what is told, not of the attempt: a mail sent again after a crash is the same mail to who receives it. */
  messageId: string
}

/** Hands one mail to the SMTP server of SMTP_URL. Throws when it is not accepted; the job that sends it tries again. */
export async function sendMail(config: Pick<Config, 'mail' | 'publicUrl'>, mail: Mail): Promise<void> {
  if (!config.mail.smtpUrl) throw new Error('Mail is not connected: SMTP_URL is not set.')
  const transport = createTransport(config.mail.smtpUrl, { from: config.mail.from })
  try {
    await transport.sendMail({
      to: mail.to, subject: mail.subject, html: mail.html, text: mail.text, messageId: `<${mail.messageId}@${new URL(config.publicUrl).hostname}>`,
      headers: { 'Auto-Submitted': 'auto-generated' }, disableFileAccess: true, disableUrlAccess: true,
    })
  } finally { transport.close() }
}
