/** The home that each role starts with: names of widgets in order. What a person may not read is left out. `wide` spans both columns. */
type Entry = string | { name: string; wide: true }

const everybody: readonly Entry[] = ['newest-customers', 'recent-records']

export const defaultHomes: Readonly<Record<string, readonly Entry[]>> = {
  admin: ['my-open-tickets', 'overdue-tickets', 'mrr', 'past-due-customers', 'customers-in-trial', 'approvals', 'revenue', 'customer-growth', 'my-tickets', 'top-customers', 'latest-notes', 'active-users'],
  finance: ['mrr', 'past-due-customers', 'customers-in-trial', 'leaving-customers', 'approvals', { name: 'revenue', wide: true }, 'past-due', 'top-customers', 'trial-conversion', 'latest-notes'],
  success: ['past-due-customers', 'customers-in-trial', 'leaving-customers', 'customer-growth', 'top-customers', 'past-due', 'latest-notes', 'active-users'],
  support: ['my-open-tickets', 'overdue-tickets', 'unassigned-tickets', 'past-due-customers', 'customers-in-trial', 'my-tickets', 'latest-notes', 'active-users', 'recent-records'],
  marketing: ['past-due-customers', 'customers-in-trial', 'customer-growth', 'newest-customers', 'recent-records'],
  compliance: ['customers-in-trial', 'newest-customers', 'recent-records', 'latest-notes'],
  auditor: ['mrr', 'past-due-customers', 'customers-in-trial', { name: 'revenue', wide: true }, 'top-customers', 'latest-notes', 'recent-records'],
}

export const defaultHome = (role: string): { name: string; wide?: boolean }[] => (defaultHomes[role] ?? everybody).map(entry => (typeof entry === 'string' ? { name: entry } : entry))
