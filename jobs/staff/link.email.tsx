import { Body, Button, Container, Head, Heading, Html, Link, Preview, Text } from '@react-email/components'

export interface LinkMail { kind: 'invitation' | 'reset'; name: string; company: string; invitedBy: string | null; link: string; expires: string }

const ink = '#16191D', quiet = '#5A6169', canvas = '#F5F5F2', line = '#E1E1DB', font = "'IBM Plex Sans', 'Helvetica Neue', Arial, sans-serif"

export const subjectOf = (mail: LinkMail): string => mail.kind === 'invitation' ? `Your account in ${mail.company}'s Quarterdeck` : 'Set a new Quarterdeck password'

/** The mail that carries a link for a first or a new password. */
export const LinkEmail = (mail: LinkMail) => (
  <Html lang="en">
    <Head />
    <Preview>{mail.kind === 'invitation' ? 'Set your password to begin.' : 'A link for a new password, good for an hour.'}</Preview>
    <Body style={{ background: canvas, fontFamily: font, margin: 0, padding: '32px 12px' }}>
      <Container style={{ background: '#FFFFFF', border: `1px solid ${line}`, borderRadius: 4, maxWidth: 480, padding: '24px 28px' }}>
        <Heading as="h1" style={{ color: ink, fontSize: 20, fontWeight: 600, lineHeight: '28px', margin: '0 0 12px' }}>{mail.kind === 'invitation' ? 'Set your password' : 'Set a new password'}</Heading>
        <Text style={{ color: ink, fontSize: 14, lineHeight: '22px' }}>
          Hello {mail.name}, {mail.kind === 'invitation' ? `${mail.invitedBy ?? 'an administrator'} made an account for you in the back office of ${mail.company}.` : 'an administrator made this link so that you can set a new password.'}
        </Text>
        <Button href={mail.link} style={{ background: ink, borderRadius: 4, color: '#FFFFFF', fontSize: 14, fontWeight: 500, padding: '10px 16px' }}>Set password</Button>
        <Text style={{ color: quiet, fontSize: 12, lineHeight: '18px', wordBreak: 'break-all' }}>The link works once, until {mail.expires}: <Link href={mail.link} style={{ color: quiet }}>{mail.link}</Link></Text>
        <Text style={{ color: quiet, fontSize: 12, lineHeight: '18px', margin: 0 }}>If you did not expect this, leave it unopened. Without the link nothing changes.</Text>
      </Container>
    </Body>
  </Html>
)
