import { Link } from 'react-router'
import { AlertBanner } from '../engine/alert-banner.tsx'
import { date, dayIn, money, relativeTime } from '../engine/format.ts'
import { useManifest, useResource } from '../engine/manifest.tsx'
import { useNow } from '../engine/now.tsx'
import type { Overview } from './customer-answers.ts'

const numbers = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight']

/** At most one notice: what is wrong, since when, what happens next. */
export const CustomerNotice = ({ overview, row }: { overview: Overview | undefined; row: Record<string, unknown> }) => {
  const { book } = useManifest()
  const now = useNow()
  const invoices = useResource('invoices')
  const late = overview?.overdue
  if (late) {
    const days = Math.floor((now.getTime() - Date.parse(late.since)) / 86_400_000)
    const tried = late.attempts > 0 ? `${numbers[late.attempts] ?? late.attempts} ${late.attempts === 1 ? 'attempt' : 'attempts'} failed` : ''
    const next = late.nextAttemptAt && Date.parse(late.nextAttemptAt) > now.getTime() ? `the next is ${relativeTime(late.nextAttemptAt, now, book.timeZone)}` : late.attempts > 0 ? 'no further attempt is planned' : ''
    const rest = [tried, next].filter(Boolean).join('; ')
    return (
      <AlertBanner tone="negative" live={false} testId="notice-overdue" title={`${money(late.amount, late.currency)} is ${days < 1 ? 'due' : `${days} ${days === 1 ? 'day' : 'days'} overdue`}.`} actions={invoices && <Link to={`/invoices/${late.invoiceId}`}>Open invoice</Link>}>
        {rest && `${rest}.`}{late.invoices > 1 && ` On ${late.invoices} invoices.`}
      </AlertBanner>
    )
  }
  if (row.access === 'suspended') return <AlertBanner tone="caution" live={false} testId="notice-suspended" title="Access is suspended.">Their people cannot use the product. Billing goes on.</AlertBanner>
  const ends = overview?.renewal?.cancelsAt
  if (ends && Date.parse(ends) > now.getTime()) return <AlertBanner tone="caution" live={false} testId="notice-ending" title={`Ends on ${date(dayIn(new Date(ends), book.timeZone))}.`}>The subscription was cancelled and runs until then.</AlertBanner>
  return null
}
