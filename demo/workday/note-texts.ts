/** What the staff write down about a customer. `{owner}` is a mention of whoever looks after it. */
export interface NoteText {
  body: string
  weight: number
  /** Which customers it fits. */
  fits: 'any' | 'late' | 'leaving' | 'large' | 'gone'
}

export const NOTE_TEXTS: readonly NoteText[] = [
  { weight: 5, fits: 'any', body: 'Quarterly call. They use reports daily, automations hardly at all. Offered a session for the team leads.' },
  { weight: 4, fits: 'any', body: 'New contact in accounting, the old mailbox bounces. Address in Stripe to be corrected.' },
  { weight: 4, fits: 'any', body: 'Asked for a purchase order number on every invoice.' },
  { weight: 3, fits: 'any', body: 'Happy customer, would act as a reference. @{marketing}, for the autumn campaign?' },
  { weight: 3, fits: 'any', body: 'Security questionnaire answered and sent. Next one due in a year.' },
  { weight: 3, fits: 'any', body: 'They compare us with a competitor on price. No decision before the budget round.' },
  { weight: 2, fits: 'any', body: 'Wants monthly invoices bundled over two subscriptions. @{finance}, is that possible?' },
  { weight: 2, fits: 'any', body: 'Works in right-to-left script; the PDF export had trouble with it until the last release. Fixed and confirmed.' },
  { weight: 6, fits: 'late', body: 'Payment failed again. Card has expired according to the bank, they are getting a new one. @{owner}, please keep an eye on it.' },
  { weight: 5, fits: 'late', body: 'Spoke to accounting: the invoice is approved, payment run is on Thursday.' },
  { weight: 6, fits: 'leaving', body: 'Gave notice. Reason on the phone: two teams were merged and half the seats stood empty. Open to a smaller plan.' },
  { weight: 5, fits: 'leaving', body: 'Offered 25 % for six months. They think about it until the end of the week. @{finance} for information.' },
  { weight: 6, fits: 'large', body: 'Renewal in preparation. Procurement wants three years at a fixed price. @{owner}, draft is in the folder.' },
  { weight: 4, fits: 'large', body: 'Business review with their management. Expansion to two more sites next year, about 30 seats.' },
  { weight: 4, fits: 'large', body: 'Asked for the audit report under NDA. @{compliance} has sent it.' },
  { weight: 5, fits: 'gone', body: 'Left for the suite of their parent company. Door stays open, look in again in six months.' },
  { weight: 3, fits: 'gone', body: 'Asked to have the data exported and erased. @{compliance}, please take over.' },
]
