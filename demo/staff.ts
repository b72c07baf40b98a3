/** The people of Northwind who work with Quarterdeck in the demo. */

/** One password and one TOTP secret for all of them; the demo listens on the loopback alone. */
export const DEMO_PASSWORD = 'quarterdeck-demo'
/** Base32, SHA-1, 30 s, 6 digits. */
export const DEMO_TOTP_SECRET = 'QUARTERDECKDEMO2QUARTERDECKDEMO2'
export const DEMO_WEBHOOK_SECRET = 'whsec_quarterdeckdemo'
/** The seed of the company that `npm start` shows. */
export const DEMO_SEED = 1

export type DemoRole = 'admin' | 'finance' | 'success' | 'support' | 'marketing' | 'compliance' | 'auditor'

export interface DemoPerson {
  email: string
  name: string
  role: DemoRole
}

export const DEMO_STAFF: readonly DemoPerson[] = [
  { email: 'admin@demo.test', name: 'Nadia Karim', role: 'admin' },
  { email: 'admin2@demo.test', name: 'Jonas Ek', role: 'admin' },
  { email: 'finance@demo.test', name: 'Ines Moreau', role: 'finance' },
  { email: 'finance2@demo.test', name: 'Tomasz Wilk', role: 'finance' },
  { email: 'success@demo.test', name: 'Aoife Byrne', role: 'success' },
  { email: 'support@demo.test', name: 'Ravi Menon', role: 'support' },
  { email: 'marketing@demo.test', name: 'Lena Hofer', role: 'marketing' },
  { email: 'compliance@demo.test', name: 'Samuel Okafor', role: 'compliance' },
  { email: 'auditor@demo.test', name: 'Mei Tanaka', role: 'auditor' },
]
